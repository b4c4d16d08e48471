"""Columns out of pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.arrays import of_array, of_units, of_windows
from modelreg.capture.data.kinds import library, written
from modelreg.capture.data.pieces import Column, Piece, cells, taken

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["of_frame", "of_index", "of_series"]

_SCAN: Final = 1 << 16


def of_frame(frame: Any) -> list[Column]:
    """Return the columns of a DataFrame; nothing is copied."""
    return [of_series(name, series) for name, series in frame.items()]  # by place, also where names are equal


def of_index(index: Any) -> list[Column]:
    """Return the row labels as columns: none where they are only 0, 1, 2… without a name."""
    if index.nlevels > 1:
        import pandas as pd

        pairs = zip(index.names, index.codes, index.levels, strict=True)
        return [of_series(name, pd.Series(pd.Categorical.from_codes(codes, level))) for name, codes, level in pairs]
    if index.name is None and _counts(index):
        return []
    return [of_series(index.name, index)]


def _counts(index: Any) -> bool:
    start, step = getattr(index, "start", None), getattr(index, "step", None)
    if type(index).__name__ == "RangeIndex":
        return bool(not len(index) or (start == 0 and (step == 1 or len(index) == 1)))
    if getattr(index.dtype, "kind", "O") not in "iu" or not hasattr(index.dtype, "itemsize") or index.hasnans:
        return False
    import numpy as np

    values = index.to_numpy()
    blocks = range(0, len(values), _SCAN)
    return all((values[one : one + _SCAN] == np.arange(one, min(one + _SCAN, len(values)))).all() for one in blocks)


def of_series(name: object, series: Any) -> Column:
    """Return a Series or an Index as a column."""
    dtype = series.dtype
    if isinstance(dtype, _numpy_dtype()):
        return of_array(name, series.to_numpy())
    return _of_extension(name, series.array)._replace(dtype=written(dtype))


def _numpy_dtype() -> Any:
    import numpy as np

    return np.dtype


def _of_extension(name: object, array: Any) -> Column:
    plain = getattr(array.dtype, "numpy_dtype", None)  # Int64, Float64, boolean
    reader = _EXTENSIONS.get(type(array.dtype).__name__)
    if reader is None and plain is not None and plain.kind in "biuf":
        return Column(name, plain.name, len(array), lambda a, b: _masked(array[a:b], plain), plain.itemsize)
    return (reader or _of_unknown)(name, array)


def _of_clock(name: object, array: Any) -> Column:
    unit = getattr(array.dtype, "unit", "ns")
    return of_units(name, "timestamp", unit, len(array), lambda a, b: array[a:b].asi8, zone=str(array.dtype.tz))


def _of_periods(name: object, array: Any) -> Column:
    return Column(name, f"period[{array.freqstr}]", len(array), lambda a, b: _with_nat(array[a:b].asi8))


def _of_arrow(name: object, array: Any) -> Column:
    from modelreg.capture.data.arrow import of_chunks

    return of_chunks(name, array.__arrow_array__())


def _with_nat(counts: Any) -> Piece:
    nulls = counts == -(1 << 63)
    return Piece(counts, nulls if nulls.any() else None)


def _masked(array: Any, dtype: Any) -> Piece:
    nulls = array.isna()
    if not nulls.any():
        return Piece(array.to_numpy(dtype=dtype))
    return Piece(array.to_numpy(dtype=dtype, na_value=0), nulls)


def _of_strings(name: object, array: Any) -> Column:
    if library("pyarrow") is not None and str(getattr(array.dtype, "storage", "")).startswith("pyarrow"):
        return _of_arrow(name, array)
    return Column(name, "string", len(array), lambda a, b: cells(array[a:b].to_numpy(dtype=object).tolist(), "string"))


def _of_categories(name: object, array: Any) -> Column:
    """Return categories by their values: how they are numbered, and which are not used, says nothing about the data."""
    import numpy as np

    codes, categories = array.codes, array.categories
    used = np.unique(codes)
    used = used[used >= 0]
    values = of_series(name, categories[used])
    whole = values.read(0, values.rows)
    places = np.zeros(len(categories) + 1, dtype=np.intp)  # -1, no category, is the last one
    places[used] = np.arange(len(used))

    def read(start: int, stop: int) -> Piece:
        part = codes[start:stop]
        unset = part < 0
        return taken(whole, places[part], unset if unset.any() else None)

    return values._replace(rows=len(array), read=read)


def _of_unknown(name: object, array: Any) -> Column:
    import numpy as np

    # sparse columns become dense, others become objects, a window at a time
    dtype = np.asarray(array[:1]).dtype
    return of_windows(name, dtype, len(array), lambda a, b: np.asarray(array[a:b], dtype=dtype))


_EXTENSIONS: Final[dict[str, Callable[[object, Any], Column]]] = {
    "ArrowDtype": _of_arrow,
    "CategoricalDtype": _of_categories,
    "DatetimeTZDtype": _of_clock,
    "PeriodDtype": _of_periods,
    "StringDtype": _of_strings,
}
