"""Writing while hashing: what is stored is true to its name, in little memory, whatever happens to the object meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pytest

import modelreg
from modelreg.blobs import plain
from modelreg.blobs.copying import copy
from modelreg.blobs.local import LocalBlobs
from modelreg.contents import pack, racing, store
from modelreg.contents.cutting import LARGE, segments
from modelreg.contents.work import Work
from modelreg.digests import PART, digest
from modelreg.flavors.python import PYTHON
from modelreg.verified import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from modelreg.digests import Bytes
    from tests.contents.conftest import Shelf

MIB = 1 << 20


def everything(shelf: Shelf) -> dict[str, int]:
    """Return every object with its size, each read and compared with its name."""
    found = {name: size for name, size, _ in shelf.blobs.iterate()}
    assert all(digest(shelf.blobs.read(name)) == name for name in found)
    return found


@pytest.mark.parametrize("size", [100, LARGE - 1, LARGE, PART - 1, PART + 1, 3 * PART + 5])
def test_what_is_written_while_hashing_is_what_is_hashed_alone(shelf: Shelf, size: int) -> None:
    model = {"w": np.arange(size, dtype="u1"), "text": bytes(size), "small": [np.full(3000, n, "u1") for n in range(5)]}
    hashed = pack(model, PYTHON)
    assert everything(shelf) == {}
    written = pack(model, PYTHON, into=shelf.blobs)
    assert (hashed.content_id, hashed.layout) == (written.content_id, written.layout)
    assert everything(shelf) == {**dict(written.objects), written.layout: written.layout_size}
    assert np.array_equal(shelf.get(written)["w"], model["w"])


def test_a_store_is_asked_for_only_once_the_object_was_pickled(shelf: Shelf) -> None:
    asked: list[str] = []

    def into() -> object:
        asked.append("asked")
        return shelf.blobs

    with pytest.raises(modelreg.errors.UnpicklableError):
        pack({"lock": threading.Lock()}, PYTHON, into=into)  # type: ignore[arg-type]
    assert asked == []


def test_a_failed_write_tells_what_it_has_left(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[str] = []
    write = os.write

    def failing(descriptor: int, data: memoryview) -> int:
        if len(data) == 7:
            raise OSError(28, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", failing)
    model = np.frombuffer(np.random.default_rng(0).bytes(2 * PART + 7), "u1")
    with pytest.raises(modelreg.errors.StorageError, match="the disk is full"):
        pack(model, PYTHON, into=shelf.blobs, written=left)
    assert set(left) == set(everything(shelf))


def test_an_interrupt_right_after_an_object_is_there_leaves_none_untold(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelreg.blobs import local

    left: list[str] = []
    rename = os.rename

    def interrupted(aside: Path, path: Path) -> None:
        rename(aside, path)
        raise KeyboardInterrupt

    monkeypatch.setattr(local.os, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pack({"n": 1}, PYTHON, into=shelf.blobs, written=left)
    assert set(left) == set(everything(shelf)) != set()


class _Counted:
    """A batch that takes its time."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def put(self, name: str, pieces: object) -> bool:
        assert pieces
        time.sleep(0.05)
        self.written.append(name)
        return False

    def holds(self, name: str, size: int) -> bool:
        return not size and name in self.written

    def pour(self, chunks: Iterable[Bytes], size: int) -> tuple[str, bool]:
        name = digest(b"".join(chunks))
        return name, self.put(name, size)


@pytest.mark.parametrize("started", [1, 2, 3])
def test_an_interrupt_while_a_thread_starts_leaves_nobody_writing(
    started: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, threads = _Counted(), []
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        threads.append(thread)
        if len(threads) == started:
            raise KeyboardInterrupt

    def kept(work: Work, number: int) -> str:
        time.sleep(0.05 if number + 1 < started else 0.4)  # the thread that nobody waits for would be the last
        return work.keep([bytes([number])])

    monkeypatch.setattr("os.cpu_count", lambda: 4)
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt), Work(9 * PART, batch) as work:
        for number in range(9):
            work.start(partial(kept, work, number))
    before = list(batch.written)
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()
    assert batch.written == before


