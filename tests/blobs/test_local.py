"""Objects in plain files: the suite of every store, and what is particular to files."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelreg.blobs import STORES, open_store
from modelreg.blobs.local import LocalBlobs
from modelreg.digests import digest
from modelreg.errors import IntegrityError, NotFoundError, ReadOnlyError, StorageError
from modelreg.testing import BlobStoreTests

NAME = digest(b"bytes")


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "registry")


class TestLocal(BlobStoreTests):
    @pytest.fixture
    def store(self, tmp_path: Path) -> LocalBlobs:
        return LocalBlobs(tmp_path / "registry")

    def spoil(self, store: LocalBlobs, name: str, data: bytes) -> None:
        path = store.path(name)
        path.chmod(0o644)
        path.write_bytes(data)


def files(store: LocalBlobs) -> list[str]:
    """Return every plain file of a store by its path."""
    return sorted(path.relative_to(store.root).as_posix() for path in store.root.rglob("*") if path.is_file())


def test_an_object_is_a_read_only_file_under_its_digest(store: LocalBlobs) -> None:
    store.put(b"bytes")
    path = store.root / "objects" / "b3" / NAME[:2] / NAME[2:]
    assert path.read_bytes() == b"bytes"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert files(store) == [path.relative_to(store.root).as_posix()]


def test_opening_and_looking_makes_no_directory(store: LocalBlobs) -> None:
    assert not store.exists(NAME)
    assert list(store.iterate()) == []
    assert store.sweep_temp(0) == 0
    assert not store.root.exists()


def test_a_replaced_object_is_a_new_file(store: LocalBlobs) -> None:
    store.put(b"bytes")
    path = store.path(NAME)
    path.chmod(0o644)
    path.write_bytes(b"short"[:3])
    held = path.open("rb")
    store.put(b"bytes")
    assert held.read() == b"sho"  # who had it open reads on: nothing was truncated or written over
    held.close()
    assert path.read_bytes() == b"bytes"


@pytest.mark.parametrize("kind", ["directory", "link", "link to nothing", "fifo"])
def test_what_is_no_plain_file_is_no_object_and_hangs_nobody(store: LocalBlobs, kind: str, tmp_path: Path) -> None:
    path = store.path(NAME)
    path.parent.mkdir(parents=True)
    (tmp_path / "target").write_bytes(b"bytes")
    match kind:
        case "directory":
            path.mkdir()
        case "link":
            path.symlink_to(tmp_path / "target")
        case "link to nothing":
            path.symlink_to(tmp_path / "nothing")
        case _:
            os.mkfifo(path)
    assert store.size(NAME) is None
    assert list(store.iterate()) == []
    for read in (store.open, lambda name: store.readinto(name, 0, memoryview(bytearray(5)))):
        with pytest.raises(IntegrityError, match="no plain file"):
            read(NAME)
    if kind == "directory":
        with pytest.raises(StorageError, match="cannot be written"):
            store.put(b"bytes")
    else:
        store.put(b"bytes")
        assert store.read(NAME) == b"bytes"
    assert (tmp_path / "target").read_bytes() == b"bytes"
    assert not list(store.root.rglob(".tmp-*"))


def test_strange_names_in_the_directories_are_no_objects(store: LocalBlobs) -> None:
    store.put(b"bytes")
    home = store.path(NAME).parent
    (home / "README").write_text("hello")
    (home / ("A" * 62)).write_text("upper")
    (home.parent / "zz").mkdir()
    (home.parent / "zz" / ("a" * 62)).write_text("no fan-out")
    (home.parent / "ab").mkdir(exist_ok=True)
    assert [name for name, _, _ in store.iterate()] == [NAME]


def test_temporary_files_are_swept_once_they_are_old(store: LocalBlobs) -> None:
    store.put(b"bytes")
    left = store.path(NAME).parent / ".tmp-1-dead"
    left.write_bytes(b"half")
    assert store.sweep_temp(3600) == 0
    old = time.time() - 7200
    os.utime(left, (old, old))
    assert store.sweep_temp(3600) == 1
    assert files(store) == [f"objects/b3/{NAME[:2]}/{NAME[2:]}"]


def test_a_temporary_file_is_gone_when_the_bytes_cannot_be_had(store: LocalBlobs) -> None:
    store.put(b"bytes")  # its directory exists, so that only the write can fail
    with pytest.raises(TypeError):
        store.put_many([(digest(b"other"), [b"oth", object()])])  # type: ignore[list-item]
    assert files(store) == [f"objects/b3/{NAME[:2]}/{NAME[2:]}"]


def in_process(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a Python of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


LIMITED = """
import resource, signal, sys
from modelreg.blobs.local import LocalBlobs
from modelreg.errors import StorageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
store = LocalBlobs(sys.argv[1])
small = store.put(b"small")
try:
    store.put(bytes(3 << 20))
