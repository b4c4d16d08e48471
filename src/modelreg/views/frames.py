"""Records as columns of a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pandas import DataFrame, Series

    from modelreg.records import Action, Collection, Version

_TIMES: Final = frozenset({"created", "updated", "linked", "at", "since", "until", "deleted"})
_KINDS: Final[tuple[tuple[tuple[type, ...], str], ...]] = (
    ((bool,), "boolean"),
    ((int,), "Int64"),
    ((int, float), "float64"),
    ((str,), "string"),
)
"""Types that fill a column -> dtype; the first whose types hold every value."""

_LARGEST: Final = 2**63


def frame(columns: Mapping[str, Sequence[Any]]) -> DataFrame:
    """Return a DataFrame with a dtype per column: nullable integers and booleans, aware times, strings."""
    import pandas as pd

    return pd.DataFrame({name: _series(name, values) for name, values in columns.items()})


def versions(records: Sequence[Version]) -> dict[str, list[Any]]:
    """Return the columns of versions, with one for each metric, param and tag."""
    columns: dict[str, list[Any]] = {
        "ref": [v.ref for v in records],
        "name": [v.home for v in records],
        "version": [v.number for v in records],
        "aliases": [v.aliases for v in records],
        "source": [v.source for v in records],
        "class_name": [v.class_name for v in records],
        "flavor": [v.flavor for v in records],
        "kind": [v.kind for v in records],
        "size": [v.size for v in records],
        "created": [v.created_at for v in records],
        "user": [v.created_by for v in records],
        "linked": [v.linked_at for v in records],
        "description": [v.description for v in records],
        "content_id": [f"b3:{v.content_id}" for v in records],
    }
    for field, pick in _OPEN.items():
        for key in _keys(pick(v) for v in records):
            columns[f"{field}.{key}"] = [pick(v).get(key) for v in records]
    return columns


def collections(records: Sequence[Collection]) -> dict[str, list[Any]]:
    """Return the columns of registered models or artifacts."""
    return {
        "name": [c.name for c in records],
        "versions": [c.versions for c in records],
        "latest": [c.latest for c in records],
        "aliases": [dict(c.aliases) for c in records],
        "tags": [dict(c.tags) for c in records],
        "description": [c.description for c in records],
        "created": [c.created_at for c in records],
        "updated": [c.updated_at for c in records],
        "user": [c.created_by for c in records],
    }


def actions(records: Sequence[Action]) -> dict[str, list[Any]]:
    """Return the columns of history entries."""
    return {
        "at": [a.at for a in records],
        "user": [a.actor for a in records],
        "kind": [a.kind for a in records],
        "name": [a.subject for a in records],
        "version": [a.number for a in records],
        "alias": [a.alias for a in records],
        "before": [a.before for a in records],
        "after": [a.after for a in records],
        "what": [a.sentence for a in records],
        "why": [a.reason for a in records],
    }


_OPEN: Final[Mapping[str, Callable[[Version], Mapping[str, Any]]]] = {
    "metrics": lambda version: version.metrics,
    "params": lambda version: version.params,
    "tags": lambda version: version.tags,
}


def _keys(mappings: Any) -> list[str]:
    return list(dict.fromkeys(key for mapping in mappings for key in mapping))


def _series(name: str, values: Sequence[Any]) -> Series[Any]:
    import pandas as pd

    if name in _TIMES:
        return pd.Series(pd.to_datetime(pd.array(list(values), dtype="Int64"), unit="us", utc=True))
    present = [value for value in values if value is not None]
    if name.startswith("metrics."):
        return pd.Series(list(values), dtype="float64")
    fits = (dtype for types, dtype in _KINDS if present and all(_is(value, types) for value in present))
    return pd.Series(list(values), dtype=next(fits, "object"))


def _is(value: object, types: tuple[type, ...]) -> bool:
    if isinstance(value, int) and not isinstance(value, bool) and not -_LARGEST <= value < _LARGEST:
        return False  # stays a Python integer in an object column
    return type(value) in types
