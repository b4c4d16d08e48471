"""What data looks like and what it holds, in figures.

No row, and no text of a cell. The names of columns are told, and the least and largest number or date of each, which are
values of the data: of a column with one row, the value. What an error says may hold data, so only its kind is told.
"""

from __future__ import annotations

import math
import os
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from modelreg import digests
from modelreg.capture.data import arrays, reading
from modelreg.capture.data.digesting import label
from modelreg.capture.data.kinds import Unreadable, kind_of, library, shape_of, written
from modelreg.capture.data.records import ColumnProfile, Field, Profile, Schema
from modelreg.crew import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from modelreg.capture.data.pieces import Column
    from modelreg.capture.data.reading import Table

__all__ = ["profile", "schema"]

MOST_COLUMNS: Final = 2000
MOST_UNIQUE: Final = 1000
_COUNTED_ROWS: Final = 1_000_000
_WINDOW: Final = 1 << 16
_FIRST: Final = 1 << 12
_PER_SECOND: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def profile(obj: Any) -> Profile:
    """Return rows, columns and figures of each column; what cannot be told stands in ``error``.

    Parameters
    ----------
    obj : object
        A table, an array, a tensor, or anything else: then only its shape is told.
    """
    try:
        table = reading.read(obj)
        shape = shape_of(obj)
        if table is None:
            return Profile(kind=kind_of(obj) or type(obj).__name__, shape=shape, rows=shape[0] if shape else 0)
        columns = _by_column(obj, table)
        figures = tuple(
            spread(_of_column, columns[:MOST_COLUMNS], min(digests.HASHERS, os.cpu_count() or 1), "profile")
        )
        rows = table.shape[0] if table.shape else 1
        many = len(columns) > MOST_COLUMNS
        return Profile(kind=table.kind, shape=table.shape, rows=rows, columns=figures, truncated=many)
    except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
        return Profile(kind=kind_of(obj), shape=shape_of(obj), error=f"no profile: {_told(error)}")


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, Unreadable) else type(error).__name__


def _by_column(obj: Any, table: Table) -> list[Column]:
    """Return the columns of a table; of an array of two dimensions its columns too, not all its numbers as one."""
    if table.kind == "sparse":
        return table.columns[:1]
    if table.kind != "array" or len(table.shape) != 2 or table.shape[1] > MOST_COLUMNS:  # noqa: PLR2004
        return table.columns
    one = arrays.of_tensor if kind_of(obj) == "torch.Tensor" else _of_plain
    return [one(place, obj[:, place]) for place in range(table.shape[1])]


def _of_plain(name: object, array: Any) -> Column:
    numpy: Any = library("numpy")
    mask = numpy.ma.getmaskarray(array) if isinstance(array, numpy.ma.MaskedArray) else None
    return arrays.of_array(name, numpy.asarray(array).reshape(-1), mask=mask)


def _of_column(column: Column) -> ColumnProfile:
    known: dict[str, Any] = {"name": label(column.name), "type": column.type, "dtype": column.dtype}
    try:
        figures = _Figures(column)
        for start in range(0, column.rows, _WINDOW):
            figures.add(start, min(start + _WINDOW, column.rows))
        return ColumnProfile(**known, **figures.told())
    except Exception as error:  # noqa: BLE001  (one unreadable column hides no other)
        return ColumnProfile(**known, error=_told(error))


