"""Files and folders: what is stored, under which path, and what is refused by name."""

from __future__ import annotations

import os
import socket
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import fetch, pack, store, unpack
from modelreg.errors import IntegrityError, InvalidError, StorageError
from modelreg.flavors import flavor_for, folders
from modelreg.flavors.files import FILES, Files
from modelreg.flavors.paths import LONGEST, clean_path

if TYPE_CHECKING:
    from modelreg.flavors.base import Sink
    from modelreg.progress import Progress


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "model"
    (place / "sub").mkdir(parents=True)
    (place / "a.txt").write_text("alpha")
    (place / "sub" / "b.txt").write_text("beta")
    return place


def stored(obj: Any, tmp_path: Path) -> dict[str, str]:
    """Store a path and return what comes back, path by path."""
    blobs = LocalBlobs(tmp_path / "store")
    packed = pack(obj, FILES)
    store(packed, blobs)
    target = tmp_path / "target"
    target.mkdir()
    loaded = unpack(fetch(packed.layout, packed.content_id, blobs), FILES, target)
    root = loaded if loaded.is_dir() else loaded.parent
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_path_is_of_the_flavor_files(folder: Path) -> None:
    assert flavor_for(folder) is FILES
    assert not FILES.runs_code


def test_a_folder_comes_back_with_its_tree(folder: Path, tmp_path: Path) -> None:
    (folder / "empty").mkdir()
    assert stored(folder, tmp_path) == {"a.txt": "alpha", "sub/b.txt": "beta"}


def test_hidden_files_come_along(folder: Path, tmp_path: Path) -> None:
    (folder / ".hidden").write_text("h")
    assert stored(folder, tmp_path)[".hidden"] == "h"


def test_a_home_directory_is_expanded(home: Path) -> None:
    (home / "model.txt").write_text("x")
    assert pack(Path("~/model.txt"), FILES).content_id == pack(home / "model.txt", FILES).content_id


def test_a_loaded_copy_is_private_and_writable(folder: Path, tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "store")
    packed = pack(folder, FILES)
    store(packed, blobs)
    one, two = (unpack(fetch(packed.layout, packed.content_id, blobs), FILES, tmp_path) for _ in range(2))
    assert one != two
    assert one.stat().st_mode & 0o077 == 0
    (one / "a.txt").write_text("changed")
    assert (two / "a.txt").read_text() == "alpha"
    fetch(packed.layout, packed.content_id, blobs)


def test_a_link_within_the_folder_is_stored_as_what_it_leads_to(folder: Path, tmp_path: Path) -> None:
    (folder / "again.txt").symlink_to("sub/b.txt")
    (folder / "other").symlink_to("sub", target_is_directory=True)
    assert stored(folder, tmp_path) == {
        "a.txt": "alpha",
        "again.txt": "beta",
        "other/b.txt": "beta",
        "sub/b.txt": "beta",
    }


