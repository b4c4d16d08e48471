"""Any data as columns: the one table of what can be read, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from modelreg.capture.data import arrays, arrow, frames
from modelreg.capture.data.kinds import Unreadable, kind_of, library, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.capture.data.pieces import Column

__all__ = ["Table", "read"]


class Table(NamedTuple):
    """Data as columns of one length, or of their own lengths when it is sparse."""

    kind: str
    shape: tuple[int, ...]
    columns: list[Column]
    labels: tuple[Column, ...] = ()
    """The row labels, where they count."""
    layout: str = ""


def read(obj: Any) -> Table | None:
    """Return what can be read as columns, None for all other objects.

    Raises
    ------
    Unreadable
        It is data, but of a sort that has no canonical bytes.
    """
    if type(obj).__module__.partition(".")[0] == "polars" and type(obj).__name__ == "LazyFrame":
        raise Unreadable("a LazyFrame holds no data yet; collect() it")
    reader = _READERS.get(kind_of(obj))
    return reader(obj) if reader else None


def _frame(obj: Any) -> Table:
    return Table("table", shape_of(obj), frames.of_frame(obj), tuple(frames.of_index(obj.index)))


def _series(obj: Any) -> Table:
    return Table("series", (len(obj),), [frames.of_series(obj.name, obj)], tuple(frames.of_index(obj.index)))


def _index(obj: Any) -> Table:
    if obj.nlevels > 1:
        return Table("table", (len(obj), obj.nlevels), frames.of_index(obj))
    return Table("series", (len(obj),), [frames.of_series(obj.name, obj)])


def _polars(obj: Any) -> Table:
    return Table("table", shape_of(obj), [arrow.of_polars(one.name, one) for one in obj.get_columns()])


def _polars_series(obj: Any) -> Table:
    return Table("series", (len(obj),), [arrow.of_polars(obj.name or None, obj)])


def _arrow(obj: Any) -> Table:
    return Table("table", (obj.num_rows, obj.num_columns), arrow.of_table(obj))


def _arrow_array(obj: Any) -> Table:
    return Table("series", (len(obj),), [arrow.of_chunks(None, obj)])


def _array(obj: Any) -> Table:
    shape = tuple(int(one) for one in obj.shape)
    if obj.dtype.names:
        return Table("records", shape, _fields(obj, ()))
    numpy: Any = library("numpy")
    mask = numpy.ma.getmaskarray(obj) if isinstance(obj, numpy.ma.MaskedArray) else None
    plain = numpy.ma.getdata(obj) if mask is not None else numpy.asarray(obj)
    return Table("array", shape, [arrays.of_array(None, plain, mask=mask)])


def _fields(obj: Any, above: tuple[str, ...]) -> list[Column]:
    """Return the fields of a structured array: the gaps between them say nothing about it."""
    numpy: Any = library("numpy")
    found: list[Column] = []
    for name in obj.dtype.names:
        part = numpy.asarray(obj[name])
        if part.dtype.names:
            found += _fields(part, (*above, name))
        else:
            each = int(part.size // obj.size) if obj.size else 1
            label = (*above, name) if above else name
            found.append(arrays.of_array(label if each == 1 else (label, *part.shape[obj.ndim :]), part))
    return found


def _tensor(obj: Any) -> Table:
    return Table("array", shape_of(obj), [arrays.of_tensor(None, obj)])


def _sparse(obj: Any) -> Table:
    layout, columns = arrays.of_sparse(obj)
    return Table("sparse", shape_of(obj), columns, layout=layout)


_READERS: Mapping[str, Callable[[Any], Table]] = {
    "pandas.DataFrame": _frame,
    "pandas.Series": _series,
    "pandas.Index": _index,
    "polars.DataFrame": _polars,
    "polars.Series": _polars_series,
    "pyarrow.Table": _arrow,
    "pyarrow.RecordBatch": _arrow,
    "pyarrow.ChunkedArray": _arrow_array,
    "pyarrow.Array": _arrow_array,
    "numpy.ndarray": _array,
    "torch.Tensor": _tensor,
    "scipy.sparse": _sparse,
}
