"""Queries: Python expressions parsed with :mod:`ast` into a filter tree; never evaluated.

``metrics.auc > 0.9 and "production" in aliases and params.max_depth <= 8``. The tree says nothing of SQL; the
catalog compiles it. A missing key matches nothing, also under ``!=`` and ``not``; ask with ``is None``.
"""

from __future__ import annotations

from modelreg.queries.fields import FIELDS, FUNCTIONS, OPERATORS, TEXT_METHODS, FieldInfo
from modelreg.queries.parser import order, parse
from modelreg.queries.tree import (
    And,
    Compare,
    Data,
    Field,
    Filter,
    Has,
    In,
    Instant,
    Not,
    Null,
    Or,
    Order,
    Scalar,
    Search,
    Text,
    Used,
    asked,
    is_plain,
)

__all__ = [
    "FIELDS",
    "FUNCTIONS",
    "OPERATORS",
    "TEXT_METHODS",
    "And",
    "Compare",
    "Data",
    "Field",
    "FieldInfo",
    "Filter",
    "Has",
    "In",
    "Instant",
    "Not",
    "Null",
    "Or",
    "Order",
    "Scalar",
    "Search",
    "Text",
    "Used",
    "asked",
    "is_plain",
    "order",
    "parse",
]
