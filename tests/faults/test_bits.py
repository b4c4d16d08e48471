"""One bit of one object: found by ``check --read-data``, refused by whoever reads it, and named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

import modelreg
from modelreg.contents.layout import read_layout
from modelreg.digests import PART
from modelreg.errors import IntegrityError

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry

KINDS = ("part", "last part", "group", "segment of the stream", "layout", "file", "record", "attachment")
CONTENTS = dict.fromkeys(KINDS[:5], "churn:v0") | {"file": "churn:v1"}
"""Kind of object -> the version that cannot be loaded without it."""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Registry, dict[str, str]]:
    """Return a registry with objects of every kind, and the name of one of each."""
    place = tmp_path_factory.mktemp("bits")
    noise = np.random.default_rng(0)
    (place / "model").mkdir()
    (place / "model" / "weights").write_bytes(noise.bytes(PART + 7))
    model = {
        "large": noise.random((PART >> 3) + 5),
        "small": [noise.random(size) for size in (300, 9000, 100_000)],
        "text": noise.bytes(1 << 20),
    }
    home = {"project": "train", "artifact": "clf"}
    with pytest.MonkeyPatch.context() as patch:  # a home of its own, which outlives those of the tests
        patch.setenv("XDG_DATA_HOME", str(place / "data"))
        registry = modelreg.connect(place / "registry")
        registry.register(model, "churn", attachments={"notes": b"what was attached"}, **home)
        registry.register(None, "churn", path=place / "model", **home)
    context = registry._context
    with context.read() as conn:
        layout, files = (
            row[0] for row in conn.exec_driver_sql("SELECT layout FROM contents ORDER BY created_at").fetchall()
        )
        record = conn.exec_driver_sql("SELECT record FROM versions WHERE number = 0").fetchone()[0]
        attached = conn.exec_driver_sql("SELECT digest FROM attachments WHERE name = 'notes'").fetchone()[0]
    where, folder = read_layout(layout, context.blobs), read_layout(files, context.blobs)

    def named(extent: tuple[int, int, int]) -> str:
        return where.objects[extent[0]][0]

    large = max(where.buffers)[1]
    group = next(extents[0] for _, extents in where.buffers if extents[0].length != where.objects[extents[0].object][1])
    assert len(large) == 2
    assert len(where.stream or ()) > 1
    found = (
        named(large[0]), named(large[1]), named(group), named((where.stream or ())[-1]), layout,
        folder.objects[0][0], record, attached,
    )  # fmt: skip
    return registry, dict(zip(KINDS, found, strict=True))


def flip(path: Path, bit: int, *, silently: bool) -> None:
    """Change one bit of a file in place, with or without a trace in what the system says of it."""
    found = path.stat()
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))
    path.chmod(found.st_mode)
    if silently:
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


# checklist 12
@pytest.mark.parametrize("silently", [False, True], ids=["written", "decayed"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_bit_of_any_object_is_found_and_the_object_named(
    shelf: tuple[Registry, dict[str, str]], kind: str, silently: bool
) -> None:
    registry, names = shelf
    name = names[kind]
    path = registry._context.blobs.path(name)
    for version in ("churn:v0", "churn:v1"):
        registry.load(version, trust=True)  # what is read is remembered to be true
    bits = [path.stat().st_size * 4 + 3, path.stat().st_size * 8 - 1]
    if kind == "layout":
        bits.append(path.read_bytes().index(b"large") * 8)  # it would make sense all the same
    for bit in bits:
        flip(path, bit, silently=silently)
        try:
            if kind in CONTENTS and not silently:
                refused(registry, CONTENTS[kind], name)
            assert registry.check().ok, "its size is right"
            (finding,) = registry.check(read_data=True).findings
            assert finding.severity == "error"
            assert f"object b3:{name[:16]}" in finding.text
            assert "other bytes than were registered" in finding.text
            assert finding.subject == ("train/clf:v1" if kind == "file" else "train/clf:v0")
            if kind in CONTENTS:
                refused(registry, CONTENTS[kind], name)
            elif kind == "attachment":
                with pytest.raises(IntegrityError, match=r"notes.*cannot be read: its bytes are not those"):
                    registry.attachment("churn:v0", "notes")
            other = "churn:v0" if kind == "file" else "churn:v1"
            registry.load(other, trust=True)
        finally:
            flip(path, bit, silently=silently)
        assert registry.check(read_data=True).ok


def refused(registry: Registry, ref: str, name: str) -> None:
    """Assert that a version is not loaded, whoever trusts it, and that the object is named."""
    with pytest.raises(IntegrityError, match=f"{ref} cannot be loaded: object b3:{name}"):
        registry.load(ref, trust=True)
