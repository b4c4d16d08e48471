"""A registry in a directory that a group shares: each member reads and writes it, and nobody is kept out by its files."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import modelreg

MEMBER = """
import os, sys, tempfile
import numpy
import modelreg

place, home, user, group = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
os.umask(0o002)
with tempfile.TemporaryDirectory() as own:  # all modules are imported: the files of this Python may be closed to others
    registry = modelreg.connect(own)
    registry.register({"w": numpy.arange(300_000.0)}, "churn", aliases=["staging"])
    registry.load("churn:staging")
    registry.check(read_data=True)
    registry.gc(run=True)
os.setgroups([])
os.setgid(group)
os.setuid(user)
os.environ.update({name: home for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME") if home})
registry = modelreg.connect(place, actor=f"member {user}")
answer = registry.register({"by": user, "w": numpy.arange(300_000.0)}, "churn", aliases=["staging"])
print(answer.version.ref, *answer.notes)
assert registry.load("churn:staging", trust=not home)["by"] == user
assert registry.check(read_data=True).ok
registry.gc(run=True, grace=0)
"""
GROUP = 54321
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may act as several users")


@pytest.fixture
def shared() -> object:
    """Return a directory whose files belong to a group."""
    folder = Path(tempfile.mkdtemp(prefix="modelreg-team-"))
    folder.chmod(0o755)
    place = folder / "registry"
    place.mkdir()
    os.chown(place, -1, GROUP)
    place.chmod(0o2775)
    yield place
    shutil.rmtree(folder)


def member(place: Path, user: int, home: Path | str) -> subprocess.CompletedProcess[str]:
    """Let a member of the group register, load, check and collect."""
    command = [sys.executable, "-c", MEMBER, str(place), str(home), str(user), str(GROUP)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def home_of(place: Path, user: int) -> Path:
    """Return a home of a user's own."""
    home = place.parent / str(user)
    home.mkdir(exist_ok=True)
    os.chown(home, user, GROUP)
    return home


@as_root
def test_each_member_of_a_group_registers_loads_and_collects(shared: Path) -> None:
    done = [member(shared, user, home_of(shared, user)) for user in (54322, 54323, 54322)]
    assert [each.stdout for each in done] == ["churn:v0\n", "churn:v1\n", "churn:v0\n"], done
    assert [version.aliases for version in modelreg.connect(shared).versions("churn")] == [(), ("staging",)]


@as_root
def test_a_home_that_may_not_be_entered_costs_the_trust_and_not_the_model(shared: Path) -> None:
    done = member(shared, 54322, "")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("churn:v0 loading it will ask for trust: the private directory"), done.stdout


@pytest.mark.parametrize(("mask", "mode"), [(0o002, 0o664), (0o022, 0o644), (0o077, 0o600)])
def test_the_files_of_the_catalog_get_the_rights_that_other_files_get(tmp_path: Path, mask: int, mode: int) -> None:
    place = tmp_path / "registry"
    before = os.umask(mask)
    try:
        registry = modelreg.connect(place)
        registry.register({"n": 1}, "churn")
        registry.backup(tmp_path / "copy")
    finally:
        os.umask(before)
    files = [*place.glob("registry.db*"), *tmp_path.glob("copy/registry.db*"), *place.glob("backups/*.db")]
    assert {file.name for file in files} >= {"registry.db", "registry.db-wal", "registry.db-shm"}
    assert {oct(stat.S_IMODE(file.stat().st_mode)) for file in files} == {oct(mode)}


@as_root
def test_who_may_not_write_is_told_which_file(shared: Path) -> None:
    modelreg.connect(shared).register({"by": 0}, "churn")
    os.chown(shared / "registry.db", 0, 0)
    (shared / "registry.db").chmod(0o644)
    done = member(shared, 54322, home_of(shared, 54322))
    assert done.returncode == 1
    assert (
        f"ReadOnlyError: the registry {shared} is read-only: registry.db may not be written by this user" in done.stderr
    )