except StorageError as error:
    print(type(error).__name__, error)
assert store.read(small) == b"small"
assert [name for name, _, _ in store.iterate()] == [small]
"""


def test_a_file_size_limit_is_said_and_leaves_nothing(store: LocalBlobs) -> None:
    done = in_process(LIMITED, store.root)
    assert done.returncode == 0, done.stderr
    assert "larger than is allowed here" in done.stdout
    assert "3,145,728 bytes" in done.stdout
    assert str(store.root) in done.stdout
    assert "nothing was registered" in done.stdout
    assert len(files(store)) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """Mount a disk of one MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_said_and_leaves_what_was_there(small_disk: Path) -> None:
    store = LocalBlobs(small_disk)
    kept = store.put(b"kept")
    with pytest.raises(StorageError, match=r"2,097,152 bytes.*the disk is full; nothing was registered"):
        store.put(os.urandom(2 << 20))
    assert len(files(store)) == 1
    assert store.read(kept) == b"kept"
    again = store.put(b"after")
    assert store.read(again) == b"after"


def test_a_full_device_is_said() -> None:
    from modelreg.blobs.aside import Aside
    from modelreg.blobs.plain import refused

    aside = Aside(Path("/dev/full"))
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space") as caught:
        aside._descriptor = full.fileno()
        aside.write(b"x")
    assert "the disk is full" in str(refused(Path("there"), 1, caught.value))


@pytest.mark.parametrize(
    ("number", "kind", "said"),
    [
        (errno.ENOSPC, StorageError, "the disk is full"),
        (errno.EDQUOT, StorageError, "quota"),
        (errno.EIO, StorageError, "Input/output error"),
        (errno.EROFS, ReadOnlyError, "file system is read-only"),
        (errno.EACCES, ReadOnlyError, "permission denied"),
    ],
)
def test_each_refusal_of_the_system_has_its_own_words(number: int, kind: type, said: str) -> None:
    from modelreg.blobs.plain import refused

    error = refused(Path("objects/x"), 1000, OSError(number, os.strerror(number)))
    assert type(error) is kind
    assert said in str(error)
    assert "objects/x (1,000 bytes)" in str(error)


READ_ONLY = """
import os, sys
import modelreg.digests
from modelreg.blobs.local import LocalBlobs
from modelreg.errors import ReadOnlyError
modelreg.digests.digest(b"")  # imported before the rights to its file are gone
if os.getuid() == 0:
    os.setuid(65534)
store = LocalBlobs(sys.argv[1])
assert store.read(sys.argv[2]) == b"bytes"
assert [name for name, _, _ in store.iterate()] == [sys.argv[2]]
assert store.put(b"bytes") == sys.argv[2]
for refused in (lambda: store.put(b"other"), lambda: store.delete(sys.argv[2])):
    try:
        refused()
    except ReadOnlyError as error:
        print(error)
    else:
        raise SystemExit("not refused")
"""


def reachable(place: Path) -> None:
    """Let every user look below ``place``."""
    for path in [place, *place.parents][:-2]:
        if path.stat().st_uid == os.getuid():
            path.chmod(path.stat().st_mode | 0o055)


