"""What two models answer to the same rows, and whether that is the same up to rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.metrics.answers import answer_of, plain
from modelreg.capture.model import family_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NoAnswer", "answers", "difference"]

_TOLERANCE: Final = {2: 1e-2, 4: 1e-4, 8: 1e-6}
"""Bytes of a number -> how far two of them may be apart, as a part of their size."""
_NEAR: Final = 1e-2
"""The same for numbers near 0, as a part of the tolerance."""


class NoAnswer(Exception):  # noqa: N818  (a state of the model)
    """A model that neither predicts nor transforms."""


def answers(model: Any, rows: Any) -> dict[str, Any]:
    """Return what a model answers, by what it is called.

    Raises
    ------
    NoAnswer
        There is nothing to ask it.
    Exception
        Whatever the model raises.
    """
    if hasattr(model, "predict") or family_of(model) in {"torch", "keras"}:
        found = answer_of(model, rows)
        told = {"predictions": found.predicted, "scores": found.scores}
        return {name: _array(value) for name, value in told.items() if value is not None}
    for name in ("transform", "score_samples"):
        if callable(getattr(model, name, None)):
            return {name: _array(getattr(model, name)(rows))}
    raise NoAnswer


def _array(value: Any) -> Any:
    return plain(value.toarray() if hasattr(value, "toarray") else value)


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return how answers differ; empty where they are the same."""
    if before.keys() != now.keys():
        return f"it gives {_listed(now)}, the stored one gives {_listed(before)}"
    return next((f"{name} {said}" for name in before if (said := _different(before[name], now[name]))), "")


def _listed(answers: Mapping[str, Any]) -> str:
    return " and ".join(answers) or "nothing"


def _different(before: Any, now: Any) -> str:
    import numpy as np

    if before.shape != now.shape:
        return f"of shape {now.shape}, then {before.shape}"
    if before.dtype.kind not in "fc" or now.dtype.kind not in "fc":
        equal = np.asarray(before == now)
        return "" if equal.all() else _rows(~equal)
    tolerance = _TOLERANCE.get(min(before.dtype.itemsize, now.dtype.itemsize), 1e-6)
    equal = np.isclose(before, now, rtol=tolerance, atol=tolerance * _NEAR, equal_nan=True)
    if equal.all():
        return ""
    with np.errstate(invalid="ignore"):
        apart = float(np.nanmax(np.abs(before - now)))
    return f"{_rows(~equal)}, by up to {apart:.3g}"


def _rows(differs: Any) -> str:
    many = int(differs.reshape(len(differs), -1).any(axis=1).sum()) if differs.ndim else 1
    return f"differ in {many} of {len(differs) if differs.ndim else 1} rows"
