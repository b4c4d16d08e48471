"""An older catalog is brought to the present schema: once, whole or not at all, with a copy kept."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

import modelreg
from modelreg.catalog import backups, migrate, schema
from modelreg.errors import ReadOnlyError

if TYPE_CHECKING:
    from pathlib import Path

NOW = schema.REVISIONS

NEXT = '''
"""A change to a table that others refer to: SQLite copies it, drops the old one and renames the copy."""
from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "{last}"


def upgrade():
    with op.batch_alter_table("homes") as batch:
        batch.add_column(sa.Column("colour", sa.Text, nullable=False, server_default="grey"))
    {then}
'''


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return the directory of a registry of the present schema, with facts in every table that matters."""
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn", aliases=["production"], metrics={"auc": 0.5}, params={"a": 1}, tags=["x"])
    registry.register({"n": 1}, "churn")
    registry.close()
    return tmp_path / "registry"


def ahead_script(then: str = "pass") -> str:
    """Return the revision of a modelreg that is one schema ahead."""
    return NEXT.format(then=then, last=NOW[-1])


def scripts(folder: Path, then: str = "pass") -> Path:
    """Write the revisions of a modelreg that is one schema ahead."""
    (folder / "versions").mkdir(parents=True)
    for own in (migrate.SCRIPTS / "versions").glob("[0-9]*.py"):
        (folder / "versions" / own.name).write_text(own.read_text())
    (folder / "versions" / "9999_colour.py").write_text(ahead_script(then))
    return folder


@pytest.fixture
def ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this process be a modelreg that is one schema ahead; return where its revisions lie."""
    folder = scripts(tmp_path / "scripts")
    monkeypatch.setattr(schema, "REVISIONS", (*NOW, "9999"))
    monkeypatch.setattr(schema, "REVISION", "9999")
    monkeypatch.setattr(migrate, "upgrade", partial(migrate.upgrade, scripts=folder))
    return folder


def facts(place: Path) -> tuple[str, bool]:
    """Return the schema that is stored and whether the new column is there."""
    driver = sqlite3.connect(place / "registry.db")
    try:
        (version,) = driver.execute("SELECT version_num FROM schema_revision").fetchone()
        columns = [row[1] for row in driver.execute("PRAGMA table_info(homes)")]
        return version, "colour" in columns
    finally:
        driver.close()


def test_alembic_is_not_imported_while_the_schema_is_the_present_one(place: Path) -> None:
    code = """
