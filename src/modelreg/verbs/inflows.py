"""The data that flowed into a training, as it is looked at: read back from the facts of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.records import Column, Dataset
from modelreg.verbs import told

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS: Final = 6
_LARGE: Final = 1e12


def read(facts: Mapping[str, Any]) -> tuple[Dataset, ...]:
    """Return the datasets that the facts of a run tell."""
    return tuple(_dataset(one) for one in told.tables(facts.get("inputs")))


def _dataset(facts: Mapping[str, Any]) -> Dataset:
    shape = facts.get("shape")
    return Dataset(
        role=told.text(facts.get("role")),
        name=told.text(facts.get("expression")) or told.text(facts.get("name")),
        shape=tuple(one for one in shape if told.number(one) is not None) if isinstance(shape, list) else (),
        digest=told.text(facts.get("digest")),
        partial=bool(facts.get("partial")),
        origin="; ".join(filter(None, map(_origin, told.tables(facts.get("origin"))))),
        state=told.text(told.table(facts.get("changed")).get("state")),
        columns=_columns(facts),
        fault=told.text(facts.get("error")),
    )


def _columns(facts: Mapping[str, Any]) -> tuple[Column, ...]:
    """Return each column with its digest and its figures; the two were taken apart and go by name and place."""
    digests = told.tables(facts.get("columns"))
    figures = told.tables(told.table(facts.get("profile")).get("columns"))
    if not digests:
        return tuple(_column({}, one) for one in figures)
    named = {told.text(one.get("name")): one for one in figures}
    return tuple(_column(one, named.get(told.text(one.get("name")), {})) for one in digests)


def _column(known: Mapping[str, Any], figures: Mapping[str, Any]) -> Column:
    nulls = told.number(known.get("nulls"))
    return Column(
        name=told.text(known.get("name")) or told.text(figures.get("name")),
        type=told.text(known.get("type")) or told.text(figures.get("type")),
        nulls=told.number(figures.get("nulls")) if nulls is None else nulls,
        min=_figure(figures.get("min")),
        max=_figure(figures.get("max")),
        mean=_figure(figures.get("mean")),
        digest=told.text(known.get("digest")),
    )


def _figure(value: object) -> str:
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _LARGE
        return str(int(value)) if whole else f"{value:.{_DIGITS}g}"
    return "" if value is None or isinstance(value, (bool, dict, list)) else str(value)


def _origin(facts: Mapping[str, Any]) -> str:
    """Return where data came from in a few words: ``pd.read_csv data/train.csv, written since``."""
    if facts.get("kind") == "unknown":
        return ""
    keys = ("relative", "path", "url", "function")
    place = next((text for key in keys if (text := told.text(facts.get(key)))), "")
    call = told.text(facts.get("call"))
    written = ", written since it was read" if facts.get("changed") is True else ""
    return f"{call} {place}".strip() + written if place or call else ""
