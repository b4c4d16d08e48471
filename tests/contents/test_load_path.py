"""The way back: mapped where the files are this user's own, read where they are not, verified either way and once."""

from __future__ import annotations

import gc
import json
import os
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from modelreg.blobs import mapping
from modelreg.blobs.local import LocalBlobs
from modelreg.contents import OtherBytesError, Packed, compare, fetch, pack, store, unpack, verify
from modelreg.contents.layout import read_layout
from modelreg.digests import PART, canonical
from modelreg.errors import IntegrityError
from modelreg.flavors.files import FILES
from modelreg.flavors.python import PYTHON
from modelreg.verified import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.contents import Verified
    from modelreg.verified import Facts

LINUX = pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="this system does not say what is mapped")


class Recording(Remembered):
    """A memory that keeps what it was told."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.hashed: list[str] = []

    def note(self, seen: Mapping[str, Facts], sums: Mapping[str, str] | None = None) -> None:
        self.hashed += seen
        super().note(seen, sums)


class Kept:
    """Contents of every kind of object, with the good bytes of each, and a memory."""

    def __init__(self, root: Path) -> None:
        self.blobs = LocalBlobs(root / "registry")
        self.memory = Recording(root / "private")
        (root / "model").mkdir()
        noise = np.random.default_rng(0)
        (root / "model" / "weights").write_bytes(noise.bytes(PART + 5))
        self.big = noise.random((PART + (1 << 20)) // 8)
        self.small = noise.random(10_000)
        self.python = pack([self.big, self.small, noise.random(20_000), {"text": "x" * 9000}], PYTHON)
        self.files = pack(root / "model", FILES)
        for packed in (self.python, self.files):
            store(packed, self.blobs)
        self.good = {name: self.blobs.read(name) for name, _, _ in self.blobs.iterate()}

    def get(self, packed: Packed, **how: Any) -> Verified:
        """Bring contents into memory."""
        return fetch(packed.layout, packed.content_id, self.blobs, memory=self.memory, **how)

    def kinds(self) -> dict[str, tuple[Packed, str]]:
        """Return one object of each kind, with the contents it belongs to."""
        where = read_layout(self.python.layout, self.blobs)
        stream, part, group = (
            where.objects[extents[0].object][0] for extents in (where.stream, where.buffers[0][1], where.buffers[1][1])
        )
        return {
            "part": (self.python, part),
            "group": (self.python, group),
            "stream": (self.python, stream),
            "layout": (self.python, self.python.layout),
            "file": (self.files, self.files.objects[0][0]),
            "layout of files": (self.files, self.files.layout),
        }

    def write(self, name: str, data: bytes) -> None:
        """Put other bytes in the place of an object."""
        path = self.blobs.path(name)
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    def edit(self, name: str, data: bytes) -> None:
        """Change the very file of an object, so that its size, its inode and its time stay."""
        path = self.blobs.path(name)
        found = path.stat()
        path.chmod(0o644)
        path.write_bytes(data)
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    found = Kept(tmp_path)
    yield found
    found.memory.close()


def flipped(data: bytes) -> bytes:
    """Return bytes with one bit changed, past the middle."""
    bad = bytearray(data)
    bad[len(bad) * 2 // 3] ^= 4
    return bytes(bad)


def mappings(place: Path) -> list[tuple[str, int]]:
    """Return the files below a folder that are mapped into this process, each with the bytes of it in memory."""
    found, text = [], Path("/proc/self/smaps").read_text()
    for part in re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", text, flags=re.MULTILINE):
        line, _, facts = part.partition("\n")
        path = line.split(maxsplit=5)[5:]
        if path and path[0].startswith(str(place)):
            rss = re.search(r"^Rss: +(\d+) kB", facts, re.MULTILINE)
            found.append((path[0], 0 if rss is None else int(rss[1]) * 1024))
    return found


@LINUX
def test_the_first_load_hashes_everything_and_the_second_touches_no_byte_of_a_large_buffer(kept: Kept) -> None:
    held = kept.get(kept.python)
    assert {*kept.memory.hashed} == {*dict(kept.python.objects)}
    assert sum(rss for _, rss in mappings(kept.blobs.root)) >= PART
    del held
    gc.collect()
    kept.memory.hashed.clear()
    source = kept.get(kept.python)
    streamed = read_layout(kept.python.layout, kept.blobs).stream or ()
    assert kept.memory.hashed == [kept.python.objects[extent.object][0] for extent in streamed]  # it always is
    assert [rss for _, rss in mappings(kept.blobs.root)] == [0, 0]
    loaded = unpack(source, PYTHON)
    assert np.array_equal(loaded[0], kept.big)
    assert np.array_equal(loaded[1], kept.small)


def test_files_are_hashed_once_and_again_when_they_are_copied(kept: Kept, tmp_path: Path) -> None:
    kept.get(kept.files)
    kept.memory.hashed.clear()
    source = kept.get(kept.files)
    assert kept.memory.hashed == []
    kept.edit(kept.files.objects[0][0], flipped(kept.good[kept.files.objects[0][0]]))
    (tmp_path / "copy").mkdir()
    with pytest.raises(IntegrityError, match="digest mismatch"):
        source.copy_to(tmp_path / "copy")


def test_without_a_memory_everything_is_hashed_each_time(kept: Kept) -> None:
    for packed, name in kept.kinds().values():
        fetch(packed.layout, packed.content_id, kept.blobs)
        kept.edit(name, flipped(kept.good[name]))
        with pytest.raises(IntegrityError, match=f"b3:{name}"):
            fetch(packed.layout, packed.content_id, kept.blobs)
        kept.write(name, kept.good[name])


def damaged(kept: Kept, kind: str, name: str, other: str) -> None:
    """Damage an object."""
    path, good = kept.blobs.path(name), kept.good[name]
    match kind:
        case "flipped in place":
            path.chmod(0o644)
            path.write_bytes(flipped(good))
        case "a link":
            path.unlink()
            path.symlink_to(kept.blobs.path(other))
        case "a link to the same bytes":
            path.rename(path.with_name("elsewhere"))
            path.symlink_to(path.with_name("elsewhere"))
        case "a fifo":
            path.unlink()
            os.mkfifo(path)
        case "a folder":
            path.unlink()
            path.mkdir()
        case "missing":
            path.unlink()
        case _:
            bad = {
                "flipped": flipped(good),
                "truncated": good[:-1],
                "swapped": kept.good[other],
                "zeros": bytes(len(good)),
            }
            kept.write(name, bad[kind])


DAMAGE = [
    "flipped in place", "flipped", "truncated", "swapped", "zeros",
    "a link", "a link to the same bytes", "a fifo", "a folder", "missing",
]  # fmt: skip


# checklist 12, 45
@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
def test_damage_after_a_load_is_found_in_every_kind_of_object(kept: Kept, *, shared: bool) -> None:
    if shared:
        kept.blobs.root.chmod(0o777)
    for packed in (kept.python, kept.files):
        kept.get(packed)
    for kind, (packed, name) in kept.kinds().items():
        other = kept.kinds()["file" if kind != "file" else "part"][1]
        for damage in DAMAGE:
            damaged(kept, damage, name, other)
            with pytest.raises(IntegrityError, match=f"b3:{name}"):
                kept.get(packed)
            kept.write(name, kept.good[name])
            kept.get(packed)


def test_what_only_a_full_verification_sees_is_forgotten_then(kept: Kept) -> None:
    kept.get(kept.python)
    packed, name = kept.kinds()["part"]
    kept.edit(name, flipped(kept.good[name]))  # as a disk does: the bytes are others, and nothing tells
    kept.get(packed)
    for look in (
        lambda: kept.get(packed, full=True),
        lambda: verify(packed.layout, packed.content_id, kept.blobs, memory=kept.memory),
    ):
        with pytest.raises(OtherBytesError, match=f"b3:{name}"):
            look()
        with pytest.raises(OtherBytesError, match=f"b3:{name}"):  # from now on every load finds it
            kept.get(packed)
        kept.edit(name, kept.good[name])
        kept.get(packed)
        kept.edit(name, flipped(kept.good[name]))
    faults = compare(kept.blobs, dict(packed.objects), memory=kept.memory)
    assert list(faults) == [name]
    with pytest.raises(OtherBytesError, match=f"b3:{name}"):
        kept.get(packed)


def test_the_stream_is_hashed_whatever_is_remembered(kept: Kept) -> None:
    kept.get(kept.python)
    packed, name = kept.kinds()["stream"]
    kept.edit(name, flipped(kept.good[name]))
    with pytest.raises(OtherBytesError, match=f"b3:{name}"):
        kept.get(packed)


def test_the_objects_of_one_layout_under_the_name_of_another_content_are_refused(kept: Kept) -> None:
    kept.get(kept.python)
    kept.get(kept.files)
    with pytest.raises(IntegrityError, match="do not add up"):
        fetch(kept.python.layout, kept.files.content_id, kept.blobs, memory=kept.memory)
    with pytest.raises(IntegrityError, match="do not add up"):
        verify(kept.python.layout, kept.files.content_id, kept.blobs, memory=kept.memory)
    verify(kept.python.layout, kept.python.content_id, kept.blobs)
    verify(kept.files.layout, kept.files.content_id, kept.blobs)


def test_a_writer_who_finds_an_object_leaves_it_as_true_as_it_was(kept: Kept) -> None:
    kept.blobs.hits.memory = kept.memory
    kept.get(kept.python)
    before = kept.blobs.path(kept.python.objects[0][0]).stat().st_mtime_ns
    store(kept.python, kept.blobs)
    assert kept.blobs.path(kept.python.objects[0][0]).stat().st_mtime_ns > before
    kept.memory.hashed.clear()
    kept.get(kept.python)
    assert len(kept.memory.hashed) == 1  # the stream
    packed, name = kept.kinds()["part"]
    path = kept.blobs.path(name)
    path.chmod(0o644)
    path.write_bytes(flipped(kept.good[name]))
    store(kept.python, kept.blobs)  # and what was changed meanwhile does not become true by it: it is written anew
    assert kept.blobs.read(name) == kept.good[name]
    kept.memory.hashed.clear()
    kept.get(packed)
    assert name in kept.memory.hashed


@LINUX
@pytest.mark.parametrize("bits", [0o020, 0o002])
def test_what_others_can_write_is_private_and_was_hashed_as_it_is_used(kept: Kept, bits: int) -> None:
    kept.get(kept.python)
    folder = kept.blobs.path(kept.kinds()["part"][1]).parent
    if bits == 0o020 and os.getuid() != 0:
        pytest.skip("a group may be the user's own")
    kept.blobs.root.chmod(0o755 | bits)
    kept.memory.hashed.clear()
    source = kept.get(kept.python)
    assert folder.exists()
    assert kept.memory.hashed == []  # nothing that others can change is remembered
    assert mappings(kept.blobs.root) == []
    for name in dict(kept.python.objects):
        kept.edit(name, bytes(len(kept.good[name])))
    loaded = unpack(source, PYTHON)
    assert np.array_equal(loaded[0], kept.big)
    assert np.array_equal(loaded[1], kept.small)


def test_where_nothing_can_be_mapped_everything_is_read(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "_mmap", lambda: None)
    for _ in range(2):
        loaded = unpack(kept.get(kept.python), PYTHON)
        assert np.array_equal(loaded[0], kept.big)
        loaded[0][:] = 0


@pytest.mark.parametrize("size", [5000, 100_000, (1 << 20) + 8, 3 * PART])
def test_equal_buffers_do_not_become_one(kept: Kept, size: int) -> None:
    packed = pack([np.zeros(size, np.uint8) for _ in range(3)], PYTHON)
    store(packed, kept.blobs)
    for _ in range(2):  # hashed, and remembered
        first, second, third = unpack(kept.get(packed), PYTHON)
        first[:] = 1
        second[-1] = 2
        assert second[:-1].sum() == 0
        assert third.sum() == 0
        if size == 3 * PART:  # nor do the equal parts of one
            third[0] = 3
            assert third.sum() == 3


def test_small_buffers_that_a_layout_lays_over_each_other_do_not_become_one(kept: Kept) -> None:
    packed = pack([np.ones(5000, np.uint8), np.ones(5000, np.uint8), np.zeros(7000, np.uint8)], PYTHON)
    store(packed, kept.blobs)
    layout = json.loads(kept.blobs.read(packed.layout))
    layout["buffers"][1]["x"] = layout["buffers"][0]["x"]
    again = kept.blobs.put(canonical(layout))
    first, second, _ = unpack(fetch(again, packed.content_id, kept.blobs), PYTHON)
    first[:] = 7
    assert second.sum() == 5000


def test_a_model_that_is_trained_on_leaves_the_store_as_it_was(kept: Kept) -> None:
    from sklearn.linear_model import SGDClassifier

    data = np.random.default_rng(0).random((4, 150_000))
    packed = pack(SGDClassifier(random_state=0).partial_fit(data, [0, 1, 0, 1], classes=[0, 1]), PYTHON)
    store(packed, kept.blobs)
    loaded = unpack(kept.get(packed), PYTHON)
    before = loaded.coef_.copy()
    loaded.partial_fit(data[::-1], [0, 0, 1, 1])
    assert not np.array_equal(loaded.coef_, before)
    assert np.array_equal(unpack(kept.get(packed, full=True), PYTHON).coef_, before)


def test_an_array_outlives_its_files(kept: Kept) -> None:
    kept.get(kept.python)
    big = unpack(kept.get(kept.python), PYTHON)[0]
    for name in kept.good:
        kept.blobs.delete(name)
    gc.collect()
    assert np.array_equal(big, kept.big)
    big[:] = 1
    assert big.sum() == big.size


@LINUX
def test_what_is_dropped_is_given_back(kept: Kept) -> None:
    big = unpack(kept.get(kept.python), PYTHON)[0]
    assert len(mappings(kept.blobs.root)) == 2
    tail = big[-5:]
    del big
    gc.collect()
    assert len(mappings(kept.blobs.root)) == 2
    del tail
    gc.collect()
    assert mappings(kept.blobs.root) == []


def test_large_arrays_begin_at_a_large_page(kept: Kept) -> None:
    for _ in range(2):
        big = unpack(kept.get(kept.python), PYTHON)[0]
        assert big.ctypes.data % mapping.HUGE == 0
        assert big.flags.writeable


def test_threads_load_at_the_same_time(kept: Kept) -> None:
    sums: list[float] = []

    def work() -> None:
        loaded = unpack(kept.get(kept.python), PYTHON)
        loaded[0][:5] = 0
        sums.append(float(loaded[0].sum()))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sums) == 6
    assert len(set(sums)) == 1


def test_progress_adds_up_to_what_was_announced(kept: Kept) -> None:
    class Told:
        def __init__(self) -> None:
            self.total = self.done = 0

        def begin(self, label: str, total: int) -> None:
            self.total, self.done = total, 0

        def advance(self, amount: int) -> None:
            self.done += amount

        def end(self) -> None:
            self.ended = True

    told = Told()
    for use in (
        lambda: kept.get(kept.python, progress=told),
        lambda: kept.get(kept.python, progress=told),
        lambda: kept.get(kept.files, progress=told),
        lambda: verify(kept.python.layout, kept.python.content_id, kept.blobs, progress=told),
    ):
        use()
        assert told.ended
        assert told.done == told.total > 0
