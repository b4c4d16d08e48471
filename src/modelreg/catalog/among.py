"""``column IN (…)`` for lists of any length: one bound text, so that the statement is built once and not for each length.

SQLAlchemy's own way renders a marker for each item at every call; for a thousand of them that costs more than the query.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement


class _Items(FunctionElement[Any]):
    """The items of a JSON list, as rows."""

    name = "json_each"
    inherit_cache = True


@compiles(_Items)
def _sqlite(items: _Items, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(items.clauses, **options)})"


@compiles(_Items, "postgresql")
def _postgresql(items: _Items, compiler: Any, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(items.clauses, **options)} AS JSON))"


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is among what :func:`given` makes of the items bound to ``name``."""
    items = _Items(bindparam(name)).table_valued("value")
    return column.in_(select(cast(items.c.value, column.type)))


def given(items: Iterable[int] | Iterable[str]) -> str:
    """Return the items as they are bound."""
    return json.dumps(list(items))
