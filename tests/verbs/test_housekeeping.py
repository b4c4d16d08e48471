"""Check, rebuild, gc, du, backup."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from sklearn.linear_model import LinearRegression

import modelreg
from modelreg.catalog import backups
from modelreg.errors import (
    DamagedError,
    InvalidError,
    ModelRegError,
    NewerRegistryError,
    NotFoundError,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.registry import Registry


@pytest.fixture
def place(registry: Registry) -> Path:
    """Fill the registry with three versions; return its directory."""
    for number in range(3):
        registry.register(
            {"n": number, "w": bytes(3000)},
            "churn",
            metrics={"auc": number / 10},
            params={"n": number},
            project="train",
            artifact="clf",
        )
    registry.alias("churn:v1", "production")
    return Path(registry.location)


def database(place: Path) -> Path:
    """Return the catalog file, with everything in it."""
    path = place / "registry.db"
    driver = sqlite3.connect(path)
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    driver.close()
    return path


def test_a_whole_registry_is_said_to_be_whole(registry: Registry, place: Path) -> None:
    report = registry.check(read_data=True)
    assert report.ok
    assert "all is well" in report.summary


def test_a_history_entry_changed_by_hand_is_found(registry: Registry, place: Path) -> None:
    driver = sqlite3.connect(database(place))
    driver.execute("UPDATE actions SET actor = 'somebody' WHERE kind = 'alias-added'")
    driver.commit()
    report = registry.check()
    assert not report.ok
    assert any("changed by hand" in finding.text and finding.subject == "churn" for finding in report.findings)


def test_an_alias_moved_by_hand_to_nowhere_is_found(registry: Registry, place: Path) -> None:
    driver = sqlite3.connect(database(place))
    driver.execute("UPDATE aliases SET number = 77")
    driver.commit()
    assert any("v77" in finding.text for finding in registry.check().findings)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.write_bytes(b""), "0 bytes"),
        (lambda path: path.write_text("shopping list"), "not a catalog|is not a database"),
        (lambda path: path.write_bytes(bytes(len(path.read_bytes()))), "not a catalog|is not a database"),
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "damaged|malformed"),
    ],
)
@pytest.mark.parametrize("backed_up", [False, True])
def test_a_lost_catalog_is_refused_left_alone_and_rebuilt(
    registry: Registry, place: Path, damage: object, message: str, backed_up: bool
) -> None:
    path = database(place)
    if backed_up:
        with registry._context.read() as conn:
            conn.exec_driver_sql("COMMIT")
            backups.make(conn, place)
        registry.register({"n": 9}, "churn", project="train", artifact="clf")
    registry.close()
    database(place)
    damage(path)  # type: ignore[operator]
    before = path.read_bytes() if path.exists() else None
    fresh = modelreg.connect(place)
    with pytest.raises(ModelRegError, match=message):
        for use in (fresh.history, fresh.versions, lambda: fresh.register({"n": 5}, "churn")):
            use()
    assert (path.read_bytes() if path.exists() else None) == before
    report = fresh.check(rebuild=True)
    assert report.ok
    versions = list(fresh.versions("churn"))
    assert [version.number for version in versions] == ([3, 2, 1, 0] if backed_up else [2, 1, 0])
    assert versions[-1].metrics == {"auc": 0.0}
    assert fresh.load("churn:v2")["n"] == 2
    assert (fresh.model("churn").aliases == {"production": 1}) == backed_up
    assert fresh.register({"n": 77}, "churn", project="train", artifact="clf").version.number == len(versions)
    assert fresh.check(read_data=True).ok
    if before:
        assert any(kept.read_bytes() == before for kept in place.glob("registry.db.damaged-*"))


def test_a_whole_catalog_is_not_rebuilt(registry: Registry, place: Path) -> None:
    with pytest.raises(RefusedError, match="whole"):
        registry.check(rebuild=True)


def test_a_newer_registry_is_refused_with_both_versions(registry: Registry, place: Path) -> None:
    registry.close()
    driver = sqlite3.connect(place / "registry.db")
    driver.execute("UPDATE schema_revision SET version_num = '9999'")
    driver.commit()
    driver.close()
    with pytest.raises(NewerRegistryError, match="9999"):
        modelreg.connect(place).models()


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "other"
    place.mkdir()
    driver = sqlite3.connect(place / "registry.db")
    driver.execute("CREATE TABLE schema_revision (version_num TEXT)")
    driver.execute("INSERT INTO schema_revision VALUES ('0001')")
    driver.commit()
    driver.close()
    with pytest.raises(DamagedError, match="no catalog of modelreg"):
        modelreg.connect(place).models()


def test_a_folder_with_other_files_is_not_made_a_registry(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    registry = modelreg.connect(tmp_path)
    with pytest.raises(InvalidError, match="holds other files"):
        registry.register({"n": 1}, "churn")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_looking_at_a_registry_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    assert len(registry.models()) == len(registry.history()) == 0
    with pytest.raises(NotFoundError, match="none yet"):
        registry.load("churn")
    assert not (tmp_path / "registry").exists()


def test_a_registry_that_vanishes_while_in_use_is_not_silently_made_anew(registry: Registry, place: Path) -> None:
    shutil.rmtree(place)
    with pytest.raises(DamagedError, match="gone"):
        registry.register({"n": 1}, "churn")
    assert not place.exists()


def test_gc_says_first_and_then_frees_what_nothing_needs(registry: Registry, place: Path) -> None:
    size = sum(path.stat().st_size for path in place.joinpath("objects").rglob("*") if path.is_file())
    registry.delete("churn:v2", force=True)
    preview = registry.gc(grace=0)
    assert preview.next == "gc --run --grace 0"
    assert registry.gc(grace=1234567.5).summary.endswith("for 1234567.5 hours before they go")
    assert registry.undelete("train/clf:v2").changed
    registry.delete("churn:v2", force=True)
    time.sleep(0.01)
    condemned = registry.gc(run=True, grace=0)
    assert condemned.next == "gc --run --grace 0"
    time.sleep(0.01)
    assert registry.gc(run=True, grace=0).next is None  # deleted
    after = sum(path.stat().st_size for path in place.joinpath("objects").rglob("*") if path.is_file())
    assert after < size - 3000
    with pytest.raises(NotFoundError, match="purged"):
        registry.undelete("train/clf:v2")
    assert registry.load("churn:v1")["n"] == 1
    assert registry.check(read_data=True).ok


def test_gc_keeps_what_was_deleted_a_moment_ago(registry: Registry, place: Path) -> None:
    registry.delete("churn:v2", force=True)
    registry.gc(run=True)
    registry.gc(run=True)
    registry.undelete("train/clf:v2")
    assert registry.load("churn:v2")["n"] == 2


def test_what_gc_has_condemned_lives_again_when_it_is_needed(registry: Registry, place: Path) -> None:
    registry.delete("churn:v2", force=True)
    time.sleep(0.01)
    registry.gc(run=True, grace=0)
    answer = registry.register({"n": 2, "w": bytes(3000)}, "churn", project="train", artifact="clf")
    time.sleep(0.01)
    registry.gc(run=True, grace=0)
    assert registry.load(answer.version.ref)["n"] == 2
    assert registry.check(read_data=True).ok


def test_files_that_a_crash_left_go_after_the_grace_period(registry: Registry, place: Path) -> None:
    name = registry._context.blobs.put(b"orphan")
    registry.gc(run=True)
    assert registry._context.blobs.exists(name)
    time.sleep(0.01)
    registry.gc(run=True, grace=0)
    assert not registry._context.blobs.exists(name)


def test_du_counts_shared_bytes_once(registry: Registry, place: Path) -> None:
    registry.link("churn:v0", "second")
    rows = {str(row["name"]): row for row in registry.du().rows}
    assert rows["churn"]["versions"] == 3
    assert rows["second"]["versions"] == 1
    assert rows["second"]["shared"] == rows["second"]["bytes on disk"], "what it was linked from has it all"
    assert 0 < int(str(rows["churn"]["shared"])) < int(str(rows["churn"]["bytes on disk"]))
    logical = rows["churn"]["logical bytes"]
    assert isinstance(logical, int)
    assert logical > 9000


def test_a_backup_is_a_registry_of_its_own(registry: Registry, place: Path, tmp_path: Path) -> None:
    registry.backup(tmp_path / "copy")
    copy = modelreg.connect(tmp_path / "copy")
    assert copy.check(read_data=True).ok
    assert copy.load("churn:production")["n"] == 1
    copy.register({"n": 50}, "churn")
    assert registry.model("churn").versions == 3
    with pytest.raises(InvalidError, match="not an empty directory"):
        registry.backup(tmp_path / "copy")


def test_what_is_damaged_is_left_out_of_a_backup_and_told(registry: Registry, place: Path, tmp_path: Path) -> None:
    with registry._context.read() as conn:
        (record,) = conn.exec_driver_sql("SELECT record FROM versions ORDER BY id LIMIT 1").fetchone()
        (part,) = conn.exec_driver_sql("SELECT layout FROM contents LIMIT 1").fetchone()
    hurt = {}
    for name in (record, part):
        (path,) = place.joinpath("objects").rglob(f"*{name[2:]}*")
        hurt[name] = path
    data = bytearray(hurt[record].read_bytes())
    data[-3] ^= 1
    hurt[record].chmod(0o644)
    hurt[record].write_bytes(data)
    hurt[part].unlink()
    told = {one.text.partition("…")[0]: one.text.partition("… ")[2] for one in registry.check(read_data=True).findings}
    assert told == {
        f"object b3:{record[:16]}": "holds other bytes than were registered; it is a version record, from which a lost "
        "catalog would be rebuilt: no load needs it",
        f"object b3:{part[:16]}": "is missing; registering that model again mends it",
    }
    report = registry.backup(tmp_path / "copy")
    assert not report.ok
    assert report.summary.endswith("; 2 that are damaged here left out")
    assert report.next == "check --read-data"
    assert {one.text[10:26] for one in report.findings} == {record[:16], part[:16]}
    copy = modelreg.connect(tmp_path / "copy")
    assert len(copy.check(read_data=True).findings) == 2
    assert copy.load("churn:v2")["n"] == 2


def test_a_registry_that_was_moved_still_loads(registry: Registry, place: Path, tmp_path: Path) -> None:
    registry.close()
    place.rename(tmp_path / "moved")
    assert modelreg.connect(tmp_path / "moved").load("churn:production")["n"] == 1


def test_a_copy_of_the_catalog_is_made_once_a_day(registry: Registry, place: Path) -> None:
    assert backups.existing(place) == []
    os.utime(place / "FORMAT", (0, 0))
    registry.tag("churn", "gpu")
    for _ in range(100):
        if backups.existing(place):
            break
        time.sleep(0.05)
    assert len(backups.existing(place)) == 1
    registry.tag("churn", "cpu")
    time.sleep(0.2)
    assert len(backups.existing(place)) == 1


def test_three_copies_are_kept(registry: Registry, place: Path) -> None:
    for number in range(5):
        with registry._context.read() as conn:
            conn.exec_driver_sql("COMMIT")
            backups.make(conn, place, label=str(number))
    assert [path.stem.rpartition("-")[2] for path in backups.existing(place)] == ["2", "3", "4"]


READ_ONLY = """
import os, sys, tempfile
import modelreg
from modelreg.errors import ReadOnlyError
with tempfile.TemporaryDirectory() as scratch:  # what is imported on first use is imported while Python can be read
    os.environ["XDG_DATA_HOME"] = scratch
    warm = modelreg.connect(scratch + "/registry")
    warm.register({"n": 0}, "warm")
    warm.load("warm")
    list(warm.versions("warm"))
    warm.close()
