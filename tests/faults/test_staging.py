"""Models that are put together as folders first: a disk that refuses one ends no kernel and keeps no folder."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

import modelreg
from modelreg.blobs.local import LocalBlobs
from modelreg.contents import pack
from modelreg.contents.gathering import Gathered
from modelreg.errors import ReadOnlyError, StorageError
from modelreg.flavors.base import Description
from modelreg.flavors.folders import Steady, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.progress import Progress


class Foldable:
    """The flavor of a library that writes folders only: a number, as a file of so many bytes."""

    name: Final = "foldable"
    format: Final = 1
    runs_code: Final = False
    requires: Final = ()

    def serves(self, obj: object) -> bool:
        return isinstance(obj, int)

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        root = sink.directory()
        (root / "model").write_bytes(np.random.default_rng(0).bytes(obj))
        put(sink, root)
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        return sum(source.files().values())

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        return []

    def describe(self, obj: Any) -> Description:
        return Description(class_name="int")


# checklist 4
@pytest.mark.parametrize("size", [64 << 20, 30 << 20], ids=["folder", "object"])
def test_a_disk_that_is_full_keeps_neither_the_folder_nor_an_object(disk: Path, size: int) -> None:
    blobs, left = LocalBlobs(disk), []
    with pytest.raises(StorageError, match="the disk is full; nothing was registered") as caught:
        pack(size, Foldable(), into=blobs, staging=disk / "tmp", written=left)
    assert list((disk / "tmp").iterdir()) == [], "while the error is still held"
    assert str(disk / ("tmp" if size > 48 << 20 else "objects")) in str(caught.value)
    pack(1000, Foldable(), into=blobs, staging=disk / "tmp")


# checklist 7
def test_a_disk_that_is_read_only_is_said(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(ReadOnlyError, match="cannot be written: its file system is read-only"):
        pack(1000, Foldable(), into=LocalBlobs(disk), staging=disk / "tmp")


# checklist 1
def test_a_folder_that_a_killed_process_left_goes_with_gc_once_it_is_old(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 1}, "churn")
    left = [tmp_path / "registry" / "tmp" / name for name in ("modelreg-old", "modelreg-new")]
    for folder in left:
        folder.mkdir(parents=True)
        (folder / "model").write_bytes(b"half")
    (tmp_path / "mine").mkdir()
    (left[0] / "elsewhere").symlink_to(tmp_path / "mine")
    os.utime(left[0], (time.time() - 4000,) * 2)
    registry.gc(grace=0)
    assert all(folder.is_dir() for folder in left), "a look removes nothing"
    registry.gc(run=True, grace=0)
    assert [folder.is_dir() for folder in left] == [False, True]
    assert (tmp_path / "mine").is_dir()
    assert registry.load("churn") == {"n": 1}


# checklist 45
def test_a_link_that_a_stranger_put_in_the_place_of_tmp_leads_gc_nowhere(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 1}, "churn")
    mine = tmp_path / "mine" / "old"
    mine.mkdir(parents=True)
    (mine / "thesis").write_text("mine")
    os.utime(mine, (time.time() - 4000,) * 2)
    shutil.rmtree(tmp_path / "registry" / "tmp")
    (tmp_path / "registry" / "tmp").symlink_to(mine.parent)
    registry.gc(run=True, grace=0)
    assert (mine / "thesis").read_text() == "mine"


# checklist 46
@pytest.mark.parametrize(("mode", "within"), [(0o700, True), (0o1777, True), (0o777, False)])
def test_no_folder_is_made_where_others_could_exchange_it(tmp_path: Path, mode: int, *, within: bool) -> None:
    staging = tmp_path / "tmp"
    staging.mkdir()
    staging.chmod(mode)
    gathered = Gathered(staging=staging)
    assert (gathered.directory().parent == staging.resolve()) is within
    staging.chmod(0o700)
    tmp_path.chmod(0o777)
    assert gathered.directory().parent != staging.resolve(), "the folder itself could be exchanged"


@pytest.fixture
def limited() -> Iterator[None]:
    """Let no file grow beyond 100,000 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


# checklist 6
@pytest.mark.usefixtures("limited")
def test_a_file_for_a_library_that_stands_no_failure_keeps_it_to_itself(tmp_path: Path) -> None:
    with Steady(tmp_path / "archive") as file:
        assert [file.write(bytes(60_000)) for _ in range(3)] == [60_000] * 3
    assert file.error is not None
    assert file.error.errno == errno.EFBIG
    assert (tmp_path / "archive").stat().st_size <= 100_000


PROGRAM = """
import resource, signal, sys
import torch
import modelreg
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
program = torch.export.export(torch.nn.Linear(1000, 1000), (torch.ones(1, 1000),))
registry = modelreg.connect(sys.argv[1])
registry.register({"n": 1}, "churn")
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
try:
    registry.register(program, "churn")
except modelreg.errors.StorageError as error:
    print(error)
print(registry.load("churn"))
"""


# checklist 6
@pytest.mark.slow
def test_a_program_of_torch_that_does_not_fit_ends_no_kernel(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(tmp_path / "registry")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    refused, loaded = done.stdout.splitlines()
    assert "the file is larger than is allowed here; nothing was registered" in refused
    assert loaded == "{'n': 1}"
    assert list((tmp_path / "registry" / "tmp").iterdir()) == []
