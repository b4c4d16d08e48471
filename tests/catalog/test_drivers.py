"""Which index a list is read from: the plans that SQLite makes at a size where it matters."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from modelreg import queries
from modelreg.catalog import listing, schema

HOMES, VERSIONS = 3, 1200
ROOT = Path(__file__).parents[2]


def _fill():
    """Return the function of ``benchmarks/fill.py``, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("fill", ROOT / "benchmarks" / "fill.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fill"] = module
    spec.loader.exec_module(module)
    return module.fill


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("catalog") / "catalog.db"
    _fill()(path, homes=HOMES, versions=VERSIONS)
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def home(conn: sa.Connection) -> int:
    names = sa.select(schema.homes.c.id).where(schema.homes.c.kind == "registered")
    return conn.execute(names.limit(1)).scalar_one()


def plan_of(
    conn: sa.Connection, query: str | queries.Filter | None, order: str, home: int | None, limit: int = 50
) -> str:
    """Return how SQLite reads the last statement of a list."""
    plans: list[str] = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        driver = connection.connection.dbapi_connection
        rows = driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        plans.append("\n".join(row[3] for row in rows))

    sa.event.listen(conn.engine, "before_cursor_execute", explain)
    try:
        tree = query if query is not None and not isinstance(query, str) else queries.parse(query)
        listing.versions(conn, home_id=home, filter=tree, order=order, limit=limit)
    finally:
        sa.event.remove(conn.engine, "before_cursor_execute", explain)
    return plans[-1]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("metrics.auc > 0.95", "ix_metrics_key_value (key=? AND value>?)"),
        ("params.max_depth == 3", "ix_params_key_number (key=? AND number=?)"),
        ('"gpu" in tags', "ix_tags_key (key=?)"),
        ('"gpu" in tags and version >= 0', "ix_tags_key (key=?)"),
    ],
)
@pytest.mark.parametrize("everywhere", [False, True])
def test_few_rows_are_named_by_the_index_of_the_filter(
    conn: sa.Connection, home: int, query: str, index: str, everywhere: bool
) -> None:
    plan = plan_of(conn, query, "-version", None if everywhere else home)
    assert index in plan
    assert "SCAN m" not in plan
    assert "(home_id=?)" not in plan


@pytest.mark.parametrize("large", [True, False])
def test_who_used_some_data_is_named_by_its_index(conn: sa.Connection, home: int, *, large: bool) -> None:
    asked = queries.Used(queries.Field("data"), queries.Data(digest="mrfp1:" + "0" * 64))
    plan = plan_of(conn, asked, "-version", home if large else None)
    assert "ix_run_data_digest (digest=?)" in plan
    assert "ix_inputs_version_id (version_id=?)" in plan
    assert "SCAN run_data" not in plan


def test_an_alias_names_its_version_in_a_large_home(conn: sa.Connection, home: int) -> None:
    plan = plan_of(conn, '"production" in aliases', "-version", home)
    assert "SEARCH m USING INTEGER PRIMARY KEY" in plan
    assert "SCAN" not in plan


@pytest.mark.parametrize("query", [None, "metrics.auc > 0.1", "not metrics.auc < 0.1", 'tags.team in ("ml", "ops")'])
def test_a_filter_that_holds_of_many_rows_is_checked_along_the_order(
    conn: sa.Connection, home: int, query: str | None
) -> None:
    plan = plan_of(conn, query, "-version", home)
    assert plan.startswith("SEARCH m USING INDEX sqlite_autoindex_members_1 (home_id=?)")
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("order", ["version", "-version", "linked", "-created", "created"])
def test_the_usual_orders_of_a_home_sort_nothing(conn: sa.Connection, home: int, order: str) -> None:
    assert "TEMP B-TREE" not in plan_of(conn, None, order, home)


@pytest.mark.parametrize("order", ["version", "-version", "-linked"])
def test_the_usual_orders_of_all_models_sort_nothing(conn: sa.Connection, order: str) -> None:
    assert "TEMP B-TREE" not in plan_of(conn, None, order, None)


def test_the_first_rows_by_a_metric_come_from_its_index(conn: sa.Connection, home: int) -> None:
    plan = plan_of(conn, None, "-metrics.auc", home, limit=5)
    assert "ix_metrics_key_value (key=? AND value>?)" in plan


def test_metrics_and_params_of_a_row_are_looked_up_by_their_keys(conn: sa.Connection, home: int) -> None:
    plan = plan_of(conn, "metrics.auc != 2 and params.max_depth != 99", "-version", home)
    assert "SEARCH metrics USING INDEX sqlite_autoindex_metrics_1 (version_id=? AND key=?)" in plan
    assert "SEARCH params USING INDEX ix_params_current (version_id=? AND key=?)" in plan


def test_the_newest_models_sort_nothing(conn: sa.Connection) -> None:
    plans: list[str] = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        driver = connection.connection.dbapi_connection
        plans.extend(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    sa.event.listen(conn.engine, "before_cursor_execute", explain)
    try:
        _, token = listing.models(conn, limit=1)
        listing.models(conn, limit=1, token=token)
    finally:
        sa.event.remove(conn.engine, "before_cursor_execute", explain)
    assert plans[0] == "SEARCH h USING INDEX ix_homes_updated (kind=?)"
    assert plans[1] == "SEARCH h USING INDEX ix_homes_updated (kind=? AND updated_at<?)"