import sys, modelreg
registry = modelreg.connect(sys.argv[1])
registry.register({"n": 2}, "churn")
registry.load("churn:production"), registry.check(), registry.gc(run=True)
assert "sqlalchemy" in sys.modules
assert not [name for name in sys.modules if name.partition(".")[0] == "alembic"]
"""
    subprocess.run([sys.executable, "-c", code, str(place)], check=True)


def test_an_older_catalog_is_upgraded_with_a_copy_before(place: Path, ahead: Path) -> None:
    registry = modelreg.connect(place)
    assert registry.get("churn:production").metrics == {"auc": 0.5}
    assert facts(place) == ("9999", True)
    (copy,) = backups.existing(place)
    assert copy.stem.endswith("before-upgrade")
    driver = sqlite3.connect(copy)
    assert driver.execute("SELECT version_num FROM schema_revision").fetchall() == [(NOW[-1],)]
    assert driver.execute("SELECT count(*) FROM versions").fetchall() == [(2,)]
    driver.close()


def test_references_survive_a_table_that_is_made_anew(place: Path, ahead: Path) -> None:
    registry = modelreg.connect(place)
    registry.register({"n": 2}, "churn", aliases=["production"])
    assert registry.check(read_data=True).ok
    with registry._context.catalog.read() as conn:
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert conn.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []


def test_an_upgraded_catalog_is_newer_than_the_old_program(
    place: Path, ahead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modelreg.connect(place).models()
    monkeypatch.setattr(schema, "REVISIONS", NOW)
    monkeypatch.setattr(schema, "REVISION", NOW[-1])
    with pytest.raises(modelreg.errors.NewerRegistryError, match="schema 9999"):
        modelreg.connect(place).models()


def test_an_upgrade_that_fails_leaves_the_old_schema(place: Path, ahead: Path) -> None:
    script = ahead / "versions" / "9999_colour.py"
    script.write_text(ahead_script("raise RuntimeError('the disk is on fire')"))
    registry = modelreg.connect(place)
    with pytest.raises(RuntimeError, match="on fire"):
        registry.models()
    assert facts(place) == (NOW[-1], False)
    script.write_text(ahead_script())
    assert registry.model("churn").versions == 2
    assert facts(place) == ("9999", True)


def test_an_upgrade_that_breaks_a_reference_is_not_committed(place: Path, ahead: Path) -> None:
    script = ahead / "versions" / "9999_colour.py"
    script.write_text(ahead_script('op.execute("DELETE FROM contents")'))
    with pytest.raises(modelreg.errors.DamagedError, match="would have broken a reference"):
        modelreg.connect(place).models()
    assert facts(place) == (NOW[-1], False)


# checklist 7
def test_a_catalog_that_cannot_be_written_is_not_upgraded(
    place: Path, ahead: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelreg.catalog.engine import Catalog

    monkeypatch.setattr(Catalog, "writable", property(lambda _self: False))
    with pytest.raises(ReadOnlyError, match="older schema and cannot be upgraded: it is read-only"):
        modelreg.connect(place).models()
    assert facts(place) == (NOW[-1], False)


AHEAD = """
import os, signal, sys
from functools import partial
from pathlib import Path
from modelreg.catalog import migrate, schema
schema.REVISIONS, schema.REVISION = (*schema.REVISIONS, "9999"), "9999"
migrate.upgrade = partial(migrate.upgrade, scripts=Path(sys.argv[2]))
import modelreg
registry = modelreg.connect(sys.argv[1])
if len(sys.argv) > 3:
    print("ready", flush=True)
    sys.stdin.readline()
print([v.number for v in registry.versions("churn")])
"""


# checklist 18
def test_eight_processes_upgrade_at_once_and_one_copy_is_made(place: Path, tmp_path: Path) -> None:
    folder = scripts(tmp_path / "scripts")
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", AHEAD, str(place), str(folder), "wait"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(8)
    ]  # fmt: skip
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("\n")
        opener.stdin.flush()
    done = [opener.communicate() for opener in openers]
    assert [out for out, _ in done] == ["[1, 0]\n"] * 8, [err for _, err in done]
    assert facts(place) == ("9999", True)
    assert len(backups.existing(place)) == 1, "copies of the new schema would push out the one of the old"


# checklist 19
@pytest.mark.parametrize("moment", ["middle", "end"])
def test_an_upgrade_that_is_killed_leaves_the_old_schema_and_is_made_again(
    place: Path, tmp_path: Path, moment: str
) -> None:
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    folder = scripts(tmp_path / "scripts", then=kill)
    if moment == "middle":
        script = folder / "versions" / "9999_colour.py"
        script.write_text(
            script.read_text().replace(
                "    with op.batch", f"    op.execute('CREATE TABLE half (x)'); {kill}\n    with op.batch"
            )
        )
    killed = subprocess.run([sys.executable, "-c", AHEAD, str(place), str(folder)], check=False, capture_output=True)
    assert killed.returncode == -9
    assert facts(place) == (NOW[-1], False)
    assert modelreg.connect(place).check(read_data=True).ok, "the old program goes on with it"
    whole = scripts(tmp_path / "whole")
    done = subprocess.run([sys.executable, "-c", AHEAD, str(place), str(whole)], check=True, capture_output=True)
    assert done.stdout == b"[1, 0]\n"
    assert facts(place) == ("9999", True)


def test_the_recipe_of_a_migration_names_every_schema_there_was() -> None:
    numbers = sorted(path.stem.partition("_")[0] for path in (migrate.SCRIPTS / "versions").glob("[0-9]*.py"))
    assert tuple(numbers) == schema.REVISIONS