class _Figures:
    """The figures of one column, gathered window by window."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.nulls = self.count = 0
        self.least: Any = None
        self.most: Any = None
        self.mean = self.squares = 0.0
        self.seen: set[Any] | None = set() if column.rows <= _COUNTED_ROWS else None

    def add(self, start: int, stop: int) -> None:
        import numpy as np

        values, nulls = self.column.read(start, stop)
        if hasattr(values, "to_pylist"):
            values = values.to_pylist()
        if not isinstance(values, list) and values.dtype.kind in "fc":
            unset = np.isnan(values)
            nulls = unset if nulls is None else nulls | unset
        if nulls is not None and nulls.any():
            self.nulls += int(nulls.sum())
            kept = ~nulls
            values = values[kept] if not isinstance(values, list) else [values[one] for one in np.flatnonzero(kept)]
        if not len(values):
            return
        self._count(values)
        if not isinstance(values, list) and values.dtype.kind != "c":
            self._measure(values)

    def _count(self, values: Any) -> None:
        if self.seen is None:
            return
        # most columns have very many values, and show it at once
        for part in (values[:_FIRST], values[_FIRST:]):
            if self.seen is not None and len(part):
                self.seen |= set(part) if isinstance(part, list) else set(_unique(part))
                if len(self.seen) > MOST_UNIQUE:
                    self.seen = None

    def _measure(self, values: Any) -> None:
        import numpy as np

        least, most = values.min().item(), values.max().item()
        self.least = least if self.least is None else min(least, self.least)
        self.most = most if self.most is None else max(most, self.most)
        with np.errstate(all="ignore"):
            mean = float(values.mean(dtype="float64"))
            squares = float(np.square(values.astype("float64", copy=False) - mean).sum())
        count = len(values)
        total = self.count + count
        step = mean - self.mean
        self.squares += squares + step * step * self.count * count / total
        self.mean += step * count / total
        self.count = total

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = {"nulls": self.nulls, "unique": None if self.seen is None else len(self.seen)}
        if self.least is None:
            return found
        word = self.column.type.partition("[")[0]
        if word in {"timestamp", "duration", "date", "period", "time"}:
            return found | {"min": _moment(self.column.type, self.least), "max": _moment(self.column.type, self.most)}
        std = math.sqrt(self.squares / self.count) if math.isfinite(self.squares) else None
        found |= {"min": _plain(self.least), "max": _plain(self.most)}
        return found | {"mean": self.mean if math.isfinite(self.mean) else None, "std": std}


def _unique(values: Any) -> list[Any]:
    import numpy as np

    found: list[Any] = np.unique(values).tolist()
    return found


def _plain(value: Any) -> Any:
    # JSON has no infinity
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def _moment(kind: str, count: int) -> Any:
    word, _, rest = kind.partition("[")
    unit = rest.rstrip("]").partition(",")[0]
    if word == "date":
        return (date(1970, 1, 1) + timedelta(days=count)).isoformat()
    if word == "duration" and unit in _PER_SECOND:
        return count / _PER_SECOND[unit]
    if word != "timestamp" or unit not in _PER_SECOND:
        return None
    try:
        moment = datetime(1970, 1, 1) + timedelta(microseconds=count * 10**6 // _PER_SECOND[unit])  # noqa: DTZ001
    except OverflowError:
        return None
    # counts with a zone are of UTC
    return moment.isoformat() + ("+00:00" if "," in rest else "")


def schema(obj: Any) -> Schema:
    """Return the names and dtypes of some data as its own library writes them; its contents are not read.

    Parameters
    ----------
    obj : object
        Any data.
    """
    kind = kind_of(obj) or type(obj).__name__
    try:
        names = _fields(obj, kind)
        fields = tuple(Field(name=label(name), dtype=written(dtype)) for name, dtype in names[:MOST_COLUMNS])
        return Schema(kind=kind, shape=_shape(obj, kind), fields=fields, truncated=len(names) > MOST_COLUMNS)
    except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
        return Schema(kind=kind, error=f"no schema: {_told(error)}")


def _shape(obj: Any, kind: str) -> tuple[int, ...]:
    if kind == "DMatrix":
        return (int(obj.num_row()), int(obj.num_col()))
    return shape_of(obj)


def _fields(obj: Any, kind: str) -> list[tuple[Any, Any]]:
    if kind in _TELLERS:
        return list(_TELLERS[kind](obj))
    if kind in {"numpy.ndarray", "torch.Tensor", "scipy.sparse"}:
        names = getattr(obj.dtype, "names", None)
        return [(one, obj.dtype[one]) for one in names] if names else [("", obj.dtype)]
    return []


def _of_columns(obj: Any) -> Iterable[tuple[Any, Any]]:
    return zip(obj.columns, obj.dtypes, strict=True)


def _of_arrow(obj: Any) -> Iterable[tuple[Any, Any]]:
    return zip(obj.schema.names, obj.schema.types, strict=True)


def _of_one(obj: Any) -> Iterable[tuple[Any, Any]]:
    return [(obj.name or "", obj.dtype)]


def _brief(value: Any) -> str:
    shape = " × ".join(map(str, shape_of(value)))
    return f"{kind_of(value) or type(value).__name__} {shape}".strip()


_TELLERS: Final[dict[str, Callable[[Any], Iterable[tuple[Any, Any]]]]] = {
    "pandas.DataFrame": _of_columns,
    "polars.DataFrame": _of_columns,
    "pyarrow.Table": _of_arrow,
    "pyarrow.RecordBatch": _of_arrow,
    "pandas.Series": _of_one,
    "pandas.Index": _of_one,
    "polars.Series": _of_one,
    "dict": lambda obj: [(name, _brief(one)) for name, one in obj.items()],
    "torch.TensorDataset": lambda obj: [(place, _brief(one)) for place, one in enumerate(obj.tensors)],
    "DMatrix": lambda obj: zip(obj.feature_names or (), obj.feature_types or (), strict=False),
}
