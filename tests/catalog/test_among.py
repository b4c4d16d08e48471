"""``column IN (…)`` by one bound list."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.dialects import postgresql

from modelreg.catalog import schema
from modelreg.catalog.among import among, given

_QUERY = select(schema.tags.c.key).where(among(schema.tags.c.owner, "owners")).order_by(schema.tags.c.key)


@pytest.mark.parametrize(
    ("items", "found"),
    [
        pytest.param([], [], id="none"),
        pytest.param(["a"], ["one"], id="one"),
        pytest.param(["b", "a", "b", "x"], ["one", "two"], id="twice and absent"),
        pytest.param(['"', "é"], ["three", "two-é"], id="quotes and accents"),
        pytest.param([*map(str, range(40_000)), "a"], ["one"], id="more than SQLite takes markers"),
    ],
)
def test_the_rows_are_those_of_the_list(items: list[str], found: list[str]) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as conn:
        schema.tags.create(conn)
        rows = {"a": "one", "b": "two", '"': "three", "é": "two-é"}
        conn.execute(schema.tags.insert(), [{"owner": own, "key": key, "value": ""} for own, key in rows.items()])
        assert list(conn.execute(_QUERY, {"owners": given(items)}).scalars()) == found
    engine.dispose()


def test_a_number_finds_by_the_index() -> None:
    query = select(schema.members.c.id).where(among(schema.members.c.id, "ids"))
    engine = create_engine("sqlite://")
    with engine.connect() as conn:
        schema.members.create(conn)
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query.compile(engine)}", (given([1, 2]),))
        assert any("SEARCH members USING" in row[3] for row in plan)
    engine.dispose()


def test_postgresql_has_another_word_for_it() -> None:
    text = str(_QUERY.compile(dialect=postgresql.dialect()))
    assert "json_array_elements_text(CAST(%(owners)s AS JSON))" in text
