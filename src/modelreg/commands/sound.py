"""Queries and orders that are understood: those that were typed, or what each of their faults is meant for in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg import queries
from modelreg.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FAULTS: Final = 4
"""So many faults of one query are mended."""


class _Any(frozenset[str]):
    """Every name there can be."""

    def __contains__(self, name: object) -> bool:
        return True


ANY: Final = _Any()
"""Stands for the metrics that there are where that is not known."""


def sound(query: str, entity: str, names: Mapping[str, Any] | None = None, keys: Any = None) -> str:
    """Return a query that is understood: this one, or the one that each of its faults in turn is meant for.

    Parameters
    ----------
    query : str
        What was typed, or meant.
    entity : str
        ``version`` or ``model``.
    names : mapping, optional
        The variables.
    keys : callable, optional
        Tells which metrics and params there are.
    """
    for _ in range(_FAULTS):
        try:
            # what data a question means is known to the registry alone
            queries.parse(query, entity=entity, names=names, data=lambda _: queries.Data(), keys=keys)
        except QueryError as fault:
            if not fault.meant:
                break
            query = fault.meant
        else:
            break
    return query


def sorted_by(order: str, entity: str) -> str:
    """Return an order that is understood: this one, or what its faults are meant for; a name that is no field is a metric."""
    for _ in range(_FAULTS):
        try:
            queries.order(order, entity, keys=lambda field: ANY if field == "metrics" else ())
        except QueryError as fault:
            if not fault.meant:
                break
            order = fault.meant
        else:
            break
    return order


def is_understood(query: str, entity: str, names: Mapping[str, Any] | None) -> bool:
    """Whether a query has no fault."""
    try:
        queries.parse(query, entity=entity, names=names, data=lambda _: queries.Data())
    except QueryError:
        return False
    return True
