"""Opening a catalog: made once by many, never changed by opening, refused when it is something else."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

import modelreg
from modelreg import mounts
from modelreg.catalog import create, schema
from modelreg.errors import (
    DamagedError,
    InvalidError,
    LockedError,
    ModelRegError,
    NewerRegistryError,
    ReadOnlyError,
    StorageError,
)
from modelreg.mounts import file_system


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return the directory of a registry with two versions, closed."""
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn", aliases=["production"], project="train", artifact="clf")
    registry.register({"n": 1}, "churn", project="train", artifact="clf")
    registry.close()
    return tmp_path / "registry"


def settle(place: Path) -> bytes:
    """Write everything into the one file; return its bytes."""
    driver = sqlite3.connect(place / "registry.db")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    driver.close()
    for ending in ("-wal", "-shm"):
        place.joinpath(f"registry.db{ending}").unlink(missing_ok=True)
    return (place / "registry.db").read_bytes()


def pragma(place: Path, name: str) -> object:
    """Return what the database file says of itself."""
    driver = sqlite3.connect(place / "registry.db")
    try:
        return driver.execute(f"PRAGMA {name}").fetchone()[0]
    finally:
        driver.close()


# checklist 18
def test_eight_processes_open_a_registry_that_is_not_there_at_once(tmp_path: Path) -> None:
    code = """
import sys, time, pathlib, modelreg, modelreg.verbs, modelreg.catalog.engine
registry = modelreg.connect(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
registry.create(f"model-{sys.argv[2]}")
print(registry._context.catalog.uid, len(registry.models()) >= 1)
"""
    openers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, str(tmp_path / "registry"), str(who)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for who in range(8)
    ]  # fmt: skip
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    said = []
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("\n")
        opener.stdin.flush()
    for opener in openers:
        out, err = opener.communicate()
        assert opener.returncode == 0, err
        said.append(out)
    assert len(set(said)) == 1, "one registry, one uid"
    assert len(modelreg.connect(tmp_path / "registry").models()) == 8
    assert [path.name for path in (tmp_path / "registry" / "tmp").iterdir()] == []


def test_threads_look_at_a_registry_that_is_not_there(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    errors: list[BaseException] = []

    def look() -> None:
        try:
            for _ in range(20):
                assert len(registry.models()) == len(registry.history()) == 0
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert not (tmp_path / "registry").exists()


def test_a_new_catalog_says_what_it_is(place: Path) -> None:
    assert pragma(place, "application_id") == create.APPLICATION_ID
    assert pragma(place, "journal_mode") == "wal"
    facts = json.loads((place / "FORMAT").read_text())
    assert (facts["format"], facts["version"], facts["hash"]) == ("modelreg-registry", 1, "blake3-256")


def test_connections_are_durable_and_check_references(place: Path) -> None:
    catalog = modelreg.connect(place)._context.catalog
    with catalog.read() as conn:
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_opening_never_changes_the_journal_mode(place: Path, mode: str) -> None:
    settle(place)
    driver = sqlite3.connect(place / "registry.db")
    driver.execute(f"PRAGMA journal_mode = {mode}")
    driver.close()
    registry = modelreg.connect(place)
    registry.register({"n": 2}, "churn")
    registry.load("churn:v0")
    registry.close()
    assert pragma(place, "journal_mode") == mode
    assert registry.check(read_data=True).ok


# checklist 20
def test_on_a_network_file_system_no_journal_needs_shared_memory_and_one_warning_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(create, "file_system", lambda _place: "nfs4")
    registry = modelreg.connect(tmp_path / "registry")
    with pytest.warns(UserWarning, match=r"network file system \(nfs4\).*PostgreSQL") as caught:
        registry.register({"n": 0}, "churn")
    registry.register({"n": 1}, "churn")  # a second warning would be an error
    assert len(caught) == 1
    registry.close()
    assert pragma(tmp_path / "registry", "journal_mode") == "delete"
    assert sorted(path.name for path in (tmp_path / "registry").iterdir()) == [
        "FORMAT",
        "objects",
        "registry.db",
        "tmp",
    ]
    with pytest.warns(UserWarning, match="network file system"):
        registry.backup(tmp_path / "copy")
    assert pragma(tmp_path / "copy", "journal_mode") == "delete"


def test_the_type_of_a_file_system_is_that_of_the_longest_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home with blank" / "anna"
    home.mkdir(parents=True)
    table = (
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"35 22 0:40 / {str(tmp_path / 'home with blank').replace(' ', chr(92) + '040')} rw - nfs4 server:/home rw\n"
        f"36 22 0:41 / {tmp_path / 'home'} rw - cifs //server/x rw\n"
    )
    real = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda self, **kw: table if str(self) == "/proc/self/mountinfo" else real(self, **kw)
    )
    assert file_system(home) == "nfs4"
    assert file_system(tmp_path / "homestead") == "ext4"
    assert not mounts.is_local(home, 40)
    assert mounts.is_local(tmp_path / "homestead", 81)
    with pytest.warns(UserWarning, match="nfs4"):
        assert create.on_network(home)
    assert not create.on_network(tmp_path)


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_paths: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn")
    assert registry.check(read_data=True).ok
    other = tmp_path / "registry" / "tmp" / "late.db"
    create._build(other, "f" * 32, wal=True)
    assert not create.publish(other, tmp_path / "registry" / "registry.db"), "the name was taken"
    assert modelreg.connect(tmp_path / "registry").model("churn").versions == 1


