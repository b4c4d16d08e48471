"""Metrics, params and names of attachments as users give them, made into what every database can hold."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from modelreg import names
from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from modelreg.records import Json

Series = list[tuple[int, float]]
"""Points of a metric: (step, value)."""

DEEPEST: Final = 20
LONGEST: Final = 1_000_000


def metrics(given: Mapping[str, Any] | None) -> dict[str, Series]:
    """Return metrics as series of points.

    A number is one point at step 0. A sequence counts its steps from 0; what has integer labels (a pandas Series) keeps
    them as steps.

    Raises
    ------
    InvalidError
        A value is no number; the message names the metric.
    """
    return {names.clean_key(key, "metric"): _series(key, value) for key, value in (given or {}).items()}


def params(given: Mapping[str, Any] | None) -> dict[str, Json]:
    """Return params as JSON values; objects are written as the name of their class."""
    found = {names.clean_key(key, "param"): _json(value, DEEPEST) for key, value in (given or {}).items()}
    for key, value in found.items():
        try:
            length = len(json.dumps(value))
        except ValueError:  # an integer of more digits than Python writes
            length = LONGEST + 1
        if length > LONGEST:
            msg = f"the param {key!r} is longer than {LONGEST} characters; attach large things instead"
            raise InvalidError(msg)
    return found


def number(key: str, value: object) -> float:
    """Return a metric's value as a float; numpy scalars and zero-dimensional arrays are fine, truth values are not."""
    plain = _plain(value)
    if isinstance(plain, bool) or not isinstance(plain, Real):
        msg = f"the metric {key!r} must be a number, not {names.shown(repr(value))} ({type(value).__name__})"
        raise InvalidError(msg)
    try:
        return float(plain) + 0.0  # -0.0 becomes 0.0: databases do not agree on it
    except OverflowError:
        msg = f"the metric {key!r} is too large for a float"
        raise InvalidError(msg) from None


def attachment_name(name: object) -> str:
    """Return the name of an attachment: what is also a name for a file, in every folder.

    Raises
    ------
    InvalidError
        The message says which rule is broken.
    """
    if isinstance(name, str) and any(mark in name for mark in "/\\"):
        msg = f"the attachment name {names.shown(name)} contains a slash; it is also the name of a file"
        raise InvalidError(msg)
    called = names.clean(name, "attachment name", also="")
    if not called.strip("."):
        msg = f"{names.shown(called)} is no name for an attachment"
        raise InvalidError(msg)
    return called


def _series(key: str, value: Any) -> Series:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) or _is_single(value):
        return [(0, number(key, value))]
    items = getattr(value, "items", None)
    labelled = items() if callable(items) else enumerate(value)
    points = [(step, number(key, point)) for step, point in labelled]
    if not points:
        msg = f"the metric {key!r} has no points"
        raise InvalidError(msg)
    steps = [_step(step) for step, _ in points]
    if any(step is None for step in steps) or len(set(steps)) < len(steps):
        steps = list(range(len(points)))
    return [(step or 0, point) for step, (_, point) in zip(steps, points, strict=True)]


def _step(label: object) -> int | None:
    plain = _plain(label)
    return plain if isinstance(plain, int) and not isinstance(plain, bool) and abs(plain) < 1 << 62 else None


def _plain(value: Any) -> Any:
    """Return a numpy scalar or an array without a dimension as the Python number it holds; all else as it is."""
    item = getattr(value, "item", None)
    return item() if callable(item) and _is_single(value) else value


def _is_single(value: object) -> bool:
    """Whether an array-like holds one number without a dimension."""
    return getattr(value, "shape", None) == ()


def _json(value: Any, depth: int) -> Json:  # noqa: PLR0911
    if value is None or isinstance(value, (bool, str)):
        return names.clean_text(value, "param") if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if depth <= 0:
        return "…"
    if isinstance(value, Mapping):
        return {names.clean_text(str(key), "param"): _json(item, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value
        return [_json(item, depth - 1) for item in items]
    plain = _plain(value)
    return _named(value) if plain is value else _json(plain, depth - 1)


def _named(value: object) -> str:
    """Return what stands for an object that is no JSON: its own name or that of its class, and the shape of an array."""
    kind = value if isinstance(value, type) or (callable(value) and hasattr(value, "__qualname__")) else type(value)
    name = f"{getattr(kind, '__module__', '')}.{getattr(kind, '__qualname__', kind.__class__.__qualname__)}"
    shape = getattr(value, "shape", None)
    return f"{name}{tuple(shape)}" if isinstance(shape, tuple) else name
