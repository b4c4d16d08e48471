"""The metrics of a register: those that the user gives, and those of an evaluation that the line asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelreg.capture.metrics import Found, evaluate
from modelreg.errors import InvalidError
from modelreg.verbs import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

USER = "user"
"""Where a metric comes from that was given with its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Metrics with where they come from."""

    series: Mapping[str, values.Series] = field(default_factory=dict)
    given: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()


def unknown(metrics: Mapping[str, values.Series]) -> list[str]:
    """Say which metrics are kept though they are no number: a slip in their computing often looks so."""
    names = [name for name, points in metrics.items() if math.isnan(points[-1][1])]
    return [f"{name} is nan: it is kept, and no condition finds it" for name in names]


def _reasons(errors: Iterable[str], expression: str) -> list[str]:
    """Return why nothing could be computed, each reason once, without the expression, which stands before it."""
    found: list[str] = []
    for error in errors:
        reason = error.removeprefix(f"{expression}: ").replace(f" on {expression}: ", ": ", 1)
        if not any(reason.endswith(known) for known in found):
            found.append(reason)
    return found


def of_user(metrics: Mapping[str, Any] | None) -> Measured:
    """Return the metrics that were given with their values."""
    series = values.metrics(metrics)
    given = (Found(name=name, value=points[-1][1], source=USER, sure=True) for name, points in series.items())
    return Measured(series=series, given=tuple(given))


def with_evaluation(known: Measured, obj: object, wanted: Mapping[str, tuple[Any, Any]] | None) -> Measured:
    """Return metrics with what a model scores on data; those that were given keep their values.

    Raises
    ------
    InvalidError
        Nothing could be computed; the message says why.
    """
    notes = list(known.notes)
    found: dict[str, Found] = {}
    for text, (rows, target) in (wanted or {}).items():
        done = evaluate(obj, rows, target, expression=text)
        if not done.found:
            why = "; ".join(_reasons(done.errors, text)) or "the model has nothing that predicts"
            msg = f"--eval {text} computed nothing: {why}. Nothing was registered"
            raise InvalidError(msg, tries=("help register",))
        notes += [f"not computed: {error}" for error in done.errors]
        for one in done.found:
            # of several sets of data each says its own
            name = one.name if len(wanted or {}) == 1 else f"{text.partition(',')[0].strip()}/{one.name}"
            found.setdefault(name, Found(name=name, value=one.value, source=one.source, data=one.data, sure=True))
    own = {name: one for name, one in found.items() if name not in known.series}
    series = {**known.series, **values.metrics({name: one.value for name, one in own.items()})}
    return Measured(series=series, given=(*known.given, *own.values()), notes=tuple(notes))