def test_a_read_only_store_is_read_and_refuses_writes(store: LocalBlobs, tmp_path: Path) -> None:
    store.put(b"bytes")
    for path in (store.root, *store.root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    reachable(tmp_path)
    done = in_process(READ_ONLY, store.root, NAME)
    for path in (store.root, *store.root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o444)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("permission denied") == 2
    assert len(files(store)) == 1


UNREADABLE = """
import os, sys
import modelreg.digests
from modelreg.blobs.local import LocalBlobs
from modelreg.errors import StorageError
modelreg.digests.digest(b"")
if os.getuid() == 0:
    os.setuid(65534)
store = LocalBlobs(sys.argv[1])
try:
    store.read(sys.argv[2])
except StorageError as error:
    print(error)
assert store.read(sys.argv[3]) == b"other"
"""


def test_one_unreadable_object_fails_alone(store: LocalBlobs, tmp_path: Path) -> None:
    store.put(b"bytes")
    other = store.put(b"other")
    store.path(NAME).chmod(0)
    reachable(tmp_path)
    done = in_process(UNREADABLE, store.root, NAME, other)
    assert done.returncode == 0, done.stderr
    assert f"{NAME[2:]} cannot be read: Permission denied" in done.stdout


def test_a_file_in_the_way_of_a_directory_is_an_error_of_storage(store: LocalBlobs) -> None:
    store.root.mkdir()
    (store.root / "objects").write_text("a file")
    assert store.size(NAME) is None
    with pytest.raises(StorageError, match="cannot be written"):
        store.put(b"bytes")


FORK = """
import os, sys
from modelreg.blobs.local import LocalBlobs
store = LocalBlobs(sys.argv[1])
store.put(bytes(20 << 20))
child = os.fork()
name = store.put(os.urandom(17 << 20))
assert len(store.read(name)) == 17 << 20
if not child:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert len(list(store.iterate())) == 3
"""


def test_a_store_goes_on_after_a_fork(store: LocalBlobs) -> None:
    done = in_process(FORK, store.root)
    assert done.returncode == 0, done.stderr


KILLED = """
import os, sys
from modelreg.blobs.local import LocalBlobs
from modelreg.digests import digest
store = LocalBlobs(sys.argv[1])
while True:
    data = os.urandom(1 << 20)
    store.put(data)
    print(digest(data), flush=True)
"""


def test_a_killed_writer_leaves_whole_objects_only(store: LocalBlobs) -> None:
    for _ in range(4):
        writer = subprocess.Popen([sys.executable, "-c", KILLED, store.root], stdout=subprocess.PIPE, text=True)
        said = [writer.stdout.readline().strip() for _ in range(3)]
        writer.kill()
        said += writer.communicate()[0].split()
        for name in said:
            if len(name) == 64:  # the last line may be cut
                assert digest(store.read(name)) == name
    for name, _, _ in store.iterate():
        assert digest(store.read(name)) == name
    store.sweep_temp(0)
    assert not list(store.root.rglob(".tmp-*"))


def test_a_scheme_without_a_store_is_refused_with_those_that_exist() -> None:
    with pytest.raises(NotFoundError, match=r"object store 'gopher'.*file"):
        open_store("gopher://host/place")


def test_a_path_and_a_file_url_open_the_same_store(tmp_path: Path) -> None:
    open_store(tmp_path / "r").put(b"bytes")
    assert open_store(f"file://{tmp_path}/r").read(NAME) == b"bytes"
    assert list(STORES) == ["file"]


def test_a_folder_that_is_a_link_is_none_of_the_stores(tmp_path: Path) -> None:
    store = LocalBlobs(tmp_path / "store")
    kept = store.put(b"x")
    free = next(name for name in ("aa", "bb") if not kept.startswith(name))
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in (".tmp-notes", "0" * 62):
        (mine / name).write_text("mine")
    (store.root / "objects" / "b3" / free).symlink_to(mine)
    assert [name for name, _, _ in store.iterate()] == [kept]
    assert store.sweep_temp(-1) == 0
    assert (mine / ".tmp-notes").exists()
