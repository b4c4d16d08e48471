"""A writer who finds an object there: what it reads, what it believes, and what it brings to the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from modelreg.blobs import local
from modelreg.blobs.local import LocalBlobs
from modelreg.blobs.own import facts_of
from modelreg.contents.verify import compare
from modelreg.digests import digest
from modelreg.errors import StorageError
from modelreg.verified import Remembered

if TYPE_CHECKING:
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
    sync = local._sync_directory

    def syncing(folder: Path) -> None:
        found.append(folder)
        sync(folder)

    monkeypatch.setattr(local, "_sync_directory", syncing)
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
        failed.setattr(local, "_sync_directory", failing)
        with pytest.raises(OSError, match="Input/output error"):
            store.put(b"other")
    found: list[Path] = []
    monkeypatch.setattr(local, "_sync_directory", found.append)
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
        raise StorageError("Input/output error")

    reader = store.reader()
    monkeypatch.setattr(reader, "readinto", refusing)
    monkeypatch.setattr(store, "reader", lambda: reader)
    with store.batch() as batch:
        assert batch.put(NAME, [b"bytes"]) is False
    assert store.read(NAME) == b"bytes"


def test_a_file_that_comes_to_the_place_of_the_one_that_was_read_is_not_believed(
    store: LocalBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.hits.memory = memory = Remembered(tmp_path / "private")
    utime = os.utime

    def exchanged(path: Path, **more: bool) -> None:
        (tmp_path / "other").write_bytes(b"bites")
        (tmp_path / "other").replace(path)
        utime(path, **more)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, "utime", exchanged)
        meanwhile.setattr(os, "supports_follow_symlinks", {exchanged})
        store.put(b"bytes")
    assert store.read(NAME) == b"bytes"
    assert facts_of(store.path(NAME).stat()) not in memory.known([NAME]).get(NAME, ())


def test_what_was_found_to_be_wrong_is_no_hit_though_its_file_looks_as_before(store: LocalBlobs) -> None:
    store.put(b"bytes")
    path = store.path(NAME)
    found = path.stat()
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.write(b"bites")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
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