# checklist 10
@pytest.mark.parametrize("contents", [b"", b"shopping list\n" * 400, bytes(8192), b"\x89PNG\r\n"])
def test_what_is_no_database_is_refused_and_left_as_it_is(place: Path, contents: bytes) -> None:
    settle(place)
    (place / "registry.db").write_bytes(contents)
    registry = modelreg.connect(place)
    for use in (
        registry.models, registry.history, lambda: registry.load("churn:v0"), lambda: registry.tag("churn", "x"),
        lambda: registry.register({"n": 5}, "churn"),
    ):  # fmt: skip
        with pytest.raises(DamagedError, match=r"left as it is.*check"):
            use()
    assert (place / "registry.db").read_bytes() == contents
    assert not registry.check().ok


# checklist 10
def test_a_catalog_of_another_program_is_left_as_it_is(place: Path) -> None:
    settle(place)
    driver = sqlite3.connect(place / "registry.db")
    driver.execute("PRAGMA application_id = 7")
    driver.close()
    before = settle(place)
    with pytest.raises(DamagedError, match="no catalog of modelreg; it was left as it is"):
        modelreg.connect(place).models()
    assert settle(place) == before


# checklist 10
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_newer_schema_is_left_as_it_is_also_by_a_rebuild(place: Path, rebuild: bool) -> None:
    driver = sqlite3.connect(place / "registry.db")
    driver.execute("UPDATE schema_revision SET version_num = '9999'")
    driver.commit()
    driver.close()
    before = settle(place)
    registry = modelreg.connect(place)
    with pytest.raises(
        NewerRegistryError, match=rf"schema 9999; this one knows up to {schema.REVISION}\); upgrade modelreg"
    ):
        registry.check(rebuild=True) if rebuild else registry.register({"n": 5}, "churn")
    assert settle(place) == before
    assert list(place.glob("*.damaged*")) == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"format": "modelreg-registry", "version": 2}', NewerRegistryError),
        ('{"format": "something-else", "version": 1}', DamagedError),
        ("[]", DamagedError),
        ("not json", DamagedError),
    ],
)
def test_a_directory_of_another_format_is_not_opened(place: Path, text: str, error: type[ModelRegError]) -> None:
    (place / "FORMAT").write_text(text)
    for use in (
        lambda: modelreg.connect(place).models(),
        lambda: modelreg.connect(place).register({"n": 5}, "churn"),
    ):
        with pytest.raises(error, match=r"FORMAT|format 2"):
            use()
    (place / "FORMAT").unlink()
    assert modelreg.connect(place).model("churn").versions == 2, "the catalog speaks for itself"


# checklist 11
def test_behind_a_damaged_page_what_is_whole_is_read_and_nothing_is_written(place: Path) -> None:
    settle(place)
    driver = sqlite3.connect(place / "registry.db")
    (root,) = driver.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs'").fetchone()
    driver.close()
    with (place / "registry.db").open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    before = (place / "registry.db").read_bytes()
    registry = modelreg.connect(place)
    assert [m.name for m in registry.models()] == ["churn"]
    assert registry.get("churn:production").number == 0
    for use in (lambda: registry.show("churn:v0"), lambda: registry.register({"n": 7}, "churn", new_version=True)):
        with pytest.raises(DamagedError, match=r"is damaged .*nothing was written.*check"):
            use()
    assert not registry.check().ok
    registry.close()
    assert settle(place) == before
    assert registry.check(rebuild=True).ok
    assert registry.load("churn:v1") == {"n": 1}


