"""A run of cells of one column, and its canonical bytes.

Part of the scheme ``mrfp1``: what is written here never changes.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.capture.data.encoding import encode, is_null
from modelreg.capture.data.kinds import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from modelreg.digests import Bytes

__all__ = ["Column", "Piece", "cells", "streams", "taken"]

EPOCH: Final = date(1970, 1, 1)


class Piece(NamedTuple):
    """Some consecutive cells."""

    values: Any
    """A numpy array of numbers, a list of str or bytes, or an Arrow array of large strings or large binaries."""
    nulls: Any = None
    """A numpy array of booleans; None where no cell is empty. NaN in `values` is empty too."""


class Column(NamedTuple):
    """One column, read in pieces of any size."""

    name: object
    type: str
    rows: int
    read: Callable[[int, int], Piece]
    stride: int = 8
    """Bytes from one cell to the next."""
    dtype: str = ""
    """As its own library writes it."""


def streams(piece: Piece) -> tuple[tuple[Bytes, ...], Any]:
    """Return the canonical bytes of some cells in one stream (numbers) or two (texts, and their lengths), and their nulls."""
    if isinstance(piece.values, list):
        return _packed(piece.values), piece.nulls
    if hasattr(piece.values, "buffers"):
        return _of_arrow(piece.values), piece.nulls
    return _fixed(piece.values, piece.nulls)


def _fixed(values: Any, nulls: Any) -> tuple[tuple[Bytes, ...], Any]:
    import numpy as np

    if values.dtype.kind in "fc":
        # a copy in one pass, in which -0.0 is 0.0
        part = np.add(values, values.dtype.type(0), dtype=values.dtype.newbyteorder("="))
        unset = np.isnan(part)
        if unset.any():
            nulls = unset if nulls is None else nulls | unset
    else:
        part = np.ascontiguousarray(values) if nulls is None else values.copy()
    if nulls is not None:
        np.putmask(part, nulls, 0)
    return (_bytes(part.astype(part.dtype.newbyteorder("<"), copy=False)),), nulls


def _bytes(array: Any) -> Bytes:
    import numpy as np

    flat: Any = np.ascontiguousarray(array).view(np.uint8)
    return memoryview(flat)


def _packed(values: Sequence[Any]) -> tuple[Bytes, ...]:
    import numpy as np

    if values and isinstance(values[0], bytes):
        data = b"".join(values)
        return data, _bytes(np.fromiter(map(len, values), dtype="<i8", count=len(values)))
    joined = "".join(values)
    data = joined.encode("utf-8", "surrogatepass")
    # one letter is one byte almost always: then nothing has to be encoded twice
    plain = len(data) == len(joined)
    lengths = map(len, values) if plain else (len(one.encode("utf-8", "surrogatepass")) for one in values)
    return data, _bytes(np.fromiter(lengths, dtype="<i8", count=len(values)))


def _of_arrow(values: Any) -> tuple[Bytes, ...]:
    import numpy as np

    _, offsets, data = values.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[values.offset : values.offset + len(values) + 1]
    text = memoryview(data)[int(ends[0]) : int(ends[-1])] if data is not None else b""
    return text, _bytes(np.diff(ends).astype("<i8", copy=False))


def cells(values: list[Any], kind: str) -> Piece:
    """Return cells that are Python objects as a piece of the logical type `kind`."""
    nulls = _nulls(values)
    if nulls is not None:
        # what an empty cell holds does not count
        blank: Any = {"string": "", "binary": b"", "bool": False, "date": EPOCH}.get(kind)
        values = [blank if empty else one for one, empty in zip(values, nulls.tolist(), strict=True)]
    if kind in {"bool", "date"}:
        import numpy as np

        numbers = values if kind == "bool" else [(one - EPOCH).days for one in values]
        return Piece(np.array(numbers, dtype=bool if kind == "bool" else np.int32), nulls)
    if kind == "object":
        return Piece([encode(one, _inside) for one in values], nulls)
    return Piece(list(map(str, values)) if kind == "string" and set(map(type, values)) != {str} else values, nulls)


def taken(piece: Piece, places: Any, unset: Any) -> Piece:
    """Return the cells of a piece at some places; those that are `unset` are empty whatever stands there."""
    import numpy as np

    nulls = unset if piece.nulls is None else piece.nulls[places] | (False if unset is None else unset)
    values = piece.values
    if hasattr(values, "take") and hasattr(values, "buffers"):
        values = values.to_pylist()
    if not len(values):  # every cell is empty
        blank: Any = [""] * len(places) if isinstance(values, list) else np.zeros(len(places), values.dtype)
        return Piece(blank, nulls)
    if not isinstance(values, list):
        return Piece(values[places], nulls)
    blank = b"" if isinstance(values[0], bytes) else ""
    found = [values[place] for place in places.tolist()]
    if unset is not None:
        found = [blank if empty else one for one, empty in zip(found, unset.tolist(), strict=True)]
    return Piece(found, nulls)


def _nulls(values: list[Any]) -> Any:
    import numpy as np

    if set(map(type, values)) <= {str, bytes, bool, int}:
        return None
    found = np.fromiter(map(is_null, values), dtype=bool, count=len(values))
    return found if found.any() else None


def _inside(value: Any) -> bytes:
    """Return the bytes of what stands in one cell and is no plain value: a small array is the list of its elements."""
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        return encode(value.tolist(), _inside, 1)
    raise Unreadable(f"it holds a {type(value).__name__}, which has no contents of its own to go by")