os.setgid(65534); os.setuid(65534)
os.environ["XDG_DATA_HOME"] = sys.argv[2]
registry = modelreg.connect(sys.argv[1])
assert [v.number for v in registry.versions("churn")] == [2, 1, 0]
assert registry.load("churn:production", trust=True)["n"] == 1
try:
    registry.tag("churn", "gpu")
except ReadOnlyError as error:
    print(error)
"""


def test_a_read_only_registry_is_read_and_says_that_it_cannot_be_written(registry: Registry, place: Path) -> None:
    registry.close()
    database(place)
    for ending in ("-wal", "-shm"):
        place.joinpath(f"registry.db{ending}").unlink(missing_ok=True)
    public = Path(tempfile.mkdtemp(prefix="modelreg-read-only-"))
    try:
        public.chmod(0o755)
        copy = public / "registry"
        shutil.copytree(place, copy)
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        code = READ_ONLY if os.getuid() == 0 else READ_ONLY.replace("os.setgid(65534); os.setuid(65534)", "")
        done = subprocess.run(
            [sys.executable, "-c", code, str(copy), str(public / "nobody")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "read-only" in done.stdout
    finally:
        for path in public.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(public)


def test_damage_is_said_with_what_mends_it_and_a_line_that_works(registry: Registry, place: Path) -> None:
    victim = max((each for each in (place / "objects").rglob("*") if each.is_file()), key=lambda p: p.stat().st_size)
    victim.unlink()
    report = registry.check()
    (finding,) = report.findings
    assert finding.text.endswith("is missing; registering that model again mends it")
    assert report.next == f"show {finding.subject}"
    number = registry.show(finding.subject).version.number
    again = {"n": number, "w": bytes(3000)}
    answer = registry.register(again, "churn", project="train", artifact="clf")
    assert answer.notes[-1] == "its stored bytes were missing or damaged, and are whole again"
    assert registry.check(read_data=True).ok
    assert registry.check().next is None
    assert registry.register(again, "churn", project="train", artifact="clf").notes == ()


class Meanwhile(LinearRegression):
    """Lets something happen when it is asked whether it is fitted: its bytes are there, and it is not registered yet."""

    happens: ClassVar[list[Callable[[], object]]] = []

    def __sklearn_is_fitted__(self) -> bool:
        while self.happens:
            self.happens.pop()()
        return True


def test_what_somebody_registers_at_the_same_time_was_not_damaged(registry: Registry, place: Path) -> None:
    somebody, model = modelreg.connect(place), Meanwhile().fit([[1.0], [2.0]], [1.0, 2.0])
    Meanwhile.happens.append(lambda: somebody.register(model, "same", project="p", artifact="a"))
    answer = registry.register(model, "same", project="p", artifact="a")
    assert not Meanwhile.happens
    assert (answer.outcome, answer.notes) == ("identical", ())


def test_a_record_that_is_damaged_is_not_said_to_be_mended_so(registry: Registry, place: Path) -> None:
    driver = sqlite3.connect(place / "registry.db")
    ((record,),) = driver.execute("SELECT record FROM versions WHERE number = 1").fetchall()
    driver.close()
    registry._context.blobs.path(record).unlink()  # type: ignore[attr-defined]
    (finding,) = registry.check().findings
    assert finding.text.endswith(
        "is missing; it is a version record, from which a lost catalog would be rebuilt: no load needs it"
    )
