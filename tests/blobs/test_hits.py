"""A writer who finds an object there: what it reads, what it believes, and what it brings to the disk."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.blobs import folders
from modelreg.blobs.local import LocalBlobs
from modelreg.blobs.own import facts_of
from modelreg.contents.verify import compare
from modelreg.digests import digest
from modelreg.errors import StorageError
from modelreg.verified import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.blobs.reader import Reader

NAME = digest(b"bytes")


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobs:
    """Return a store with one object that another store wrote."""
    LocalBlobs(tmp_path / "registry").put(b"bytes")
    return LocalBlobs(tmp_path / "registry")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the folders that were brought to the disk."""
    found: list[Path] = []
    sync = folders.sync

    def syncing(folder: Path) -> tuple[int, int]:
        found.append(folder)
        return sync(folder)

    monkeypatch.setattr(folders, "sync", syncing)
    return found


def test_the_folder_of_a_young_object_of_somebody_else_is_synced_once(store: LocalBlobs, synced: list[Path]) -> None:
    folder = store.path(NAME).parent
    store.put(b"bytes")
    assert folder in synced
    synced.clear()
    store.put(b"bytes")
    assert synced == []


def test_what_a_batch_wrote_is_settled_only_when_the_batch_has_ended(store: LocalBlobs, synced: list[Path]) -> None:
    folder = store.path(digest(b"other")).parent
    with store.batch() as first:
        first.put(digest(b"other"), [b"other"])
        store.put(b"other")  # who comes between must not rely on a folder that is not on the disk
        assert folder in synced
    assert synced.count(folder) == 2


def test_a_batch_whose_folders_cannot_be_synced_settles_nothing(
    store: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(folder: Path) -> None:
        raise OSError(5, "Input/output error", str(folder))

    with monkeypatch.context() as failed:
        failed.setattr(folders, "sync", failing)
        with pytest.raises(OSError, match="Input/output error"):
            store.put(b"other")
    found: list[Path] = []
    monkeypatch.setattr(folders, "sync", found.append)
    store.put(b"other")
    assert store.path(digest(b"other")).parent in found


def test_what_is_read_once_is_remembered_with_its_new_time(store: LocalBlobs, tmp_path: Path) -> None:
    store.hits.memory = memory = Remembered(tmp_path / "private")
    store.put(b"bytes")
    found = store.path(NAME).stat()
    assert memory.known([NAME]) == {NAME: {(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)}}


def test_what_others_can_write_is_read_and_never_remembered(store: LocalBlobs, tmp_path: Path) -> None:
    store.hits.memory = memory = Remembered(tmp_path / "private")
    store.path(NAME).parent.chmod(0o777)
    store.put(b"bytes")
    assert memory.known([NAME]) == {}


def test_a_link_in_the_place_of_an_object_is_no_hit_and_keeps_its_target(store: LocalBlobs, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(b"bytes")
    before = target.stat().st_mtime_ns
    store.path(NAME).unlink()
    store.path(NAME).symlink_to(target)
    store.put(b"bytes")
    assert store.path(NAME).is_file()
    assert not store.path(NAME).is_symlink()
    assert target.stat().st_mtime_ns == before


@pytest.mark.parametrize("pour", [False, True])
def test_an_object_that_is_collected_while_a_writer_looks_at_it_is_written_anew(
    store: LocalBlobs, monkeypatch: pytest.MonkeyPatch, *, pour: bool
) -> None:
    reader = store.reader
    gone: list[str] = []

    def collecting() -> Reader:
        gone.append(NAME)
        store.path(NAME).unlink()
        return reader()

    monkeypatch.setattr(store, "reader", collecting)
    with store.batch() as batch:
        assert (batch.pour([b"by", b"tes"], 5)[1] if pour else batch.put(NAME, [b"bytes"])) is False
    assert gone
    assert store.read(NAME) == b"bytes"


def test_an_object_that_cannot_be_read_is_written_anew(store: LocalBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "preadv", refusing)
    with store.batch() as batch:
        assert batch.put(NAME, [b"bytes"]) is False
    assert store.path(NAME).read_bytes() == b"bytes"


def edited(path: Path, data: bytes) -> None:
    """Write other bytes into a file, in place, which gives it another time."""
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.write(data)
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))


def exchanged(path: Path, data: bytes) -> None:
    """Put another file in the place of one."""
    other = path.with_name("other")
    other.write_bytes(data)
    other.replace(path)


@pytest.mark.parametrize("change", [edited, exchanged])
@pytest.mark.parametrize("moment", ["read", "timed"])
def test_what_is_changed_while_a_writer_looks_at_it_is_not_believed_later(
    store: LocalBlobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    change: Callable[[Path, bytes], None],
) -> None:
    store.hits.memory = memory = Remembered(tmp_path / "private")
    read, time = os.preadv, os.utime

    def reading(*most: Any) -> int:
        count = read(*most)
        change(store.path(NAME), b"bites")
        return count

    def timing(*most: Any, **more: Any) -> None:
        time(*most, **more)
        if isinstance(most[0], int):  # the store's own
            change(store.path(NAME), b"bites")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, *(("preadv", reading) if moment == "read" else ("utime", timing)))
        store.put(b"bytes")
    assert change is edited or store.read(NAME) == b"bytes", "what lies in its place now was not read"
    assert facts_of(store.path(NAME).stat()) not in memory.known([NAME]).get(NAME, ())
    store.put(b"bytes")
    assert store.read(NAME) == b"bytes"


