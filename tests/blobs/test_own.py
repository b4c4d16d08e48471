"""What only this user can change is mapped and recognised; anything else is read, whatever it is."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from modelreg import mounts
from modelreg.blobs import mapping, own
from modelreg.blobs.local import LocalBlobs
from modelreg.blobs.mapping import PAGE, Region
from modelreg.contents import ahead
from modelreg.errors import IntegrityError

if TYPE_CHECKING:
    from pathlib import Path

DATA = bytes(range(256)) * (PAGE // 64)

pytestmark = pytest.mark.skipif(mapping._mmap() is None, reason="nothing is mapped on this system")


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobs:
    """Return a store two folders deep."""
    return LocalBlobs(tmp_path / "above" / "registry")


@pytest.fixture
def name(store: LocalBlobs) -> str:
    return store.put(DATA)


def mapped(store: LocalBlobs, name: str) -> bool:
    """Whether an object is mapped and recognised; both or neither, and its bytes come in either way."""
    region, view = Region(len(DATA)), memoryview(bytearray(len(DATA)))
    reader = store.reader()
    facts = reader.map(name, 0, region, 0, len(DATA))
    assert reader.readinto(name, 0, view) == facts
    assert view == DATA
    assert bytes(region.view) == (DATA if facts else bytes(len(DATA)))
    return facts is not None


def test_own_files_are_mapped_and_recognised(store: LocalBlobs, name: str) -> None:
    found = store.path(name).stat()
    facts = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    assert store.reader().readinto(name, 0, memoryview(b"")) == facts
    assert mapped(store, name)


PLACES = ["object", "its folder", "folder of all objects", "objects", "registry", "above the registry"]


def place(store: LocalBlobs, name: str, which: str) -> Path:
    """Return a file or folder on the way to an object."""
    path = store.path(name)
    return [path, path.parent, *path.parents[1:]][PLACES.index(which)]


@pytest.mark.parametrize("which", PLACES)
@pytest.mark.parametrize("bits", [stat.S_IWGRP, stat.S_IWOTH])
def test_what_others_can_write_is_read(store: LocalBlobs, name: str, which: str, bits: int) -> None:
    path = place(store, name, which)
    if bits == stat.S_IWGRP and own._own_group(os.geteuid()) == path.stat().st_gid:
        pytest.skip("this user's group has no other members")
    path.chmod(path.stat().st_mode | bits)
    assert not mapped(store, name)
    path.chmod(path.stat().st_mode & ~bits)
    assert mapped(store, name)


def test_a_sticky_folder_will_do_above_a_registry_and_nowhere_else(store: LocalBlobs, name: str) -> None:
    above = place(store, name, "above the registry")
    above.chmod(0o1777)
    assert mapped(store, name)
    place(store, name, "registry").chmod(0o1777)
    assert not mapped(store, name)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("which", PLACES)
def test_what_belongs_to_another_user_is_read(store: LocalBlobs, name: str, which: str) -> None:
    os.chown(place(store, name, which), 65534, 65534)
    assert not mapped(store, name)


def test_a_registry_may_be_reached_by_a_link(store: LocalBlobs, name: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(store.root)
    assert mapped(LocalBlobs(tmp_path / "link"), name)


def test_a_folder_of_objects_that_is_a_link_is_read(store: LocalBlobs, name: str, tmp_path: Path) -> None:
    folder = store.path(name).parent
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert not mapped(store, name)


@pytest.mark.parametrize("what", ["link", "folder", "fifo"])
def test_what_is_no_plain_file_is_refused(store: LocalBlobs, name: str, what: str, tmp_path: Path) -> None:
    path = store.path(name)
    path.rename(tmp_path / "object")
    match what:
        case "link":
            path.symlink_to(tmp_path / "object")
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
    reader = store.reader()
    with pytest.raises(IntegrityError, match="is no plain file"):
        reader.map(name, 0, Region(len(DATA)), 0, len(DATA))
    with pytest.raises(IntegrityError, match="is no plain file"):
        reader.readinto(name, 0, memoryview(b""))
    assert reader.size(name) is None


def test_a_short_object_is_not_mapped(store: LocalBlobs, name: str) -> None:
    path = store.path(name)
    path.unlink()
    path.write_bytes(DATA[:-1])
    assert store.reader().map(name, 0, Region(len(DATA)), 0, len(DATA)) is None


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.something"])
def test_a_file_system_of_other_hosts_is_read(
    store: LocalBlobs, name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mounts, "file_system", lambda _place: kind)
    mounts._is_local.cache_clear()
    assert not mapped(store, name)
    mounts._is_local.cache_clear()


def test_a_group_with_other_members_is_no_group_of_ones_own() -> None:
    assert own._own_group(0) is None  # root's is shared by convention


def test_only_digests_become_paths(store: LocalBlobs) -> None:
    for hostile in ("../../etc/passwd", "a" * 63, "/" + "a" * 63):
        for use in (
            lambda reader, what: reader.readinto(what, 0, memoryview(b"")),
            lambda reader, what: reader.map(what, 0, Region(PAGE), 0, PAGE),
            lambda reader, what: reader.size(what),
        ):
            with pytest.raises(IntegrityError, match="not the digest"):
                use(store.reader(), hostile)


def dropped(store: LocalBlobs, name: str) -> bool:
    """Take an object out of memory; whether the system does so and says so. To look at it is to begin to read it."""
    with store.path(name).open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return mapping.is_cold(file.fileno(), len(DATA) // 2)


def test_dropped_pages_are_told_to_be_cold_and_read_ahead(store: LocalBlobs, name: str) -> None:
    if not hasattr(os, "posix_fadvise") or not dropped(store, store.put(DATA + b"another")):
        pytest.skip("this file system keeps everything in memory, or does not say")
    with store.path(name).open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        region, reader = Region(len(DATA)), store.reader()
        assert reader.map(name, 0, region, 0, len(DATA)) is not None
        assert reader.cold == [name]
        for thread in ahead.start(store, [name, "f" * 64]):
            thread.join()
        assert not mapping.is_cold(file.fileno(), len(DATA) // 2)
    assert bytes(region.view) == DATA
