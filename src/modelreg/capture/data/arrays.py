"""Columns out of arrays: numpy, torch, scipy.sparse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.encoding import is_null
from modelreg.capture.data.kinds import Unreadable, written
from modelreg.capture.data.pieces import Column, Piece, cells

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["flat", "object_kind", "of_array", "of_sparse", "of_tensor", "of_units", "of_windows"]

_SCAN: Final = 1 << 16
_KINDS: Final = {"str": "string", "bytes": "binary", "bool": "bool", "date": "date"}
_NAT: Final = -(1 << 63)
_TO_MICRO: Final = {"s": 10**6, "ms": 10**3, "us": 1}
_DAYS: Final = frozenset({"Y", "M", "W", "D", "h", "m"})


def of_array(name: object, array: Any, *, mask: Any = None) -> Column:
    """Return an array of any shape as one column, in C order; nothing is copied but a window at a time.

    Raises
    ------
    Unreadable
        Its elements have no canonical bytes.
    """
    size = int(array.size)
    stride = abs(array.strides[0]) if array.ndim == 1 and size else array.dtype.itemsize
    column = of_windows(name, array.dtype, size, flat(array), stride=stride)
    if mask is None:
        return column
    masked = flat(mask)

    def read(start: int, stop: int) -> Piece:
        piece, hidden = column.read(start, stop), masked(start, stop)
        return Piece(piece.values, hidden if piece.nulls is None else piece.nulls | hidden)

    return column._replace(read=read)


def of_windows(name: object, dtype: Any, size: int, read: Callable[[int, int], Any], *, stride: int = 8) -> Column:
    """Return as a column what is read a window at a time, as arrays of one numpy dtype.

    Raises
    ------
    Unreadable
        The dtype has no canonical bytes.
    """
    kind, text = dtype.kind, written(dtype)
    if kind in "mM":
        return _of_moments(name, dtype, size, read)
    if kind in "OSUT":
        return _of_objects(name, size, lambda a, b: read(a, b).astype(object).tolist(), dtype=text)
    if kind not in "biufc":
        raise Unreadable(f"an array of {text} has no fingerprint")
    if dtype.itemsize > {"f": 8, "c": 16}.get(kind, 8):
        raise Unreadable(f"{text} has no fingerprint: its bytes differ between machines")
    return Column(name, dtype.name, size, lambda a, b: Piece(read(a, b)), stride, text)


def flat(array: Any) -> Callable[[int, int], Any]:
    """Return a reader of any run of elements in C order."""
    import numpy as np

    array = np.asarray(array)
    if array.ndim == 1:
        return lambda start, stop: array[start:stop]
    if array.flags.c_contiguous:
        line = array.reshape(-1)
        return lambda start, stop: line[start:stop]

    def read(start: int, stop: int) -> Any:
        flags = ["external_loop", "buffered", "ranged", "refs_ok"]
        with np.nditer(array, flags=flags, order="C", buffersize=1 << 13) as steps:  # type: ignore[call-overload]
            steps.iterrange = (start, stop)
            return np.concatenate([np.array(part) for part in steps])

    return read


def _of_moments(name: object, dtype: Any, size: int, read: Callable[[int, int], Any]) -> Column:
    import numpy as np

    unit, _ = np.datetime_data(dtype)
    if unit == "generic" or (unit in {"Y", "M"} and dtype.kind == "m"):
        raise Unreadable(f"{dtype} has no fingerprint: its unit has no fixed length")
    unit = "s" if unit in _DAYS else unit

    def counts(start: int, stop: int) -> Any:
        return np.ascontiguousarray(read(start, stop)).astype(f"{dtype.kind}8[{unit}]").view("i8")

    kind = "timestamp" if dtype.kind == "M" else "duration"
    return of_units(name, kind, unit, size, counts, dtype=written(dtype))


def of_units(
    name: object, kind: str, unit: str, rows: int, read: Callable[[int, int], Any], *, zone: str = "", dtype: str = ""
) -> Column:
    """Return counts of a unit as moments or durations in microseconds; in their own unit where that would lose some.

    Parameters
    ----------
    name : object
        The column's name.
    kind : str
        ``timestamp`` or ``duration``.
    unit : str
        What is counted: ``s``, ``ms``, ``us``, ``ns`` or smaller.
    rows : int
        How many there are.
    read : callable
        Gives int64 counts from and to a row; the smallest number is an empty cell.
    zone : str, optional
        The time zone of its clock.
    dtype : str, optional
        As the library writes it.
    """
    factor, divisor = _TO_MICRO.get(unit, 1), 1000 if unit == "ns" else 1
    if not _fits(read, rows, factor, divisor) or (unit not in _TO_MICRO and unit != "ns"):
        factor = divisor = 1
    else:
        unit = "us"

    def piece(start: int, stop: int) -> Piece:
        counts = read(start, stop)
        nulls = counts == _NAT
        return Piece(counts * factor // divisor if factor != divisor else counts, nulls if nulls.any() else None)

    return Column(name, f"{kind}[{unit}{', ' if zone else ''}{zone}]", rows, piece, dtype=dtype)


def _fits(read: Callable[[int, int], Any], rows: int, factor: int, divisor: int) -> bool:
    for start in range(0, rows, _SCAN):
        counts = read(start, min(start + _SCAN, rows))
        counts = counts[counts != _NAT]
        if divisor > 1 and (counts % divisor).any():
            return False
        most = (1 << 63) // factor - 1
        if factor > 1 and counts.size and (counts.max() > most or counts.min() < -most):
            return False
    return True


def _of_objects(name: object, rows: int, read: Callable[[int, int], list[Any]], *, dtype: str = "object") -> Column:
    kind = object_kind(read(start, min(start + _SCAN, rows)) for start in range(0, rows, _SCAN))
    return Column(name, kind, rows, lambda a, b: cells(read(a, b), kind), dtype=dtype)


def object_kind(windows: Any) -> str:
    """Return the logical type of cells that are Python objects; a column without any value counts as text."""
    kinds: set[type] = set()
    for values in windows:
        found = set(map(type, values))
        if not found <= kinds:
            kinds |= {type(one) for one in values if type(one) not in kinds and not is_null(one)}
    names = {_KINDS.get(_base(one), "object") for one in kinds}
    return "string" if not names else names.pop() if len(names) == 1 else "object"


def _base(kind: type) -> str:
    if issubclass(kind, str):
        return "str"
    if issubclass(kind, bytes):
        return "bytes"
    return kind.__name__ if kind.__module__ in {"builtins", "datetime"} else ""


def of_tensor(name: object, tensor: Any) -> Column:
    """Return a torch tensor as one column; it is read from its device a window at a time.

    Raises
    ------
    Unreadable
        It is sparse or quantized.
    """
    import torch

    tensor = tensor.detach()
    if tensor.layout is not torch.strided or tensor.is_quantized:
        raise Unreadable(f"a tensor of layout {tensor.layout} has no fingerprint; give its dense parts")
    tensor = tensor.resolve_conj().resolve_neg()
    kind = str(tensor.dtype).removeprefix("torch.")
    narrow = kind.startswith(("bfloat", "float8"))
    if tensor.device.type == "cpu" and not narrow:
        return of_array(name, tensor.numpy())._replace(dtype=kind)
    line = tensor.reshape(-1)

    def read(start: int, stop: int) -> Piece:
        part = line[start:stop]
        return Piece((part.float() if narrow else part).cpu().numpy())

    return Column(name, kind, int(tensor.numel()), read, dtype=kind)


def of_sparse(matrix: Any) -> tuple[str, list[Column]]:
    """Return the layout and the three parts of a sparse matrix: the same for the same stored elements."""
    if matrix.format not in {"csr", "csc"}:
        matrix = matrix.tocsr()
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    parts = [of_array(one, getattr(matrix, one)) for one in ("data", "indices", "indptr")]
    # how wide the places are written says nothing about the matrix
    return str(matrix.format), [parts[0], *map(_wide, parts[1:])]


def _wide(column: Column) -> Column:
    return column._replace(
        type="int64", read=lambda start, stop: Piece(column.read(start, stop).values.astype("int64", copy=False))
    )
