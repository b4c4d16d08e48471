"""Models of several parts, which several threads write at once: killed, refused and cut off in the middle of one."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import modelreg
from modelreg.blobs.local import LocalBlobs
from modelreg.catalog import aliases, members
from modelreg.contents import pack
from modelreg.digests import PART
from modelreg.errors import ReadOnlyError, StorageError
from modelreg.flavors.python import PYTHON
from modelreg.verbs import identity
from modelreg.verbs.capturing import Capturing
from modelreg.verbs.context import Context
from modelreg.verbs.discard import discard
from modelreg.verbs.entry import Entry
from tests.faults.invariants import assert_whole, objects, temporary
from tests.faults.tracing import counts, needs_strace, spread, traced
from tests.faults.writer import is_whole, model

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 2 * PART + 5
"""Bytes of weights in three parts, of which the second is the same in every model."""

PAGE = os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a registry with one model of three parts."""
    registry = modelreg.connect(tmp_path / "registry")
    registry.register(model("first", 0, SIZE), "churn", aliases=["staging"], project="train", artifact="clf")
    registry.close()
    return tmp_path / "registry"


# checklist 1
@needs_strace
@pytest.mark.timeout(900)
@pytest.mark.parametrize("most", [1, pytest.param(None, marks=pytest.mark.slow)])
def test_a_writer_killed_among_its_parts_leaves_all_or_nothing(place: Path, tmp_path: Path, most: int | None) -> None:
    totals = counts(place, tmp_path, SIZE)
    versions = assert_whole(place, "churn", [])
    for call in ("write", "fsync", "rename"):
        for number in spread(totals[call], most):
            done = traced(
                place, tmp_path / "trace.log", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}",
                who=f"{call}-{number}", size=SIZE,
            )  # fmt: skip
            after = assert_whole(place, "churn", done.stdout.splitlines())
            assert after - versions in (0, 1)
            versions = after
    again = traced(place, tmp_path / "trace.log", "-e", "trace=rename", who="again", size=SIZE)
    assert again.returncode == 0, again.stderr
    assert assert_whole(place, "churn", again.stdout.splitlines()) == versions + 1


