"""Conditions in SQL: bound, exact, alike on both databases. What they find stands in ``test_listing``."""

from __future__ import annotations

import math

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from modelreg import queries
from modelreg.catalog import filters, schema

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
QUERIES = [
    "name == 'TEXT'",
    "'TEXT' in description",
    "name.startswith('TEXT')",
    "name.endswith('TEXT')",
    "'TEXT' in aliases",
    "alias == 'TEXT'",
    "'TEXT' in tags",
    "tags.team == 'TEXT'",
    "tags['TEXT'] == 'x'",
    "metrics['TEXT'] > 77123",
    "params.depth == 'TEXT'",
    "params['TEXT'] in (77123, 77124)",
    "class_name in ('TEXT', 'y')",
    "size > 77123",
    "'TEXT' in metrics",
]


@pytest.fixture(scope="module")
def conn():
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        schema.tables.create_all(connection)
        yield connection
    engine.dispose()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("query", QUERIES)
def test_values_are_bound_never_written_into_the_statement(query: str, dialect: str) -> None:
    tree = queries.parse(query.replace("TEXT", "SECRET'--"[:6]))
    assert tree is not None
    condition = filters.condition(tree, entity="version", dialect=dialect)
    compiled = sa.select(filters.m.c.id).where(condition).compile(dialect=DIALECTS[dialect])
    assert "SECRET" not in str(compiled)
    assert "7712" not in str(compiled)
    assert "SECRET" in str(compiled.params) or "7712" in str(compiled.params)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("query", [*QUERIES, "glob(name, '[a]*')", "user < 'b'"])
def test_statements_never_match_without_case(query: str, dialect: str) -> None:
    tree = queries.parse(query)
    assert tree is not None
    statement = str(filters.condition(tree, entity="version", dialect=dialect).compile(dialect=DIALECTS[dialect]))
    assert "LIKE" not in statement.upper()
    assert "lower(" not in statement.lower()


@pytest.mark.parametrize("query", ["name < 'b'", "params.depth >= 'b'", "tags.team > 'b'"])
def test_postgresql_sorts_text_by_code_points(query: str) -> None:
    tree = queries.parse(query)
    assert tree is not None
    condition = filters.condition(tree, entity="version", dialect="postgresql")
    assert 'COLLATE "C"' in str(condition.compile(dialect=DIALECTS["postgresql"]))


@pytest.mark.parametrize(
    ("how", "method"),
    [("contains", "__contains__"), ("startswith", "startswith"), ("endswith", "endswith")],
)
@given(text=st.text(alphabet="aAbé%_\\'", max_size=4), piece=st.text(alphabet="aAbé%_\\'", max_size=3))
def test_pieces_of_text_match_as_in_python(conn: sa.Connection, how: str, method: str, text: str, piece: str) -> None:
    condition = filters._TEXTS[how](sa.literal(text), piece, "sqlite")
    assert bool(conn.execute(sa.select(condition)).scalar()) == getattr(text, method)(piece)


@given(path=st.text(alphabet="aB._", max_size=8))
def test_the_bare_name_of_a_class_is_what_follows_the_last_dot(conn: sa.Connection, path: str) -> None:
    assert conn.execute(sa.select(filters._label(sa.literal(path)))).scalar() == path.rpartition(".")[2]


BOUNDS = st.one_of(
    st.integers(-5, 5),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.sampled_from([2**63, 2**63 - 1, -(2**63), -(2**63) - 1, float(2**63), math.inf, -math.inf, 2.5, -2.5]),
)


@given(
    stored=st.one_of(st.integers(-3, 3), st.sampled_from([2**63 - 1, -(2**63)])),
    op=st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    value=BOUNDS,
)
def test_integers_compare_exactly_with_numbers_that_no_column_holds(
    conn: sa.Connection, stored: int, op: str, value: float
) -> None:
    condition = filters._whole(sa.literal(stored, sa.BigInteger), op, value)
    found = bool(conn.execute(sa.select(sa.case((condition, 1), else_=0))).scalar())
    assert found == filters._OPERATORS[op](stored, value)


def test_every_field_has_its_column() -> None:
    for entity, fields in queries.FIELDS.items():
        for name, info in fields.items():
            known = filters.SCOPES[entity].columns
            assert name in known or info.keyed or info.type in {"alias", "data", "none"}
