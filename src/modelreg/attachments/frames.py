"""Tables: frames and columns of pandas, and what gives one (polars, pyarrow), as CSV."""

from __future__ import annotations

from typing import Any, Final

from modelreg import media, sizes
from modelreg.attachments.base import Made
from modelreg.errors import InvalidError

LARGEST: Final = 20_000_000
"""Bytes of CSV; a table to look at, not a dataset."""


class Frames:
    """A DataFrame, a Series, or a table that says how to become one (``to_pandas``)."""

    def serves(self, obj: Any) -> bool:
        """Serve what is a table or a column."""
        return hasattr(obj, "to_pandas") or (hasattr(obj, "to_csv") and hasattr(obj, "index"))

    def make(self, name: str, obj: Any) -> Made:
        """Return all rows as CSV in UTF-8 (RFC 4180), with the index where it says something.

        Raises
        ------
        InvalidError
            The table is larger than a table to look at.
        """
        import pandas as pd

        frame = obj.to_pandas() if hasattr(obj, "to_pandas") else obj
        if isinstance(frame, pd.Series):
            frame = frame.to_frame(frame.name if frame.name is not None else "value")
        return Made(medium=media.CSV, data=csv(name, frame, index=_says_something(frame.index)))


FRAMES: Final = Frames()


def csv(name: str, frame: Any, *, index: bool) -> bytes:
    """Return a DataFrame as CSV.

    Raises
    ------
    InvalidError
        It is too large.
    """
    if len(frame) * max(1, len(frame.columns)) > LARGEST:  # a cell has at least its comma
        raise _too_large(name, len(frame), f"more than {sizes.human(LARGEST)}")
    data = frame.to_csv(index=index, lineterminator="\r\n").encode("utf-8", "backslashreplace")
    if len(data) > LARGEST:
        raise _too_large(name, len(frame), sizes.human(len(data)))
    return bytes(data)


def _says_something(index: Any) -> bool:
    """Whether an index is more than the count of the rows."""
    import pandas as pd

    counts = isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1
    return not (counts and index.name is None)


def _too_large(name: str, rows: int, size: str) -> InvalidError:
    told = f"the table {name!r} has {rows:,} rows and {size} as CSV; {sizes.human(LARGEST)} is the most"
    msg = f"{told}. Attach a part (.head(1000), .describe()) or keep it as a dataset; nothing was registered"
    return InvalidError(msg, tries=("log FRAME PROJECT/NAME --kind dataset",))
