"""A catalog whose schema somebody changed is not believed; what modelreg made is."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import modelreg
from modelreg.catalog import restore
from modelreg.errors import DamagedError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return the directory of a registry with one version, closed."""
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn", project="train", artifact="clf")
    registry.close()
    return tmp_path / "registry"


def change(place: Path, *statements: str) -> None:
    """Change the schema as somebody who may write the file can."""
    with closing(sqlite3.connect(place / "registry.db", isolation_level=None)) as driver:
        driver.execute("PRAGMA legacy_alter_table = ON")
        for statement in statements:
            driver.execute(statement)


@pytest.mark.parametrize(
    ("statements", "what"),
    [
        (("CREATE VIEW harmless AS SELECT 1",), "a view, 'harmless'"),
        (
            ("ALTER TABLE meta RENAME TO before", "CREATE VIEW meta AS SELECT * FROM before"),
            "a view, 'meta'",
        ),
        (
            ("ALTER TABLE schema_revision RENAME TO before", "CREATE VIEW schema_revision AS SELECT * FROM before"),
            "a view, 'schema_revision'",
        ),
        (("CREATE TRIGGER quiet AFTER INSERT ON runs BEGIN DELETE FROM actions; END",), "a trigger, 'quiet'"),
        (("CREATE VIRTUAL TABLE found USING fts5(text)",), "a virtual table, 'found'"),
        (
            ("ALTER TABLE meta ADD COLUMN worked_out TEXT AS (upper(value)) VIRTUAL",),
            "a table with a generated column, 'meta'",
        ),
        (('CREATE VIEW "two\nlines" AS SELECT 1',), r"a view, 'two\nlines'"),
    ],
)
def test_what_modelreg_never_makes_is_named_and_refused(place: Path, statements: tuple[str, ...], what: str) -> None:
    change(place, *statements)
    before = (place / "registry.db").read_bytes()
    for use in (
        lambda: modelreg.connect(place).models(),
        lambda: modelreg.connect(place).load("churn"),
        lambda: modelreg.connect(place).register({"n": 1}, "churn"),
    ):
        with pytest.raises(DamagedError, match=re.escape(what)) as caught:
            use()
        assert "\n" not in str(caught.value)
    assert (place / "registry.db").read_bytes() == before


def test_an_index_and_statistics_of_the_owner_are_no_reason_to_refuse(place: Path) -> None:
    change(place, "CREATE INDEX mine ON runs (at)", "ANALYZE")
    assert modelreg.connect(place).load("churn") == {"n": 0}


def test_no_connection_trusts_the_expressions_of_a_schema(place: Path) -> None:
    catalog = modelreg.connect(place)._context.catalog
    with catalog.read() as conn:
        assert conn.exec_driver_sql("PRAGMA trusted_schema").scalar() == 0


def test_what_was_changed_is_rebuilt_from_what_the_versions_left(place: Path) -> None:
    change(place, "CREATE TRIGGER quiet AFTER INSERT ON runs BEGIN DELETE FROM actions; END")
    registry = modelreg.connect(place)
    assert not registry.check().ok
    assert registry.check(rebuild=True).ok
    assert registry.load("churn") == {"n": 0}


def test_a_copy_that_was_changed_is_passed_over(place: Path) -> None:
    (place / "backups").mkdir(exist_ok=True)
    copy = place / "backups" / "registry-changed.db"
    with closing(sqlite3.connect(place / "registry.db", isolation_level=None)) as driver:
        driver.execute("VACUUM INTO ?", (str(copy),))
    assert restore.newest_backup(place) == (copy, [])
    with closing(sqlite3.connect(copy, isolation_level=None)) as driver:
        driver.execute("CREATE TRIGGER quiet AFTER INSERT ON runs BEGIN DELETE FROM actions; END")
    assert restore.newest_backup(place) == (None, [(copy.name, "holds what modelreg never makes")])


def test_nothing_is_read_from_a_database_of_another_program(place: Path) -> None:
    change(
        place,
        "PRAGMA application_id = 7",
        "DROP TABLE schema_revision",
        "CREATE VIEW schema_revision AS SELECT abs(-9223372036854775808) AS version_num",  # fails when it is looked into
    )
    with pytest.raises(DamagedError, match="is a database, but no catalog of modelreg"):
        modelreg.connect(place).models()
