"""Names written one after the other, as the tables of this package are."""

from __future__ import annotations


def table(text: str) -> frozenset[str]:
    """The names of a table."""
    return frozenset(text.split())
