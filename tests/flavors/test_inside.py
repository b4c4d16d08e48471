"""What is named inside files, and what of a folder is then said to have changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.contents import pack
from modelreg.contents.gathering import FileParts, Flat
from modelreg.contents.names import Part, differences, leaves
from modelreg.flavors.files import FILES
from modelreg.flavors.inside import inside, settings
from modelreg.opcodes.paths import ABOUT, MOST, NAME

if TYPE_CHECKING:
    from pathlib import Path


def weights(text: bytes = b"12", by: str = "", names: Any = ("a", "b")) -> bytes:
    """Return a file of tensors of one byte each."""
    told: dict[str, Any] = {
        name: {"dtype": "U8", "shape": [1], "data_offsets": [place, place + 1] if text else [0, 0]}
        for place, name in enumerate(names)
    }
    header = json.dumps({"__metadata__": {"by": by}, **told} if by else told).encode()
    return len(header).to_bytes(8, "little") + header + text


def folder(place: Path, **files: bytes) -> Part:
    """Return the parts of a folder with a configuration and weights."""
    (place / "model").mkdir(parents=True)
    (place / "config.json").write_bytes(files.get("config", b'{"width": 3, "rates": [{"low": 0.5}]}'))
    (place / "model" / "w.safetensors").write_bytes(files.get("weights", weights()))
    whole = pack(place, FILES).parts
    assert whole is not None
    return whole


def changed(before: Part, after: Part) -> list[str]:
    return [one.path for one in differences([before, after])]


def test_the_tensor_and_the_setting_that_changed_are_named(tmp_path: Path) -> None:
    whole = folder(tmp_path / "one")
    assert [path for path, _ in leaves(whole)] == [
        "config.json.width",
        "config.json.rates[0].low",
        "model/w.safetensors['a']",
        "model/w.safetensors['b']",
    ]
    assert changed(whole, folder(tmp_path / "two", weights=weights(b"13"))) == ["model/w.safetensors['b']"]
    other = b'{"width": 30, "rates": [{"low": 0.25}]}'
    assert changed(whole, folder(tmp_path / "three", config=other)) == ["config.json.width", "config.json.rates[0].low"]


def test_what_differs_in_a_file_beside_what_is_named_is_the_file(tmp_path: Path) -> None:
    before = folder(tmp_path / "one", weights=weights(by="me"))
    assert changed(before, folder(tmp_path / "two", weights=weights(by="you"))) == ["model/w.safetensors"]
    assert changed(before, folder(tmp_path / "three", weights=b"?")) == ["model/w.safetensors"]


def test_names_are_no_part_of_the_content_id(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"width": 3}')
    (tmp_path / "w.safetensors").write_bytes(
        b'\x3c\0\0\0\0\0\0\0{"a": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}}12'
    )
    packed = pack(tmp_path, FILES)
    assert packed.parts is not None
    assert all(part.parts for part in packed.parts.parts)
    # as it was before anything was named in files
    assert packed.content_id == "4b1b0a5d369c72bdbd1992d8d7d58a16b87fe522216f6108fce9bc9a703d717d"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1]",
        b"3",
        b"{",
        b"\xff",
        b'{"a": ' + b"[" * 20_000,
        b'{"a": ' + b'{"a": ' * 900 + b"1" + b"}" * 901,
        b'{"a": %s}' % (b"1" * 5000),
        b'{"a": 1}' + b" " * 70_000,
        json.dumps(dict.fromkeys(map(str, range(500)), 1)).encode(),
    ],
    ids=lambda data: str(data[:12]),
)
def test_a_configuration_that_makes_no_sense_or_is_large_harms_nothing(data: bytes) -> None:
    parts = settings(Flat(memoryview(data)))
    assert [part.name for part in parts] == (["a"] if data[:12] == b'{"a": {"a": ' else [])
    assert inside({"config.json": Flat(memoryview(data))}) == ({"config.json": parts} if parts else {})


def test_texts_are_not_told_and_all_is_bounded() -> None:
    odd = {"k" * 1000: "hunter2", "\ud800": [float("inf")] * 500, "n": 10**300, "s": {"t": ["hunter2"]}}
    pending = list(settings(Flat(memoryview(json.dumps(odd).encode()))))
    assert len(pending) == 4
    while pending:
        part = pending.pop()
        assert len(part.name) <= NAME
        assert len(part.about) <= ABOUT
        assert "hunter2" not in (part.name + part.about)
        (part.name + part.about).encode()
        pending.extend(part.parts)


def test_of_several_files_no_more_is_named_than_of_one() -> None:
    many = weights(b"", names=map(str, range(MOST // 2 + 1)))
    files = {
        "1.safetensors": many,
        "2.safetensors": many,
        "x.txt": weights(),
        "y.json": b'{"a": 1}',
        "config.json": b'{"a": 1}',
    }
    found = inside({path: Flat(memoryview(data)) for path, data in files.items()})
    assert list(found) == ["1.safetensors", "config.json"]


def test_a_file_that_is_not_what_it_was_names_nothing(tmp_path: Path) -> None:
    place = tmp_path / "config.json"
    place.write_text('{"a": 1}')
    file = FileParts("config.json", place)
    place.write_text("{}")
    assert settings(file) == ()
