"""The data that flowed into a training, as it is looked at: read back from the facts of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.datasets import FILE, WHOLE
from modelreg.records import Column, Dataset
from modelreg.verbs import told
from modelreg.verbs.inputs import EVALUATED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelreg.records import DataUse, Run

_INDIRECT: Final = (FILE, WHOLE)
_DIGITS: Final = 6
_LARGE: Final = 1e12


def read(facts: Mapping[str, Any]) -> tuple[Dataset, ...]:
    """Return the datasets that the facts of a run tell."""
    return tuple(_dataset(one) for one in told.tables(facts.get("inputs")))


def told_of(runs: Sequence[Run], known: Sequence[Dataset]) -> Iterator[Dataset]:
    """Yield the data that the user named, beside what was found to flow into the training.

    Parameters
    ----------
    runs : sequence of Run
        The one that made the version first; of the others, which may be of another session, only evaluations count.
    known : sequence of Dataset
        What was found.
    """
    names, digests = {(one.role, one.name) for one in known}, {(one.role, one.digest) for one in known if one.digest}
    for run in runs:
        for one in run.data:
            mine = one.role not in _INDIRECT and (run is runs[0] or one.role in EVALUATED)
            if mine and (one.role, one.name) not in names and (one.role, one.digest) not in digests:
                digests.add((one.role, one.digest or ""))
                yield _named(one)


def _named(use: DataUse) -> Dataset:
    shape = tuple(size for size in (use.rows, use.columns) if size is not None)
    return Dataset(role=use.role, name=use.name, shape=shape, digest=use.digest or "", partial=use.partial)


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
    found = tuple(_column(one, named.get(told.text(one.get("name")), {})) for one in digests)
    # an array, or a series without a name
    return (replace(found[0], name="values"),) if [one.name for one in found] == ["None"] else found


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
