"""An array as parts: its bytes as they are in one piece and cleaned, made a stretch at a time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from modelreg.digests import PART

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


class ArrayParts:
    """The bytes of an array, rows first, whatever lies between its items and their fields.

    Parameters
    ----------
    array : ndarray
        Of items that are no objects and have a size.
    copy : callable, optional
        Copies one array into another of its shape; what it leaves out stays zero. None: everything is copied.
    step : int
        Bytes of the objects that it becomes.
    """

    def __init__(self, array: Array, copy: Callable[[Array, Array], None] | None = None, *, step: int = PART) -> None:
        self._array = array if array.ndim else array.reshape(1)
        self._copy = copy
        self.nbytes = int(array.nbytes)
        self.step = step

    def read(self, offset: int, length: int) -> memoryview:
        """Return a stretch of the bytes, in new memory."""
        import numpy as np

        size = self._array.itemsize
        first, last = offset // size, -(-(offset + length) // size)
        made: Array = (np.zeros if self._copy else np.empty)(last - first, self._array.dtype)
        self._fill(made, self._array, first)
        return made.view(np.uint8).data[offset - first * size :][:length]

    def _fill(self, target: Array, source: Array, first: int) -> None:
        """Copy the items of ``source`` from ``first`` on, counted rows first, until ``target`` is full."""
        if source.ndim == 1:
            self._copied(source[first : first + len(target)], target)
            return
        width = math.prod(source.shape[1:])
        row, skipped = divmod(first, width)
        if skipped:
            head = min(width - skipped, len(target))
            self._fill(target[:head], source[row], skipped)
            target, row = target[head:], row + 1
        whole = len(target) // width
        if whole:
            self._copied(source[row : row + whole], target[: whole * width].reshape(whole, *source.shape[1:]))
        if len(target) > whole * width:
            self._fill(target[whole * width :], source[row + whole], 0)

    def _copied(self, source: Array, target: Array) -> None:
        if self._copy is None:
            target[...] = source
        else:
            self._copy(source, target)