def test_a_folder_that_is_a_link_itself_is_stored(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert pack(tmp_path / "link", FILES).content_id == pack(folder, FILES).content_id


def refused(place: Path, match: str) -> None:
    with pytest.raises(InvalidError, match=match):
        pack(place, FILES)


def test_a_link_that_leads_outside_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    (folder / "sub" / "out").symlink_to(tmp_path / "secret")
    refused(folder, "'sub/out' is a symbolic link that leads outside")


def test_a_link_to_a_folder_beside_that_begins_alike_leads_outside(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model-secret").mkdir()
    (tmp_path / "model-secret" / "s").write_text("s")
    (folder / "out").symlink_to(tmp_path / "model-secret")
    refused(folder, "'out' is a symbolic link that leads outside")


@pytest.mark.parametrize("target", [".", "..", "sub", "../model"])
def test_a_link_in_a_circle_is_refused(folder: Path, target: str) -> None:
    (folder / "sub" / "loop").symlink_to(folder / "sub" / target, target_is_directory=True)
    refused(folder, "'sub/loop' is a symbolic link that leads")


def test_a_link_to_itself_and_one_to_nothing_are_refused(folder: Path) -> None:
    (folder / "self").symlink_to(folder / "self")
    refused(folder, "'self' is a symbolic link that leads nowhere")
    (folder / "self").unlink()
    (folder / "gone").symlink_to(folder / "nothing")
    refused(folder, "'gone' is a symbolic link that leads nowhere")


def test_special_files_are_refused_and_hang_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe")
    refused(folder, "'pipe' is a FIFO and cannot be stored")
    refused(folder / "pipe", "is a FIFO and cannot be stored")
    (folder / "pipe").unlink()
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind("plug")
        refused(folder, "'plug' is a socket and cannot be stored")
    (folder / "plug").unlink()
    (folder / "null").symlink_to("/dev/null")
    refused(folder, "'null' is a symbolic link that leads outside")


def test_nothing_and_emptiness_are_refused(tmp_path: Path) -> None:
    refused(tmp_path / "nothing", "there is no file or folder '.*nothing'")
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    refused(tmp_path / "empty", "the folder '.*empty' holds no file")


@pytest.mark.parametrize("name", ["new\nline", "back\\slash", "bell\x07", "del\x7f"])
def test_a_name_that_not_every_system_can_write_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    refused(folder, "not every file system can write")


def test_a_name_of_no_known_letters_is_refused(folder: Path) -> None:
    (folder / os.fsdecode(b"latin\xe9")).write_text("x")
    refused(folder, "not every file system can write")


def test_two_names_that_become_one_are_refused(folder: Path) -> None:
    names = [unicodedata.normalize(form, "größe") for form in ("NFC", "NFD")]
    for name in names:
        (folder / name).write_text(name)
    if len(list(folder.iterdir())) == 4:  # some file systems see one name
        refused(folder, "the same name 'größe' once it is normalised")


class Strange(Files):
    """Stores one file under any paths."""

    def __init__(self, *paths: str) -> None:
        self.paths = paths

    def save(self, obj: Path, sink: Sink, progress: Progress) -> int:
        for path in self.paths:
            sink.file(path, obj)
        return 1


# checklist 44
@pytest.mark.parametrize("paths", [("a", "a/b"), ("a/b", "a"), ("x" * 300,), ("x" * 300 + "/y",)], ids=str)
def test_files_that_cannot_lie_in_one_folder_are_refused_and_nothing_is_left(
    paths: tuple[str, ...], folder: Path, tmp_path: Path
) -> None:
    blobs, target = LocalBlobs(tmp_path / "store"), tmp_path / "target"
    target.mkdir()
    packed = pack(folder / "a.txt", Strange(*paths), into=blobs)
    source = fetch(packed.layout, packed.content_id, blobs)
    with pytest.raises(IntegrityError, match=r"^these contents hold a file '[abxy…]+' that cannot be written beside"):
        unpack(source, FILES, target)
    with pytest.raises(IntegrityError, match="cannot be written beside"), folders.unfolded(source, target):
        pass
    assert list(target.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit to a file")
def test_a_disk_that_refuses_is_told_and_nothing_is_left(folder: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    (folder / "c").write_bytes(bytes(100_000))
    blobs, target = LocalBlobs(tmp_path / "store"), tmp_path / "target"
    target.mkdir()
    packed = pack(folder, FILES, into=blobs)
    source = fetch(packed.layout, packed.content_id, blobs)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(StorageError, match="cannot be written: File too large"):
            unpack(source, FILES, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(target.iterdir()) == []


@given(st.text(max_size=30))
def test_a_clean_path_stays_below_its_folder_and_stays_clean(text: str) -> None:
    try:
        path = clean_path(text)
    except InvalidError:
        return
    assert clean_path(path) == path
    assert not path.startswith("/")
    assert not {"", ".", ".."} & set(path.split("/"))
    assert not any(character in path for character in "\\\0\n")


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../b", "a//b", "./a", "a/", "", ".", "a\\..\\b", "x" * (LONGEST + 1)]
)
def test_a_path_that_is_not_plain_is_refused(path: str) -> None:
    with pytest.raises(InvalidError, match="the file name"):
        clean_path(path)