# checklist 9
def test_another_registry_in_the_same_place_is_not_taken_for_the_one_in_use(place: Path) -> None:
    registry = modelreg.connect(place)
    assert registry.model("churn").versions == 2
    shutil.rmtree(place)
    other = modelreg.connect(place)
    other.register({"n": 5}, "other")
    for use in (registry.models, lambda: registry.register({"n": 7}, "churn"), registry.models):
        with pytest.raises(DamagedError, match="another registry stands at"):
            use()
    assert [m.name for m in other.models()] == ["other"], "nothing was written to the stranger"


# checklist 9
def test_a_catalog_put_back_from_a_copy_is_opened_in_its_place(place: Path, tmp_path: Path) -> None:
    registry = modelreg.connect(place)
    registry.backup(tmp_path / "copy")
    registry.register({"n": 2}, "churn")
    shutil.rmtree(place)
    (tmp_path / "copy").rename(place)
    assert [v.number for v in registry.versions("churn")] == [1, 0]
    registry.register({"n": 3}, "churn")
    assert [v.number for v in modelreg.connect(place).versions("churn")] == [2, 1, 0], "written where others see it"


# checklist 9
def test_a_directory_that_went_and_came_back_is_used_again(place: Path, tmp_path: Path) -> None:
    registry = modelreg.connect(place)
    registry.models()
    place.rename(tmp_path / "unmounted")
    with pytest.raises(DamagedError, match="is gone: its directory was removed or unmounted"):
        registry.models()
    (tmp_path / "unmounted").rename(place)
    assert registry.load("churn:production") == {"n": 0}


def test_a_catalog_that_is_missing_beside_its_objects_is_not_made_anew(place: Path) -> None:
    (place / "registry.db").unlink()
    with pytest.raises(DamagedError, match=r"has objects but its catalog registry.db is missing.*check --rebuild"):
        modelreg.connect(place).register({"n": 7}, "churn")
    assert not (place / "registry.db").exists()


