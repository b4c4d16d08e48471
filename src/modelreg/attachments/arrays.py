"""Arrays of one or two dimensions, as tables."""

from __future__ import annotations

from typing import Any, Final

from modelreg import media
from modelreg.attachments.base import Made
from modelreg.attachments.frames import csv
from modelreg.errors import InvalidError


class Arrays:
    """A numpy array: rows and columns of plain values. An array of axes is left to matplotlib."""

    def serves(self, obj: Any) -> bool:
        """Serve arrays, not the single numbers of numpy."""
        import numpy as np

        return isinstance(obj, np.ndarray)

    def make(self, name: str, obj: Any) -> Made:
        """Return an array as CSV, columns called 0, 1, …; what holds figures is the first figure.

        Raises
        ------
        InvalidError
            It has another number of dimensions.
        """
        import pandas as pd

        figure = _figure(obj)
        if figure is not None:
            from modelreg.attachments.matplotlib import MATPLOTLIB

            return MATPLOTLIB.make(name, figure)
        if obj.ndim not in (1, 2):
            msg = f"{name!r} is an array of shape {tuple(obj.shape)}; one of 1 or 2 dimensions becomes a table"
            raise InvalidError(f"{msg}. Nothing was registered")
        frame = pd.DataFrame(obj) if obj.dtype.names is None else pd.DataFrame.from_records(obj)
        return Made(medium=media.CSV, data=csv(name, frame, index=False))


ARRAYS: Final = Arrays()


def _figure(obj: Any) -> Any:
    """Return the first object of matplotlib in an array of objects (``DataFrame.hist`` and ``plt.subplots`` give such)."""
    from modelreg.attachments.matplotlib import MATPLOTLIB

    if obj.dtype != object or obj.size == 0:
        return None
    first = obj.flat[0]
    ours = type(first).__module__.partition(".")[0] == "matplotlib"
    return first if ours and MATPLOTLIB.serves(first) else None