# checklist 5
@needs_strace
@pytest.mark.parametrize(("call", "when"), [("fsync", 2), pytest.param("rename", 1, marks=pytest.mark.slow)])
def test_a_disk_that_fails_one_part_leaves_none_of_the_others(
    place: Path, tmp_path: Path, call: str, when: int
) -> None:
    before = objects(place)
    done = traced(
        place, tmp_path / "trace.log", "-e", f"trace={call}", "-e", f"inject={call}:error=EIO:when={when}",
        who="refused", size=SIZE,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stdout == "", "nothing is acknowledged"
    assert "StorageError" in done.stderr
    assert "Input/output error; nothing was registered" in done.stderr
    assert objects(place) == before
    assert temporary(place) == []
    assert assert_whole(place, "churn", []) == 1
    again = traced(place, tmp_path / "trace.log", "-e", f"trace={call}", who="refused", size=SIZE)
    assert assert_whole(place, "churn", again.stdout.splitlines()) == 2


INTERRUPTED = """
import signal, sys, threading
import modelreg
from modelreg.blobs import local
from tests.faults.writer import is_whole, model
registry = modelreg.connect(sys.argv[1])
registry.models()
rename, seen = local.os.rename, []
def interrupted(aside, path):
    rename(aside, path)
    if not seen and "objects" in str(path):
        seen.append(path)
        signal.raise_signal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else \\
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
local.os.rename = interrupted
try:
    registry.register(model("interrupted", 0, int(sys.argv[2])), "churn", project="train", artifact="clf")
except KeyboardInterrupt:
    print("interrupted", len(seen))
"""


# checklist 2, 35
def test_an_interrupt_among_the_parts_leaves_nothing(place: Path) -> None:
    before = objects(place)
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(place), str(SIZE)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "interrupted 1\n", done.stderr
    assert objects(place) == before
    assert temporary(place) == []
    assert assert_whole(place, "churn", []) == 1


# checklist 2
@pytest.mark.parametrize("moment", ["identity.twin", "Capturing.taken", "Entry.write", "members.add", "aliases.point"])
def test_an_interrupt_between_bytes_and_commit_leaves_nothing_and_takes_nothing_of_others(
    place: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    registry = modelreg.connect(place)
    noise = np.frombuffer(np.random.default_rng(0).bytes(SIZE), "u1")
    other = LocalBlobs(place).put(noise[:PART].data)  # of somebody who has not committed yet
    before = objects(place)
    where = {"identity": identity, "Capturing": Capturing, "Entry": Entry, "members": members, "aliases": aliases}
    owner, _, name = moment.partition(".")
    with monkeypatch.context() as pressed:
        pressed.setattr(where[owner], name, interrupted)
        with pytest.raises(KeyboardInterrupt):
            registry.register({"w": noise}, "churn", aliases=["staging"], attachments={"note.txt": b"kept"})
    assert objects(place) == before
    assert LocalBlobs(place).exists(other)
    assert temporary(place) == []
    assert registry.register({"w": noise}, "churn", attachments={"note.txt": b"kept"}).outcome == "new"
    assert registry.check(read_data=True).ok


# checklist 2
def test_an_interrupt_while_live_memory_is_hashed_again_leaves_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = importlib.import_module("modelreg.contents.pack")
    laid = pack.laid

    def interrupted(gathered: Any, kind: Any, batch: Any, *rest: Any) -> Any:
        if batch is None:  # the bytes are in their places
            raise KeyboardInterrupt
        return laid(gathered, kind, batch, *rest)

    before = objects(place)
    monkeypatch.setattr(pack, "laid", interrupted)
    monkeypatch.setattr("modelreg.contents.racing.busy", lambda: ["training"])
    with pytest.raises(KeyboardInterrupt):
        modelreg.connect(place).register({"w": np.arange(SIZE, dtype="u1")}, "churn")
    assert objects(place) == before


# checklist 2
def test_an_interrupt_while_the_commit_writes_anew_what_gc_took_leaves_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, before = modelreg.connect(place), objects(place)
    noise = np.frombuffer(np.random.default_rng(0).bytes(3 * PART), "u1")
    others = [LocalBlobs(place).put(noise[at : at + PART].data) for at in range(0, 3 * PART, PART)]
    pack = importlib.import_module("modelreg.contents.pack")
    stands, laid, gone = LocalBlobs.stands, pack.laid, []

    def collected(self: LocalBlobs, parts: Any) -> bool:
        for name in others:  # by whoever brought them, or gc
            self.delete(name)
        gone.append(parts)
        return stands(self, parts)

    def interrupted(*asked: Any) -> Any:
        done = laid(*asked)
        if gone:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(LocalBlobs, "stands", collected)
    monkeypatch.setattr(pack, "laid", interrupted)
    with pytest.raises(KeyboardInterrupt):
        registry.register({"w": noise}, "churn")
    assert gone
    assert objects(place) == before


def test_what_is_found_to_be_there_in_another_form_leaves_no_bytes_of_its_own(place: Path) -> None:
    registry = modelreg.connect(place)
    weights, one, other = np.arange(10_000.0), "abcdef" * 3, "".join(["abcdef"] * 3)
    assert registry.register({"w": weights, "a": one, "b": one}, "churn").outcome == "new"
    before = objects(place)
    assert registry.register({"w": weights, "a": one, "b": other}, "churn").outcome == "identical"
    assert objects(place) == before


def test_one_object_that_cannot_be_deleted_keeps_none_of_the_others(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = modelreg.connect(place)
    left = [registry._context.blobs.put(bytes([number]) * 10) for number in range(4)]
    delete = LocalBlobs.delete

    def refusing(self: LocalBlobs, name: str) -> None:
        if name == left[0]:
            raise StorageError("it cannot be removed")
        delete(self, name)

    monkeypatch.setattr(LocalBlobs, "delete", refusing)
    discard(registry._context, left)
    assert [registry._context.blobs.exists(name) for name in left] == [True, False, False, False]


# checklist 2
def test_an_interrupt_right_after_the_commit_takes_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Committed:
        """The transaction, which is interrupted when it has ended."""

        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __enter__(self) -> Any:
            return self.inner.__enter__()

        def __exit__(self, *error: object) -> None:
            self.inner.__exit__(*error)
            raise KeyboardInterrupt

    registry = modelreg.connect(place)
    begin = Context.write
    noise = {"w": np.frombuffer(np.random.default_rng(0).bytes(SIZE), "u1")}
    with monkeypatch.context() as pressed:
        pressed.setattr(Context, "write", lambda *asked, **more: Committed(begin(*asked, **more)))
        with pytest.raises(KeyboardInterrupt):
            registry.register(noise, "churn", project="train", artifact="clf")
    assert np.array_equal(modelreg.connect(place).load("churn:v1", trust=True)["w"], noise["w"])
    assert registry.check(read_data=True).ok


def pages(sizes: list[int]) -> int:
    """Return the bytes that files of such sizes take of a disk."""
    return sum(-(-size // PAGE) * PAGE for size in sizes)


# checklist 4
@pytest.mark.parametrize("lacking", ["parts", "layout", "record"])
def test_a_disk_that_is_full_at_the_last_object_is_left_as_it_was(disk: Path, lacking: str) -> None:
    place = disk / "registry"
    registry = modelreg.connect(place)
    registry.register({"n": 7}, "churn", project="train", artifact="clf")
    before = objects(place)
    noise = {"w": np.frombuffer(np.random.default_rng(0).bytes(SIZE), "u1")}
    packed = pack(noise, PYTHON)
    assert len(packed.objects) == 4, "three parts and the stream"
    sizes = [size for _, size in packed.objects]
    room = {"parts": PART + PAGE, "layout": pages(sizes), "record": pages([*sizes, packed.layout_size])}[lacking]
    found = os.statvfs(disk)
    with (disk / "other").open("wb") as other:
        os.posix_fallocate(other.fileno(), 0, found.f_bavail * found.f_frsize - room)
    with pytest.raises(StorageError, match="the disk is full; nothing was registered") as caught:
        registry.register(noise, "churn", project="train", artifact="clf")
    assert (packed.layout[2:] in str(caught.value)) == (lacking == "layout")
    assert objects(place) == before
    assert temporary(place) == []
    assert registry.load("churn:v0") == {"n": 7}
    (disk / "other").unlink()
    assert registry.register(noise, "churn", project="train", artifact="clf").version.ref == "churn:v1"
    assert registry.check(read_data=True).ok


# checklist 7
def test_a_disk_that_became_read_only_is_loaded_from_and_each_write_is_refused(disk: Path) -> None:
    place = disk / "registry"
    registry = modelreg.connect(place)
    registry.register(model("first", 0, SIZE), "churn", aliases=["staging"], project="train", artifact="clf")
    registry.close()
    before = objects(place)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        registry = modelreg.connect(place)
        assert is_whole(registry.load("churn:v0"))
        assert is_whole(registry.load("churn:v0")), "what was verified is mapped"
        with pytest.raises(ReadOnlyError, match="read-only"):
            registry.register(model("second", 0, SIZE), "churn")
        with pytest.raises(ReadOnlyError, match="read-only"):
            registry.gc(run=True, grace=0)
        registry.close()
        assert assert_whole(place, "churn", []) == 1
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert objects(place) == before