def test_a_file_is_no_place_for_a_registry(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    with pytest.raises(InvalidError, match="is a file; a registry is a directory"):
        modelreg.connect(tmp_path / "file").models()
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.parametrize("made", [False, True])
def test_nothing_is_rebuilt_where_no_registry_was(tmp_path: Path, made: bool) -> None:
    place = tmp_path / "elsewhere"
    if made:
        place.mkdir()
        (place / "thesis.txt").write_text("precious")
        driver = sqlite3.connect(place / "registry.db")
        driver.execute("CREATE TABLE mine (x)")
        driver.close()
    before = {path.name: path.read_bytes() for path in place.iterdir()} if made else None
    with pytest.raises(DamagedError, match=r"nothing of a registry at .* to rebuild from; it was left as it is"):
        modelreg.connect(place).check(rebuild=True)
    assert ({path.name: path.read_bytes() for path in place.iterdir()} if made else None) == before
    assert place.exists() == made


def test_a_catalog_that_is_locked_is_not_taken_for_a_lost_one(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelreg.catalog.patience.PATIENCE", 0.1)
    registry = modelreg.connect(place)
    driver = sqlite3.connect(place / "registry.db", isolation_level=None)
    driver.execute("PRAGMA locking_mode = EXCLUSIVE")
    driver.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LockedError):
            registry.check(rebuild=True)
    finally:
        driver.close()
    assert list(place.glob("*.damaged*")) == []


UNPRIVILEGED = """
import os, sys, json, importlib
import modelreg, modelreg.verbs, modelreg.catalog.engine, modelreg.flavors.python, cloudpickle, encodings.idna
from modelreg.catalog import listing, drivers, globs, paging, snapshot
warm = modelreg.connect(sys.argv[2] + "/warm")
warm.register({"n": 0}, "warm", tags=["x"])
warm.load("warm"), list(warm.versions("warm")), warm.history(), warm.check(read_data=True)
try: warm.get("nothing")
except LookupError: pass
warm.close()
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
os.environ["XDG_DATA_HOME"] = sys.argv[2] + "/nobody"
registry = modelreg.connect(sys.argv[1])
said = {}
def told(key, use):
    try: said[key] = repr(use())
    except Exception as error: said[key] = f"{type(error).__name__}: {error}"
told("versions", lambda: [v.number for v in registry.versions("churn")])
told("aliases", lambda: dict(registry.model("churn").aliases))
told("load", lambda: registry.load("churn:production", trust=True))
told("check", lambda: registry.check(read_data=True).ok)
told("tag", lambda: registry.tag("churn", "x"))
told("register", lambda: registry.register({"n": 99}, "churn").version.ref)
told("gc", lambda: registry.gc(run=True))
told("writable", lambda: registry.writable)
print(json.dumps(said))
"""


def unprivileged(place: Path, scratch: Path) -> dict[str, str]:
    """Return what a user without any right to write is told."""
    scratch.mkdir()
    scratch.chmod(0o777)
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(place), str(scratch)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.fixture
def public() -> object:
    """Return a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="modelreg-public-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


def lock(folder: Path) -> None:
    """Take the right to write from everybody."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


# checklist 7
def test_a_read_only_copy_is_read_and_each_write_says_that_it_is_read_only(place: Path, public: Path) -> None:
    settle(place)
    shutil.copytree(place, public / "registry")
    lock(public / "registry")
    before = sorted(str(path) for path in (public / "registry").rglob("*"))
    said = unprivileged(public / "registry", public / "scratch")
    assert (said["versions"], said["aliases"], said["load"]) == ("[1, 0]", "{'production': 0}", "{'n': 0}")
    assert (said["check"], said["writable"]) == ("True", "False")
    for verb in ("tag", "register", "gc"):
        assert said[verb].startswith("ReadOnlyError: the registry"), said
        assert "is read-only" in said[verb]
    assert sorted(str(path) for path in (public / "registry").rglob("*")) == before


# checklist 7
@pytest.mark.parametrize("index", [True, False])
def test_changes_that_lie_in_a_journal_are_read_or_refused_never_passed_over(
    place: Path, public: Path, index: bool
) -> None:
    registry = modelreg.connect(place)
    holder = sqlite3.connect(place / "registry.db")  # keeps the journal from being written back at the end
    holder.execute("SELECT count(*) FROM versions").fetchone()
    registry.register({"n": 2}, "churn", project="train", artifact="clf")
    assert (place / "registry.db-wal").stat().st_size
    shutil.copytree(place, public / "registry")
    registry.close()
    holder.close()
    if not index:
        (public / "registry" / "registry.db-shm").unlink()
    lock(public / "registry")
    said = unprivileged(public / "registry", public / "scratch")
    if index:
        assert said["versions"] == "[2, 1, 0]"
    else:
        for key in ("versions", "aliases", "load"):
            assert said[key].startswith("StorageError: the registry"), said
            assert "its newest changes lie in registry.db-wal" in said[key]


# checklist 8
def test_one_object_that_may_not_be_read_fails_its_own_version_only(place: Path, public: Path) -> None:
    settle(place)
    registry = modelreg.connect(place)
    victim = next(
        path for path in (place / "objects").rglob("*") if path.is_file() and b'"number":0' in path.read_bytes()
    )
    layouts = {json.loads(victim.read_bytes())["layout"]}
    registry.close()
    settle(place)
    shutil.copytree(place, public / "registry")
    for name in layouts:
        (public / "registry" / "objects" / "b3" / name[:2] / name[2:]).chmod(0o000)
    said = unprivileged(public / "registry", public / "scratch")
    assert said["versions"] == "[1, 0]"
    assert "Permission denied" in said["load"]
    assert said["check"] == "False"


def test_a_place_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((ReadOnlyError, StorageError, InvalidError)):
        modelreg.connect(tmp_path / "file" / "below").register({"n": 0}, "churn")


def test_a_new_registry_inside_a_repository_is_ignored_by_git(tmp_path: Path) -> None:
    (tmp_path / "code" / ".git").mkdir(parents=True)
    place = tmp_path / "code" / "sub" / "registry"
    registry = modelreg.connect(place)
    registry.register({"n": 0}, "churn")
    assert (place / ".gitignore").read_text().splitlines()[-1] == "*"
    (place / ".gitignore").unlink()  # somebody wants it in the repository
    registry.close()
    registry = modelreg.connect(place)
    registry.register({"n": 1}, "churn")
    assert registry.check(read_data=True).ok
    registry.backup(tmp_path / "copy")
    registry.close()
    assert not (place / ".gitignore").exists()
    assert not (tmp_path / "copy" / ".gitignore").exists()
    outside = modelreg.connect(tmp_path / "outside")
    outside.register({"n": 0}, "churn")
    outside.close()
    assert not (tmp_path / "outside" / ".gitignore").exists()
