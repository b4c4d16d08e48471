"""Copies that are made by themselves, and the history that shows what was changed by hand."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from pathlib import Path

import pytest

import modelreg
from modelreg.catalog import backups, restore


@pytest.fixture
def registry(tmp_path: Path) -> modelreg.Registry:
    """Return a registry with a history."""
    registry = modelreg.connect(tmp_path / "registry")
    for number in range(3):
        registry.register({"n": number}, "churn", aliases=["best"], project="train", artifact="clf")
    registry.tag("churn", "x")
    return registry


def copy(registry: modelreg.Registry, label: str = "daily") -> Path:
    """Make a copy now."""
    with registry._context.read() as conn:
        conn.exec_driver_sql("COMMIT")
        return backups.make(conn, Path(registry.location), label=label)


def by_hand(registry: modelreg.Registry, statement: str) -> None:
    """Change the catalog behind everybody's back."""
    driver = sqlite3.connect(Path(registry.location) / "registry.db")
    assert driver.execute(statement).rowcount
    driver.commit()
    driver.close()


def test_a_copy_is_whole_and_stands_alone(registry: modelreg.Registry) -> None:
    path = copy(registry)
    driver = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
    assert driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert driver.execute("SELECT count(*) FROM versions").fetchall() == [(3,)]
    driver.close()
    assert [p.name for p in path.parent.iterdir()] == [path.name], "nothing half made beside it"


def test_a_copy_is_on_the_disk_before_and_after_it_gets_its_name(
    registry: modelreg.Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, list[str]]] = []
    really, place = os.fsync, Path(registry.location)

    def fsync(descriptor: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), [path.name for path in backups.existing(place)]))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    path = copy(registry)
    assert seen == [(False, []), (True, [path.name])], "the bytes, while no name leads to them; then the name"


def test_a_registry_without_its_format_file_is_copied_with_one(registry: modelreg.Registry, tmp_path: Path) -> None:
    place = Path(registry.location)
    whole = (place / "FORMAT").read_bytes()
    (place / "FORMAT").unlink()
    registry.backup(tmp_path / "copy")
    assert (tmp_path / "copy" / "FORMAT").read_bytes() == whole
    assert modelreg.connect(tmp_path / "copy").check(read_data=True).ok


def test_a_rebuild_brings_the_format_file_back(registry: modelreg.Registry) -> None:
    place = Path(registry.location)
    copy(registry)
    registry.close()
    whole = (place / "FORMAT").read_bytes()
    for name in ("FORMAT", "registry.db"):
        (place / name).unlink()
    assert registry.check(rebuild=True).ok
    assert (place / "FORMAT").read_bytes() == whole


def test_a_copy_that_fails_leaves_no_half_and_harms_nobody(
    registry: modelreg.Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(registry.location)
    (place / "backups").write_text("a file where the folder should be")
    os.utime(place / "FORMAT", (0, 0))
    thread = backups.when_due(registry._context.catalog)
    assert thread is not None
    thread.join()
    registry.register({"n": 9}, "churn")
    assert registry.check(read_data=True).ok


def test_no_copy_is_due_within_a_day(registry: modelreg.Registry) -> None:
    assert backups.when_due(registry._context.catalog) is None
    path = copy(registry, "earlier")
    yesterday = time.time() - backups.PERIOD - 5
    os.utime(path, (yesterday, yesterday))
    thread = backups.when_due(registry._context.catalog)
    assert thread is not None
    thread.join()
    assert len(backups.existing(Path(registry.location))) == 2
    assert backups.when_due(registry._context.catalog) is None


def test_a_lost_catalog_is_put_back_from_the_newest_copy_that_is_whole(registry: modelreg.Registry) -> None:
    place = Path(registry.location)
    first = copy(registry, "first")
    registry.alias("churn:v0", "best")
    second = copy(registry, "second")
    third = copy(registry, "third")
    os.utime(first, (1, 1))
    os.utime(second, (2, 2))
    os.utime(third, (3, 3))
    third.write_bytes(third.read_bytes()[:10_000])
    found, skipped = restore.newest_backup(place)
    assert found == second
    assert [name for name, _ in skipped] == [third.name]
    registry.close()
    for ending in ("", "-wal", "-shm"):
        place.joinpath(f"registry.db{ending}").unlink(missing_ok=True)
    assert registry.check(rebuild=True).ok
    assert registry.model("churn").aliases == {"best": 0}


@pytest.mark.parametrize(
    ("statement", "subject", "text"),
    [
        ("UPDATE actions SET actor = 'mallory' WHERE id = 3", "train/clf", "history entry 3 was changed by hand"),
        ("UPDATE actions SET reason = 'because' WHERE id = 4", "", "history entry 4 was changed by hand"),
        ("UPDATE actions SET at = at + 1 WHERE id = 5", "", "history entry 5 was changed by hand"),
        ("UPDATE actions SET before = '7' WHERE kind = 'alias-moved-here' AND number = 1", "churn", "changed by hand"),
        ("DELETE FROM actions WHERE kind = 'alias-moved-away' AND number = 0", "churn", "one before it was removed"),
        (
            "UPDATE versions SET content_id = (SELECT content_id FROM versions WHERE number = 0) WHERE number = 2",
            "train/clf:v2", "its content_id is not",
        ),
        ("UPDATE versions SET created_by = 'mallory' WHERE number = 1", "train/clf:v1", "its created_by is not"),
        ("UPDATE versions SET created_at = 5 WHERE number = 1", "train/clf:v1", "its created_at is not"),
        ("UPDATE versions SET class_name = 'other.Class' WHERE number = 1", "train/clf:v1", "its class_name is not"),
        ("UPDATE versions SET number = 9 WHERE number = 1", "train/clf:v9", "its number is not"),
        ("UPDATE versions SET record = NULL WHERE number = 1", "train/clf:v1", "has no version record"),
        ("UPDATE homes SET members = 7 WHERE name = 'churn'", "churn", "is said to have 7 versions and has 3"),
        ("UPDATE counters SET next = 1 WHERE name = 'churn'", "churn", "has v2, but the next number would be 1"),
        ("UPDATE aliases SET number = 9", "churn", "'best' stands at v9, which is not there"),
        ("DELETE FROM runs", "catalog", "refers to a row of runs that is not there"),
    ],
)  # fmt: skip
def test_what_was_changed_by_hand_is_found(
    registry: modelreg.Registry, statement: str, subject: str, text: str
) -> None:
    # checklist 13
    registry.register({"n": 1}, "churn", metrics={"auc": 1})
    assert registry.check().ok
    by_hand(registry, statement)
    findings = registry.check().findings
    assert any(text in f.text and subject in f.subject and f.severity == "error" for f in findings), findings