def test_what_others_can_write_is_read_each_time(store: LocalBlobs) -> None:
    store.path(NAME).parent.chmod(0o777)
    store.put(b"bytes")
    changed_unseen(store.path(NAME))
    store.put(b"bytes")
    assert store.read(NAME) == b"bytes"


def test_what_was_verified_before_others_could_write_it_is_read_again(store: LocalBlobs, tmp_path: Path) -> None:
    store.hits.memory = Remembered(tmp_path / "private")
    store.put(b"bytes")
    later = LocalBlobs(store.root)
    later.hits.memory = store.hits.memory
    store.path(NAME).parent.chmod(0o777)
    changed_unseen(store.path(NAME))
    later.put(b"bytes")
    assert store.read(NAME) == b"bytes"


def test_the_folder_of_an_old_object_of_somebody_else_is_synced_too(store: LocalBlobs, synced: list[Path]) -> None:
    old = store.path(NAME).stat().st_mtime_ns - 3600 * 10**9
    os.utime(store.path(NAME), ns=(old, old))
    store.put(b"bytes")  # its writer may have its batch open still
    assert store.path(NAME).parent in synced


def test_a_store_that_was_removed_is_brought_to_the_disk_from_its_root_on(
    store: LocalBlobs, synced: list[Path]
) -> None:
    store.put(b"other")
    shutil.rmtree(store.root / "objects")
    synced.clear()
    store.put(b"other")
    above = [store.root, store.root / "objects", store.root / "objects" / "b3"]
    assert set(synced) == {*above, store.path(digest(b"other")).parent}


def test_of_folders_that_are_known_only_the_one_that_changed_is_synced(store: LocalBlobs, synced: list[Path]) -> None:
    store.put(b"other")
    store.delete(digest(b"other"))
    synced.clear()
    store.put(b"other")
    assert synced == [store.path(digest(b"other")).parent]


def test_what_another_process_found_to_be_wrong_is_read_by_the_one_that_wrote_it(
    store: LocalBlobs, tmp_path: Path
) -> None:
    store.hits.memory = Remembered(tmp_path / "private")
    store.put(b"other")
    changed_unseen(store.path(digest(b"other")), b"otter")
    other = LocalBlobs(store.root)
    assert compare(other, {digest(b"other"): 5}, memory=Remembered(tmp_path / "private"))
    store.put(b"other")
    assert store.read(digest(b"other")) == b"other"


def test_a_file_that_was_copied_there_is_brought_to_the_disk_before_it_is_relied_on(
    store: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []
    sync = os.fsync

    def syncing(descriptor: int) -> None:
        found.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", syncing)
    store.put(b"bytes")
    inode = store.path(NAME).stat().st_ino
    assert found.count(inode) == 1
    store.put(b"bytes")
    assert found.count(inode) == 1, "it is known to be there"


def test_a_file_that_the_disk_does_not_take_is_written_anew(store: LocalBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, old = os.fsync, store.path(NAME).stat().st_ino

    def failing(descriptor: int) -> None:
        if os.fstat(descriptor).st_ino == old:
            raise OSError(5, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with store.batch() as batch:
        assert batch.put(NAME, [b"bytes"]) is False
    assert store.path(NAME).stat().st_ino != old


class TestStands:
    """What a commit asks for last."""

    def test_what_this_process_wrote_costs_nothing(self, store: LocalBlobs, synced: list[Path]) -> None:
        store.put(b"other")
        synced.clear()
        assert store.stands([(digest(b"other"), 5)])
        assert synced == []

    @pytest.mark.parametrize("change", [exchanged, lambda path, _: os.utime(path)])
    def test_the_folder_of_another_file_is_synced(
        self, store: LocalBlobs, synced: list[Path], change: Callable[[Path, bytes], None]
    ) -> None:
        store.put(b"bytes")
        change(store.path(NAME), b"bytes")
        synced.clear()
        assert store.stands([(NAME, 5)])
        assert store.path(NAME).parent in synced

    def test_of_a_store_that_others_write_what_the_batch_synced_is_not_synced_again(
        self, store: LocalBlobs, synced: list[Path]
    ) -> None:
        store.path(NAME).parent.chmod(0o777)
        store.put(b"bytes")
        synced.clear()
        assert store.stands([(NAME, 5)])
        assert synced == []

    def test_what_is_gone_or_of_another_size_does_not_stand(self, store: LocalBlobs) -> None:
        assert not store.stands([(NAME, 5), (digest(b"none"), 4)])
        assert not store.stands([(NAME, 6)])


def changed_unseen(path: Path, data: bytes = b"bites") -> None:
    """Change a file and leave its inode, size and time as they are."""
    found = path.stat()
    edited(path, data)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def test_what_was_found_to_be_wrong_is_no_hit_though_its_file_looks_as_before(store: LocalBlobs) -> None:
    store.put(b"bytes")
    changed_unseen(store.path(NAME))
    assert set(compare(store, {NAME: 5})) == {NAME}
    store.put(b"bytes")
    assert store.read(NAME) == b"bytes"


@pytest.mark.parametrize("pour", [False, True])
def test_what_the_disk_refused_was_not_put(store: LocalBlobs, monkeypatch: pytest.MonkeyPatch, *, pour: bool) -> None:
    name = digest(b"other")

    def refusing(_: int) -> None:
        raise OSError(5, "Input/output error")

    with store.batch() as batch:
        with monkeypatch.context() as disk:
            disk.setattr(os, "fsync", refusing)
            with pytest.raises(StorageError, match="Input/output error"):
                batch.pour([b"other"], 5) if pour else batch.put(name, [b"other"])
        assert not batch.holds(name, 5)
        assert batch.put(name, [b"other"]) is False
    assert store.read(name) == b"other"
