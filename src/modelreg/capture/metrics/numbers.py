"""Which values are numbers, without running code of the user's."""

from __future__ import annotations

import math
from typing import Any, Final

from modelreg.capture.model.values import root

__all__ = ["curve", "number"]

ARRAYS: Final = frozenset({"numpy", "torch", "jax", "jaxlib"})
LONGEST: Final = 100_000


def number(value: Any) -> float | None:
    """Return a finite number as a float; None for truth values, for what is none, and for what is not finite."""
    kind = type(value)
    if kind is bool:
        return None
    if root(kind) in ARRAYS and getattr(value, "shape", None) == ():
        value = value.item()
        kind = type(value)
        if kind is bool:
            return None
    try:
        if issubclass(kind, float):
            plain = float.__float__(value)
        elif issubclass(kind, int):
            plain = int.__float__(value)
        else:
            return None
    except OverflowError:
        return None
    return plain if math.isfinite(plain) else None


def curve(value: Any) -> list[float]:
    """Return a row of numbers, empty for what is none; points that are not finite are left out."""
    if root(type(value)) == "numpy" and len(getattr(value, "shape", ())) == 1 and value.dtype.kind in "fiu":
        value = value[:LONGEST].tolist()
    if type(value) not in {list, tuple} or len(value) > LONGEST:
        return []
    return [plain for one in value if (plain := number(one)) is not None]
