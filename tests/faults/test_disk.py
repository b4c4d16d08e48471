"""A disk that is full, limited or slow to let go: what was there stays, what was asked is said not to be done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import modelreg
from modelreg.errors import IntegrityError, LockedError, StorageError
from modelreg.notebook import Execution, Notebook
from tests.faults.invariants import objects, temporary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGISTER = """
import resource, signal, sys
import modelreg
registry = modelreg.connect(sys.argv[1])
registry.models()
if sys.argv[3] != "none":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    print(registry.register({"w": bytes(range(256)) * int(sys.argv[2])}, "churn", new_version=True).version.ref)
except Exception as error:
    print(type(error).__name__, error)
try:
    print(registry.load("churn:v0", trust=True)["n"])
except Exception as error:
    print("load", type(error).__name__, error)
"""


def register(place: Path, blocks: int, limit: int | None = None) -> list[str]:
    """Register ``blocks`` × 256 bytes in another process; return what it says."""
    done = subprocess.run(
        [sys.executable, "-c", REGISTER, str(place), str(blocks), "none" if limit is None else str(limit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# checklist 6
@pytest.mark.parametrize("limit", [100_000, 5_000_000])
def test_a_limit_on_the_size_of_files_is_said_and_leaves_nothing(tmp_path: Path, limit: int) -> None:
    place = tmp_path / "registry"
    registry = modelreg.connect(place)
    registry.register({"n": 7}, "churn")
    registry.close()
    said = register(place, 40_000, limit)
    assert said[0].startswith("StorageError"), said
    assert str(place) in said[0]
    assert said[1] == "7", "what was there loads"
    assert temporary(place) == []
    assert registry.check(read_data=True).ok
    assert registry.model("churn").versions == 1
    assert register(place, 40_000)[0] == "churn:v1", "the same again, with room"
    assert registry.check(read_data=True).ok


MANY = """
import resource, signal, sys
import numpy as np
from modelreg.blobs.local import LocalBlobs
from modelreg.contents import pack
from modelreg.flavors.python import PYTHON
noise = np.random.default_rng(0)
model = [noise.random(100_000) for _ in range(60)]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
try:
    pack(model, PYTHON, into=LocalBlobs(sys.argv[1]))
except Exception as error:
    print(type(error).__name__, error)
