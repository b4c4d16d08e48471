"""Tensors in files are named by the header of the file; whatever else that says does no harm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from modelreg.contents.gathering import FileParts, Flat
from modelreg.digests import PART
from modelreg.flavors import weights
from modelreg.flavors.native import safetensors
from modelreg.opcodes.paths import ABOUT, MOST, NAME

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.flavors.base import Parts


def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {"body.weight": torch.rand(20, 30), "body.bias": torch.rand(20), "head": torch.rand(3).to(torch.bfloat16)}


def written(tensors: dict[str, torch.Tensor], place: Path) -> Path:
    safetensors.write(tensors, place)
    return place


def told(place: Path) -> list[tuple[str, str, str]]:
    return [(part.name, part.about, part.mark) for part in weights.tensors(FileParts("x", place))]


def headed(header: object, data: bytes = b"", *, length: int | None = None) -> Parts:
    """Return a file with any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    start = (len(text) if length is None else length).to_bytes(8, "little")
    return Flat(memoryview(start + text + data))


def test_tensors_are_told_with_type_and_shape(tmp_path: Path) -> None:
    assert [one[:2] for one in told(written(state(), tmp_path / "a"))] == [
        ("['body.bias']", "float32 20"),
        ("['body.weight']", "float32 20 × 30"),
        ("['head']", "bfloat16 3"),
    ]


def test_a_mark_is_of_the_numbers_their_type_and_their_shape_wherever_they_lie(tmp_path: Path) -> None:
    first = {one[0]: one[2] for one in told(written(state(), tmp_path / "a"))}
    more = {one[0]: one[2] for one in told(written({"a": torch.zeros(1), **state()}, tmp_path / "b"))}
    assert {name: more[name] for name in first} == first
    for change in (
        {"head": state()["head"] + 1},
        {"head": state()["head"].view(torch.int16)},
        {"head": state()["head"][None]},
    ):
        other = {one[0]: one[2] for one in told(written({**state(), **change}, tmp_path / str(len(change))))}
        (tmp_path / str(len(change))).unlink()
        assert [name for name in first if other[name] != first[name]] == ["['head']"]


def test_every_byte_of_a_large_tensor_counts(tmp_path: Path) -> None:
    large = torch.zeros(2 * PART + 5, dtype=torch.uint8)
    before = told(written({"large": large, "small": large[:3]}, tmp_path / "a"))
    large[-1] = 1
    after = told(written({"large": large, "small": large[:3]}, tmp_path / "b"))
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)


SOUND = {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}


@pytest.mark.parametrize(
    "file",
    [
        Flat(memoryview(b"")),
        Flat(memoryview(b"1234567")),
        headed({}, length=1 << 62),
        headed({}, length=3),
        headed(b"[" * 100_000),
        headed(b"\xff\xfe"),
        headed([]),
        headed({"a": SOUND}, b"1"),
        headed({"a": SOUND, "b": SOUND}, b"12"),
        headed({"a": SOUND, "b": {**SOUND, "data_offsets": [1, 3]}}, b"123"),
        headed({"a": {**SOUND, "data_offsets": [2, 0]}}, b"12"),
        headed({"a": {**SOUND, "data_offsets": [-1, 1]}}, b"12"),
        headed({"a": {**SOUND, "data_offsets": [0, True]}}, b"12"),
        headed({"a": {**SOUND, "data_offsets": [0, 2, 2]}}, b"12"),
        headed({"a": {**SOUND, "shape": [1] * 1000}}, b"12"),
        headed({"a": {**SOUND, "shape": "2"}}, b"12"),
        headed({"a": {**SOUND, "dtype": "\ud800"}}, b"12"),
        headed({"a": {**SOUND, "dtype": "X" * 1000}}, b"12"),
        headed({"a": {**SOUND, "dtype": None}}, b"12"),
        headed({"a": SOUND, "b": 3}, b"12"),
        headed({str(number): {**SOUND, "data_offsets": [0, 0]} for number in range(MOST + 2)}),
    ],
)
def test_a_header_that_makes_no_sense_names_nothing(file: Parts) -> None:
    assert weights.tensors(file) == ()


def test_names_of_any_length_and_sign_are_bounded_and_each_is_there_once() -> None:
    odd = ["x" * 1000, "x" * 1000 + "y", "\ud800", "'\n\u202e", "", "x" * 400 + "z" + "x" * 600]
    empty = {**SOUND, "shape": [10**30], "data_offsets": [0, 0]}
    found = weights.tensors(headed(dict.fromkeys(odd, empty)))
    assert len({part.name for part in found}) == len(found) == len(odd) - 1
    for part in found:
        assert len(part.name) <= NAME
        assert len(part.about) <= ABOUT
        (part.name + part.about).encode()


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-3, 40)
        | st.text(max_size=3)
        | st.sampled_from(["U8", "dtype", "shape"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["a", "b", "dtype", "shape", "data_offsets", "__metadata__"]), inner, max_size=4
            )
        ),
    ),
    st.binary(max_size=40),
)
def test_any_header_does_no_harm(header: Any, data: bytes) -> None:
    for part in weights.tensors(headed(header, data)):
        assert part.name.startswith("[")


def test_a_file_that_changed_since_it_was_hashed_names_nothing(tmp_path: Path) -> None:
    place = written(state(), tmp_path / "w.safetensors")
    file = FileParts("w.safetensors", place)
    place.write_bytes(place.read_bytes()[:-1])
    assert weights.tensors(file) == ()
