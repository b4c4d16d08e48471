"""Columns out of pyarrow and polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.arrays import of_units
from modelreg.capture.data.kinds import library
from modelreg.capture.data.pieces import Column, Piece, cells

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["of_chunks", "of_polars", "of_table"]

_NAT: Final = -(1 << 63)
_UNITS: Final = {"s": "s", "ms": "ms", "us": "us", "ns": "ns"}


def of_table(table: Any) -> list[Column]:
    """Return the columns of a Table or RecordBatch of pyarrow."""
    return [of_chunks(name, table.column(place)) for place, name in enumerate(table.schema.names)]


def of_chunks(name: object, column: Any) -> Column:
    """Return a ChunkedArray or an Array of pyarrow as a column: how it is cut into chunks says nothing about it."""
    pa: Any = library("pyarrow")
    text, rows = str(column.type), len(column)

    def window(start: int, stop: int) -> Any:
        part = column.slice(start, stop - start)
        part = part.combine_chunks() if hasattr(part, "combine_chunks") else part
        if hasattr(part, "num_chunks"):
            part = pa.concat_arrays(part.chunks) if part.num_chunks else pa.array([], type=part.type)
        return part.dictionary_decode() if pa.types.is_dictionary(part.type) else part

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return _by_type(pa, kind, name, rows, window)._replace(dtype=text)


def _by_type(pa: Any, kind: Any, name: object, rows: int, window: Callable[[int, int], Any]) -> Column:
    types = pa.types
    if types.is_string(kind) or types.is_large_string(kind) or "string_view" in str(kind) or types.is_null(kind):
        return Column(name, "string", rows, lambda a, b: _texts(window(a, b), pa.large_string()))
    if (
        types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_fixed_size_binary(kind)
        or "binary" in str(kind)
    ):
        return Column(name, "binary", rows, lambda a, b: _texts(window(a, b), pa.large_binary()))
    if types.is_timestamp(kind) or types.is_duration(kind):
        word = "timestamp" if types.is_timestamp(kind) else "duration"
        zone = getattr(kind, "tz", None) or ""
        return of_units(name, word, kind.unit, rows, lambda a, b: _counts(window(a, b), pa.int64()), zone=zone)
    if types.is_date(kind) or types.is_time(kind):
        word, as_one, count = (
            ("date", pa.date32(), pa.int32()) if types.is_date(kind) else ("time", pa.time64("ns"), pa.int64())
        )
        return Column(name, word, rows, lambda a, b: _numbers(window(a, b).cast(as_one).cast(count)))
    if types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind):
        dtype = kind.to_pandas_dtype()
        word = "bool" if types.is_boolean(kind) else dtype.__name__
        return Column(name, word, rows, lambda a, b: _numbers(window(a, b)), max(kind.bit_width // 8, 1))
    return Column(name, "object", rows, lambda a, b: cells(window(a, b).to_pylist(), "object"))


def _nulls(part: Any) -> Any:
    return part.is_null().to_numpy(zero_copy_only=False) if part.null_count else None


def _numbers(part: Any) -> Piece:
    nulls = _nulls(part)
    filled = part if nulls is None else part.fill_null(False if str(part.type) == "bool" else 0)
    return Piece(filled.to_numpy(zero_copy_only=False), nulls)


def _counts(part: Any, wide: Any) -> Any:
    return part.cast(wide).fill_null(_NAT).to_numpy(zero_copy_only=False)


def _texts(part: Any, wide: Any) -> Piece:
    nulls = _nulls(part)
    part = part.cast(wide)
    return Piece(part if nulls is None else part.fill_null("" if "string" in str(wide) else b""), nulls)


def of_polars(name: object, series: Any) -> Column:
    """Return a Series of polars as a column; its texts go through pyarrow when that is loaded."""
    kind = type(series.dtype).__name__
    rows, text = len(series), str(series.dtype)

    def window(start: int, stop: int) -> Any:
        return series.slice(start, stop - start)

    return _by_polars(kind, series.dtype, name, rows, window)._replace(dtype=text)


def _by_polars(kind: str, dtype: Any, name: object, rows: int, window: Callable[[int, int], Any]) -> Column:
    if kind in {"String", "Categorical", "Enum", "Null"}:
        return Column(name, "string", rows, lambda a, b: _polars_texts(window(a, b), kind))
    if kind in {"Datetime", "Duration"}:
        word, zone = ("timestamp" if kind == "Datetime" else "duration"), getattr(dtype, "time_zone", None) or ""
        unit = _UNITS[dtype.time_unit]
        return of_units(name, word, unit, rows, lambda a, b: _filled(window(a, b).to_physical(), _NAT), zone=zone)
    if kind in {"Date", "Time"}:
        return Column(name, kind.lower(), rows, lambda a, b: _polars_numbers(window(a, b).to_physical()))
    if kind == "Boolean":
        return Column(name, "bool", rows, lambda a, b: _polars_numbers(window(a, b)), 1)
    if kind.startswith(("Int", "UInt", "Float")) and kind[-1].isdigit() and not kind.endswith("128"):
        return Column(name, kind.lower(), rows, lambda a, b: _polars_numbers(window(a, b)))
    word = "binary" if kind == "Binary" else "object"
    return Column(name, word, rows, lambda a, b: cells(window(a, b).to_list(), word))


def _polars_texts(part: Any, kind: str) -> Piece:
    pa = library("pyarrow")
    if kind == "Null":
        return cells([None] * len(part), "string")
    if pa is None:
        return cells(part.to_list(), "string")
    polars: Any = library("polars")
    return _texts((part if kind == "String" else part.cast(polars.String)).to_arrow(), pa.large_string())


def _polars_numbers(part: Any) -> Piece:
    nulls = part.is_null().to_numpy() if part.null_count() else None
    return Piece(_filled(part, False if str(part.dtype) == "Boolean" else 0), nulls)


def _filled(part: Any, value: Any) -> Any:
    return (part.fill_null(value) if part.null_count() else part).to_numpy()
