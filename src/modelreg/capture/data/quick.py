"""A digest of data that is quick to make: of small data in full, of large data at some places only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg import digests
from modelreg.capture.data.fingerprints import fingerprint
from modelreg.capture.data.kinds import kind_of, shape_of, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["FULL_BYTES", "quick_digest", "weight"]

FULL_BYTES: Final = 8 << 20
"""What is read in full."""
MOST: Final = 5 * FULL_BYTES
"""So heavy or heavier: nobody asks how heavy exactly."""
_FULL_OBJECTS: Final = 20_000
"""Cells that are Python objects cost far more than numbers."""
_OBJECT: Final = FULL_BYTES // _FULL_OBJECTS
_COLUMN: Final = 40_000
_PLACES: Final = 8
_VISITS: Final = 100
"""Columns looked at, over all places."""
_ROWS: Final = 256
_CONTAINERS: Final = frozenset({"list", "tuple", "dict", "set", "frozenset", "container"})
_PLAIN: Final = frozenset({bool, int, float, complex, type(None)})
_TEXTS: Final = frozenset({"object", "str", "string", "category", "String"})


def weight(value: Any) -> int:
    """Return about how many bytes of numbers take as long as looking at all of `value`; of what is very heavy, `MOST`."""
    return min(_weight(value, MOST, 0), MOST)


def _weight(value: Any, most: int, depth: int) -> int:
    kind = kind_of(value)
    if kind in _CONTAINERS:
        return _of_container(value, most, depth)
    if kind == "scipy.sparse":
        return int(value.nnz) * 16
    if kind == "torch.TensorDataset":
        return sum(_weight(one, most, depth + 1) for one in value.tensors)
    shape = shape_of(value)
    cells = 1
    for one in shape:
        cells *= one
    each = _OBJECT if kind == "pyarrow.Table" or not _TEXTS.isdisjoint(map(written, _types(value, kind))) else 8
    # each column takes a moment of its own
    return cells * each + (shape[1] if len(shape) > 1 and kind != "numpy.ndarray" else 0) * _COLUMN


def _types(value: Any, kind: str) -> Iterable[Any]:
    if kind == "pandas.DataFrame":
        return value.dtypes  # type: ignore[no-any-return]
    return (getattr(value, "dtype", "object"),) if kind else ("object",)


def _of_container(value: Any, most: int, depth: int) -> int:
    """Return the weight of what a container holds; it is not looked at any further than it takes."""
    total = len(value) * _OBJECT
    if depth > _PLACES:  # nested so deep, or in a circle
        return most
    for one in value.values() if isinstance(value, dict) else value:
        if total >= most:
            break
        if isinstance(one, str | bytes):
            total += len(one)
        elif type(one) not in _PLAIN:
            total += _weight(one, most - total, depth + 1)
    return total


def quick_digest(value: Any) -> tuple[str | None, bool]:
    """Return a digest that is quick to make, and whether it is of some places only; None where there is none.

    Parameters
    ----------
    value : object
        Any data.
    """
    kind = kind_of(value)
    if kind in {"path", "set", "frozenset"} or kind.startswith(("torch.S", "torch.D")):
        return None, False
    if weight(value) <= FULL_BYTES:
        return fingerprint(value).digest, False
    parts: list[str | None] = []
    for one in _parts(value):
        if kind in _CONTAINERS and weight(one) > FULL_BYTES // _PLACES:
            return None, True  # a few of its parts take as long as all of it may
        parts.append(fingerprint(one).digest)
    if not parts or None in parts:
        return None, True
    return digests.digest("\n".join(str(one) for one in (*parts, *shape_of(value))).encode()), True


def _parts(value: Any) -> Iterator[Any]:
    """Yield a few runs of rows, the first and the last always."""
    kind, shape = kind_of(value), shape_of(value)
    if kind in {"dict", "container"} or not shape or _weight(value, MOST, 0) // max(shape[0], 1) > FULL_BYTES:
        return
    if kind == "scipy.sparse" and value.format != "csr":
        return
    width = shape[1] if len(shape) > 1 else 1
    if kind == "pandas.DataFrame" and width > _VISITS:
        value = value.iloc[:, :: -(-width // _VISITS)]
        width = value.shape[1]
    places = max(2, min(_PLACES, _VISITS // max(width, 1)))
    count = max(1, min(_ROWS, FULL_BYTES // 16 // places // max(width, 1)))
    cut = _CUTS.get(kind, _rows)
    for place in range(places):
        start = (shape[0] - count) * place // (places - 1)
        yield cut(value, max(start, 0), max(start, 0) + count)


def _rows(value: Any, start: int, stop: int) -> Any:
    return value[start:stop]


_CUTS: Final[dict[str, Callable[[Any, int, int], Any]]] = {
    "pandas.DataFrame": lambda one, start, stop: one.iloc[start:stop],
    "pandas.Series": lambda one, start, stop: one.iloc[start:stop],
    "polars.DataFrame": lambda one, start, stop: one.slice(start, stop - start),
    "polars.Series": lambda one, start, stop: one.slice(start, stop - start),
    "pyarrow.Table": lambda one, start, stop: one.slice(start, stop - start),
}