@pytest.mark.parametrize("again", [1, 2, 5])
def test_however_often_one_interrupts_who_is_writing_is_waited_for(again: int, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = _Counted()
    work = Work(9 * PART, batch)
    assert work._pool is not None
    shutdown, asked = work._pool.shutdown, []

    def interrupted(**options: bool) -> None:
        asked.append(options)
        if len(asked) <= again:
            raise KeyboardInterrupt
        shutdown(**options)

    monkeypatch.setattr(work._pool, "shutdown", interrupted)
    with pytest.raises(KeyboardInterrupt), work:
        for number in range(9):
            work.start(partial(work.keep, [bytes([number])]))
        raise KeyboardInterrupt
    before = list(batch.written)
    assert len(before) < 9, "what was not begun is left"
    time.sleep(0.2)
    assert batch.written == before


def test_parts_that_are_there_are_not_copied_and_the_first_that_is_not_is_written(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelreg.contents import work

    copied: list[int] = []

    def counting(source: memoryview, target: memoryview) -> memoryview:
        copied.append(source.nbytes)
        return copy(source, target)

    monkeypatch.setattr(work, "copy", counting)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    noise = np.frombuffer(np.random.default_rng(0).bytes(12 * PART), "u1").copy()
    pack(noise, PYTHON, into=shelf.blobs)
    assert sum(copied) == 12 * PART
    assert max(copied) <= MIB
    copied.clear()
    pack(noise, PYTHON, into=shelf.blobs)
    assert sum(copied) <= 2 * PART, "the first of each thread, before it is known that they are there"
    copied.clear()
    noise[8 * PART :] += 1
    changed = pack(noise, PYTHON, into=shelf.blobs)
    assert 4 * PART <= sum(copied) <= 6 * PART
    assert len(everything(shelf)) == 12 + 4 + 3, "parts, and two layouts of one stream"
    assert np.array_equal(shelf.get(changed), noise)


def test_memory_that_changes_between_hashing_and_writing_makes_no_false_object(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = np.zeros(2 * PART, "u1")
    write = os.write

    def changing(descriptor: int, data: memoryview) -> int:
        live[:] += 1  # somebody else's thread, another process that shares the memory, a device
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", changing)
    pack(live, PYTHON, into=shelf.blobs)
    assert live[0], "it was changed"
    assert sum(everything(shelf).values()) > 2 * PART


def test_what_is_there_needs_no_room(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.frombuffer(np.random.default_rng(0).bytes(3 * PART), "u1").copy()
    packed = pack(noise, PYTHON, into=shelf.blobs)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        assert pack(noise, PYTHON, into=shelf.blobs).layout == packed.layout
        noise[0] += 1
        with pytest.raises(modelreg.errors.StorageError, match="the disk is full"):
            pack(noise, PYTHON, into=shelf.blobs)
    assert set(everything(shelf)) == {*dict(packed.objects), packed.layout}


def test_a_part_that_the_disk_did_not_take_is_not_believed_to_be_there(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    noise = np.frombuffer(np.random.default_rng(0).bytes(2 * PART), "u1")
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", failing)
        with pytest.raises(modelreg.errors.StorageError, match="Input/output error"), shelf.blobs.batch() as batch:
            Work(2 * PART, batch)._named(noise[:PART].data)
    assert everything(shelf) == {}


def test_an_object_that_the_disk_changed_is_no_hit_for_another_process(shelf: Shelf) -> None:
    model = {"w": np.frombuffer(np.random.default_rng(0).bytes(2 * PART + 5), "u1"), "small": np.arange(1000)}
    packed = pack(model, PYTHON, into=shelf.blobs)
    for name, _ in (*packed.objects, (packed.layout, packed.layout_size)):
        path = shelf.blobs.path(name)
        good, found = path.read_bytes(), path.stat()
        path.chmod(0o644)
        with path.open("r+b") as file:
            file.seek(len(good) // 2)
            file.write(bytes([good[len(good) // 2] ^ 1]))
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        assert path.read_bytes() != good
        later = LocalBlobs(shelf.blobs.root)
        assert pack(model, PYTHON, into=later).layout == packed.layout
        assert path.read_bytes() == good
    assert np.array_equal(shelf.get(packed)["w"], model["w"])


def test_what_was_verified_here_is_not_read_again_by_a_writer(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = plain.fill
    memory = Remembered(tmp_path / "private")
    model = np.frombuffer(np.random.default_rng(0).bytes(2 * PART + 5), "u1")
    packed = pack(model, PYTHON, into=shelf.blobs)
    names = [name for name, _ in (*packed.objects, (packed.layout, packed.layout_size))]
    for read in (names, []):
        later = LocalBlobs(shelf.blobs.root)
        later.hits.memory = memory
        seen: list[str] = []

        def counting(descriptor: int, path: str, name: str, *most: Any, seen: list[str] = seen) -> None:
            seen.append(name)
            fill(descriptor, path, name, *most)

        with monkeypatch.context() as counted:
            counted.setattr(plain, "fill", counting)
            pack(model, PYTHON, into=later)
        assert set(seen) == set(read)


def test_equal_parts_are_written_once(shelf: Shelf) -> None:
    packed = pack(np.zeros(5 * PART, "u1"), PYTHON, into=shelf.blobs)
    assert max(size for _, size in packed.objects) == PART
    assert len(everything(shelf)) == 3, "one part, the stream, the layout"


def test_what_changes_between_hashing_and_storing_is_refused(shelf: Shelf) -> None:
    model = np.zeros(2 * PART, "u1")
    packed = pack(model, PYTHON)
    model[0] = 1
    with pytest.raises(modelreg.errors.IntegrityError, match="changed while it was being registered"):
        store(packed, shelf.blobs)
    assert packed.layout not in everything(shelf)


def test_a_large_payload_of_the_stream_has_objects_of_its_own_and_what_is_around_it_may_change(shelf: Shelf) -> None:
    payload = np.random.default_rng(1).bytes(3 * MIB)
    first = pack({"name": "first", "payload": payload}, PYTHON, into=shelf.blobs)
    second = pack({"name": "the second", "payload": payload}, PYTHON, into=shelf.blobs)
    shared = set(first.objects) & set(second.objects)
    assert 3 * MIB in {size for _, size in shared}
    assert shelf.get(second)["payload"] == payload


def test_segments_are_the_stream_again() -> None:
    chunks = [b"a" * 10, b"b" * LARGE, b"c" * 5, b"d" * (PART + 3), b"e"]
    found = list(segments(chunks))
    assert b"".join(b"".join(map(bytes, segment)) for segment in found) == b"".join(chunks)
    assert all(sum(piece.nbytes for piece in segment) <= PART for segment in found)


def test_a_copy_is_made_of_memory_that_cannot_be_written_too() -> None:
    target = memoryview(bytearray(8))
    assert bytes(copy(memoryview(b"abc"), target)) == b"abc"
    assert bytes(copy(memoryview(b""), target)) == b""
    with pytest.raises(ValueError, match="do not fit"):
        copy(memoryview(bytes(9)), target)
    with pytest.raises(ValueError, match="do not fit"):
        copy(memoryview(b"abc"), memoryview(b"defg"))


class Training:
    """A thread that goes on changing an array."""

    def __init__(self, weights: np.ndarray) -> None:
        self.weights = weights
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.train, name="trainer")

    def train(self) -> None:
        while not self.done.is_set():
            self.weights += 1

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()


def test_a_model_that_trains_while_it_is_registered_is_whole_marked_and_said(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    weights = np.zeros(4 * PART, "u1")
    with Training(weights):
        answer = registry.register({"w": weights}, "churn")
    assert any(note.startswith("concurrent: ") and "trainer" in note for note in answer.notes)
    assert registry.check(read_data=True).ok
    assert registry.load("churn:v0")["w"].nbytes == weights.nbytes
    kinds = [action.kind for action in registry.history(answer.version.source.partition(":")[0]).items]
    assert "concurrent" in kinds


def test_threads_that_wait_are_not_at_work() -> None:
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait, name="waiting")
    thread.start()
    try:
        assert "waiting" not in racing.busy()
    finally:
        waiting.set()
        thread.join()


MEMORY = """
import sys
from pathlib import Path
import numpy as np
from modelreg.blobs.local import LocalBlobs
from modelreg.contents import pack
from modelreg.flavors.python import PYTHON

model = {"w": np.arange(int(sys.argv[2]) >> 3), "view": np.ones((2, 4 << 20))[:, ::2]}
pack({"w": np.ones(1 << 20)}, PYTHON, into=LocalBlobs(sys.argv[1]))  # what is imported and made once


def peak():
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)


Path("/proc/self/clear_refs").write_text("5")
before = peak()
pack(model, PYTHON, into=LocalBlobs(sys.argv[1]))
print((peak() - before) >> 10)
"""


# checklist 35
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("size", [256 * MIB, pytest.param(2048 * MIB, marks=pytest.mark.slow)])
def test_registering_takes_little_memory_besides_the_model(tmp_path: Path, size: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(tmp_path / "s"), str(size)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) <= 64, "MiB"
