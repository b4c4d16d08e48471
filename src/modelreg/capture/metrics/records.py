"""Metrics as they are found."""

from __future__ import annotations

from dataclasses import dataclass

from modelreg.capture.data.records import Record

__all__ = ["Found", "Metrics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Record):
    """One metric of a model."""

    name: str
    value: float
    source: str
    """``attribute oob_score_``, ``variable auc, cell 7``, ``output of cell 7``, ``evaluated on X_test, y_test``."""
    data: str | None = None
    """What it was computed on: an expression, or the name that the library gives to the set of data."""
    sure: bool = False
    """The model itself says so, or the user asked for it; all else is a guess that somebody has to agree to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics(Record):
    """What was found, each name once, and what could not be."""

    found: tuple[Found, ...] = ()
    errors: tuple[str, ...] = ()
