"""A missing, short, changed or foreign object is found before anything is made of it, and named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import Packed, fetch, pack, store
from modelreg.contents.gathering import Gathered
from modelreg.errors import IntegrityError, InvalidError
from modelreg.flavors.files import FILES
from modelreg.flavors.python import PYTHON

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contents.conftest import Shelf


class Kept:
    """Contents of many objects in a store, and the good bytes of each."""

    def __init__(self, root: Path) -> None:
        self.blobs = LocalBlobs(root / "store")
        (root / "model").mkdir()
        (root / "model" / "weights").write_bytes(np.random.default_rng(1).bytes((8 << 20) + 5))
        noise = np.random.default_rng(0).random
        self.python = pack([noise(300), noise(10_000), noise(1 << 18), {"text": "x" * 9000}], PYTHON)
        self.files = pack(root / "model", FILES)
        for packed in (self.python, self.files):
            store(packed, self.blobs)
        self.good = {name: self.blobs.read(name) for name, _, _ in self.blobs.iterate()}

    def all(self) -> list[tuple[Packed, str]]:
        """Return every object with the contents it belongs to."""
        return [
            (packed, name)
            for packed in (self.python, self.files)
            for name in (packed.layout, *dict(packed.objects))
        ]  # fmt: skip

    def write(self, name: str, data: bytes | None) -> None:
        """Put other bytes in the place of an object, or none."""
        path = self.blobs.path(name)
        path.unlink(missing_ok=True)
        if data is not None:
            path.write_bytes(data)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("damage"))


def refused(kept: Kept, packed: Packed, name: str, data: bytes | None, match: str) -> None:
    """Assert that contents with a damaged object are refused in words, and whole again once it is repaired."""
    kept.write(name, data)
    try:
        with pytest.raises(IntegrityError, match=match):
            fetch(packed.layout, packed.content_id, kept.blobs)
    finally:
        kept.write(name, kept.good[name])


def test_whole_contents_are_read(kept: Kept) -> None:
    for packed in (kept.python, kept.files):
        assert len(packed.objects) >= 2
        fetch(packed.layout, packed.content_id, kept.blobs)


def test_a_missing_object_is_named(kept: Kept) -> None:
    for packed, name in kept.all():
        refused(kept, packed, name, None, f"b3:{name} is missing")


@pytest.mark.parametrize("left", [0, -1])
def test_a_short_object_is_named(kept: Kept, left: int) -> None:
    for packed, name in kept.all():
        refused(kept, packed, name, kept.good[name][:left], f"b3:{name}")


def test_an_object_that_grew_is_named(kept: Kept) -> None:
    for packed, name in kept.all():
        refused(kept, packed, name, kept.good[name] + b"more", f"b3:{name}")


def test_the_bytes_of_another_object_are_refused(kept: Kept) -> None:
    names = list(kept.good)
    for packed, name in kept.all():
        other = kept.good[names[names.index(name) - 1]]
        refused(kept, packed, name, other, name)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_flipped_bit_anywhere_is_found_and_its_object_named(kept: Kept, data: st.DataObject) -> None:
    packed, name = data.draw(st.sampled_from(kept.all()))
    good = kept.good[name]
    bit = data.draw(st.integers(0, len(good) * 8 - 1))
    bad = bytearray(good)
    bad[bit // 8] ^= 1 << bit % 8
    refused(kept, packed, name, bytes(bad), name)


def test_zeros_of_the_right_size_are_found(kept: Kept) -> None:
    for packed, name in kept.all():
        refused(kept, packed, name, bytes(len(kept.good[name])), name)


def test_a_file_that_changes_after_it_was_read_is_not_copied(kept: Kept, tmp_path: Path) -> None:
    source = fetch(kept.files.layout, kept.files.content_id, kept.blobs)
    name = kept.files.objects[0][0]
    kept.write(name, bytes(len(kept.good[name])))
    try:
        with pytest.raises(IntegrityError, match="digest mismatch"):
            source.copy_to(tmp_path)
    finally:
        kept.write(name, kept.good[name])


def test_files_are_never_written_over(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("mine")
    source = fetch(kept.files.layout, kept.files.content_id, kept.blobs)
    with pytest.raises(FileExistsError):
        source.copy_to(tmp_path)
    assert (tmp_path / "weights").read_text() == "mine"


def test_a_file_that_changes_between_hash_and_write_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"first")
    packed = pack(path, FILES)
    path.write_bytes(b"other")
    with pytest.raises(IntegrityError, match="changed while it was being registered"):
        store(packed, shelf.blobs)
    assert packed.layout not in {name for name, _, _ in shelf.blobs.iterate()}


def test_a_file_that_is_gone_between_hash_and_write_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"first")
    packed = pack(path, FILES)
    path.unlink()
    with pytest.raises(IntegrityError, match=r"model\.bin cannot be read any more: No such file"):
        store(packed, shelf.blobs)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    sink = Gathered()
    with pytest.raises(InvalidError, match="weights cannot be read: No such file"):
        sink.file("weights", tmp_path / "gone")
