"""Data as it is now, for what looks at it later while the user goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.capture.data.kinds import kind_of, library
from modelreg.capture.data.quick import quick_digest, weight

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Frozen", "freeze"]

COPIED: Final = 16 << 20
"""Bytes that are copied for it."""
_NEVER_CHANGE: Final = frozenset(
    {
        "polars.DataFrame",
        "polars.Series",
        "pyarrow.Table",
        "pyarrow.RecordBatch",
        "pyarrow.ChunkedArray",
        "pyarrow.Array",
        "pandas.Index",
    }
)


class Frozen(NamedTuple):
    """Some data, and whether it is still what it was."""

    value: Any
    sure: bool
    """Nothing that the user does reaches it."""
    same: Callable[[], bool]
    """Whether it is what it was, as far as a quick look tells."""


def freeze(value: Any) -> Frozen:
    """Return data that later changes do not reach, where that costs little; else the data with a way to notice them."""
    kind = kind_of(value)
    if kind in _NEVER_CHANGE:
        return Frozen(value, sure=True, same=lambda: True)
    if kind in {"pandas.DataFrame", "pandas.Series"} and _copies_on_write():
        return Frozen(value.copy(deep=False), sure=True, same=lambda: True)
    if kind in {"numpy.ndarray", "scipy.sparse", "pandas.DataFrame", "pandas.Series"} and weight(value) <= COPIED:
        return Frozen(value.copy(), sure=True, same=lambda: True)
    before, sampled = quick_digest(value)
    if before is None:  # of what has no contents of its own nothing is told but its shape
        return Frozen(value, sure=False, same=lambda: not sampled)
    return Frozen(value, sure=False, same=lambda: quick_digest(value) == (before, sampled))


def _copies_on_write() -> bool:
    """Whether a shallow copy of a frame keeps its values when the frame is changed in place."""
    pandas = library("pandas")
    if pandas is None:
        return False
    if int(pandas.__version__.partition(".")[0]) >= 3:  # noqa: PLR2004
        return True
    return getattr(pandas.options.mode, "copy_on_write", False) is True
