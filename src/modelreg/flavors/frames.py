"""How large tables of pandas are pickled: each column of numbers or times is a buffer of its own.

pandas puts the columns of a type into one block, so that a row more moves every byte, and a column more too.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from modelreg.flavors import rebuild
from modelreg.flavors.parts import ArrayParts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.flavors.outgoing import Outgoing

LONG: Final = 1 << 17
"""Tables of fewer rows are pickled as pandas does: their columns are shorter than what is stored in one piece."""

STEP: Final = 1 << 20
"""Bytes of the objects that a column becomes: rows that are appended leave all but the last as they are."""

_NUMBERS: Final = "biufcmM"
"""Kinds of dtypes whose values are bytes."""


class Frames:
    """The tables of one dump."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out

    def rules(self) -> Mapping[type, Callable[[Any], Any]]:
        """Return how to pickle tables; those of a class of the user's stay what that class makes of them."""
        kind = getattr(sys.modules.get("pandas"), "DataFrame", None)
        return {} if kind is None or not self._out.apart else {kind: self.frame}

    def frame(self, frame: Any) -> Any:
        """Return how to pickle a table."""
        if len(frame) < LONG or not any(_is_bytes(dtype) for dtype in frame.dtypes):
            return frame.__reduce_ex__(5)
        self._out.format = 2
        held = [self._column(frame.iloc[:, number]) for number in range(frame.shape[1])]
        return rebuild.frame, (frame.columns, frame.index, held, frame.attrs, frame.flags.allows_duplicate_labels)

    def _column(self, series: Any) -> Any:
        import numpy as np

        if not _is_bytes(series.dtype):
            return series.array if not isinstance(series.dtype, np.dtype) else series._values  # noqa: SLF001
        values = np.asarray(series._values)  # noqa: SLF001  (what is public is read-only, and would come back so)
        seen: Any = values.view(f"V{values.itemsize}") if values.dtype.kind in "mM" else values
        parts = _Whole(seen.view(np.uint8).data) if values.flags.c_contiguous else ArrayParts(seen, step=STEP)
        return _Column(self._out.stand_in(parts, writable=values.flags.writeable), values.dtype, len(values))


class _Whole:
    """A column that lies in memory in one piece."""

    step = STEP

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self.nbytes = view.nbytes

    def read(self, offset: int, length: int) -> memoryview:
        """Return a stretch of the memory itself."""
        return self._view[offset : offset + length]


class _Column:
    """Stands for a column in the stream."""

    def __init__(self, *arguments: Any) -> None:
        self._arguments = arguments

    def __reduce__(self) -> Any:
        return rebuild.column, self._arguments


def _is_bytes(dtype: Any) -> bool:
    import numpy as np

    return isinstance(dtype, np.dtype) and dtype.kind in _NUMBERS