"""


# checklist 6
def test_a_refused_model_of_many_groups_of_small_arrays_hangs_nobody(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MANY, str(tmp_path / "store")], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("StorageError"), done.stdout


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of 3 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system; the limit on file sizes is tested in its place")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "modelreg-test", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no small file system can be mounted here; the limit on file sizes is tested in its place")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


# checklist 4
def test_a_full_disk_is_said_with_path_and_bytes_and_a_retry_works(small: Path) -> None:
    place = small / "registry"
    registry = modelreg.connect(place)
    registry.register({"n": 7}, "churn")
    registry.close()
    said = register(place, 40_000)
    assert said[0].startswith("StorageError"), said
    assert "the disk is full" in said[0]
    assert "(8,388,608 bytes)" in said[0] or "bytes)" in said[0]
    assert str(place) in said[0]
    assert said[1] == "7"
    assert temporary(place) == []
    assert registry.check(read_data=True).ok
    assert register(place, 1_000)[0] == "churn:v1"


# checklist 4
def test_a_copy_to_a_full_disk_names_that_disk_and_leaves_nothing(tmp_path: Path, small: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    (small / "filling").write_bytes(bytes((3 << 20) - 40_000))
    registry.register({"w": os.urandom(100_000)}, "churn")
    with pytest.raises(StorageError) as caught:
        registry.backup(small / "copy")
    assert caught.value.message == f"the copy to {small / 'copy'} failed: the disk there is full; nothing is left of it"
    assert caught.value.tries == ("du",)
    assert [each.name for each in small.iterdir()] == ["filling"]


# checklist 4
def test_code_that_does_not_fit_leaves_no_empty_file(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Notebook.current(), "log", type(Notebook.current().log)())
    log = Notebook.current().log
    log.on = True
    cell = Execution(source=f"clf = {{'text': {'x' * 40_000!r}}}", count=1)
    log.begin(1, cell, {})
    log.end(1, cell, {})
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"text": "x" * 40_000}, "churn", variable="clf")
    (small / "filling").write_bytes(bytes((3 << 20) - 8192))
    with pytest.raises(StorageError, match=r"slice\.py could not be written"):
        registry.code("churn", to=small / "code.py")
    assert [each.name for each in small.iterdir()] == ["filling"]


# checklist 4
def test_a_model_larger_than_the_free_disk_leaves_none_of_its_parts(small: Path) -> None:
    place = small / "registry"
    registry = modelreg.connect(place)
    registry.register({"n": 7}, "churn")
    before = objects(place)
    with pytest.raises(StorageError, match="the disk is full; nothing was registered"):
        registry.register({"w": [bytes([number]) * (1 << 20) for number in range(8)]}, "churn")
    assert objects(place) == before, "parts that were written before the disk was full are taken back"
    assert temporary(place) == []
    assert registry.register({"w": bytes(1 << 20)}, "churn").version.ref == "churn:v1"
    assert registry.check(read_data=True).ok


# checklist 4
def test_a_disk_that_fills_up_while_the_catalog_is_written_keeps_every_commit(small: Path) -> None:
    place = small / "registry"
    registry = modelreg.connect(place)
    registry.register({"n": 7}, "churn")
    done = 0
    with pytest.raises(StorageError, match="full"):
        for number in range(100_000):
            registry.describe("churn", f"{number} " + "x" * 20_000)
            done = number
    assert done > 3
    assert registry.model("churn").description.startswith(f"{done} "), "the last that was acknowledged"
    with pytest.raises(StorageError, match="full"):
        registry.tag("churn", *[f"key-{n}={'v' * 20_000}" for n in range(20)])
    assert registry.model("churn").tags == {}
    assert registry.load("churn:v0") == {"n": 7}
    registry.close()
    assert modelreg.connect(place).model("churn").description.startswith(f"{done} ")


# checklist 12
@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "missing", "folder", "link"])
def test_a_damaged_object_is_named_never_loaded_and_healed_by_registering_again(tmp_path: Path, damage: str) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    model = {"w": bytes(range(256)) * 400}
    registry.register(model, "churn", project="train", artifact="clf")
    registry.register({"other": 1}, "churn", project="train", artifact="clf")
    victim = max(
        (p for p in (tmp_path / "registry" / "objects").rglob("*") if p.is_file()), key=lambda p: p.stat().st_size
    )
    whole = victim.read_bytes()
    victim.chmod(0o644)
    if damage == "flip":
        victim.write_bytes(bytes([whole[0]]) + bytes([whole[1] ^ 1]) + whole[2:])
    elif damage in ("truncate", "empty"):
        victim.write_bytes({"truncate": whole[:-7], "empty": b""}[damage])
    else:
        victim.unlink()
        if damage == "folder":
            victim.mkdir()
        elif damage == "link":
            (tmp_path / "elsewhere").write_bytes(whole)
            victim.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match=r"churn:v0 cannot be loaded: .*check --read-data"):
        registry.load("churn:v0")
    assert registry.load("churn:v1") == {"other": 1}
    assert registry.get("churn:v0").number == 0
    report = registry.check(read_data=True)
    assert any("train/clf:v0" in finding.subject and "object b3:" in finding.text for finding in report.findings)
    report = registry.backup(tmp_path / "copy")
    assert any("train/clf:v0" in finding.subject and "was left out: " in finding.text for finding in report.findings)
    copy = modelreg.connect(tmp_path / "copy")
    assert copy.load("churn:v1") == {"other": 1}
    with pytest.raises(IntegrityError, match="churn:v0 cannot be loaded"):
        copy.load("churn:v0")
    if damage == "folder":
        victim.rmdir()
    registry.register(model, "churn", new_version=True, project="train", artifact="clf")
    assert registry.check(read_data=True).ok
    assert registry.load("churn:v0") == model


# checklist 17
def test_a_lock_that_is_held_too_long_is_said_with_how_long(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn")
    other = modelreg.connect(tmp_path / "registry")
    other._context.catalog.patience = 0.2
    with registry._context.catalog.write():
        with pytest.raises(LockedError, match=r"locked by another writer for 0\.2 s; nothing was written"):
            other.register({"n": 1}, "churn")
        assert other.load("churn:v0") == {"n": 0}, "a use that cannot be noted is no reason to fail"
    assert other.register({"n": 1}, "churn").version.number == 1
    assert other.check(read_data=True).ok
