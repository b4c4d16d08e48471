"""Digests of columns: read in windows, hashed in leaves, by some threads.

Part of the scheme ``mrfp1``: what is written here never changes, but for the sizes of windows.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from modelreg import digests
from modelreg.capture.data.kinds import Unreadable
from modelreg.capture.data.pieces import streams
from modelreg.capture.data.records import ColumnDigest
from modelreg.crew import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.capture.data.pieces import Column

__all__ = ["LEAF", "column_digests", "label", "name_of"]

LEAF: Final = 1 << 20
"""Rows that are hashed by themselves. Part of the scheme."""
_WINDOW: Final = 1 << 17
"""Rows that are looked at at once: few enough for the cache of the processor, enough to make Python's share small."""
_LEAST: Final = 1024
_CACHE: Final = 32 << 20
_APART: Final = 16
"""Cells farther apart than this, in bytes, have those of other columns between them."""
_TASKS: Final = 64
_ALONE: Final = 1 << 17
"""So few cells are not worth a thread."""


def column_digests(columns: Sequence[Column], leaves: Sequence[int] | None = None) -> list[ColumnDigest]:
    """Return the digest of each column; what cannot be read has an error instead.

    Parameters
    ----------
    columns : sequence of Column
        Columns of one length.
    leaves : sequence of int, optional
        Hash these leaves only.
    """
    rows = columns[0].rows if columns else 0
    chosen = range(-(-rows // LEAF)) if leaves is None else leaves
    threads = min(digests.HASHERS, os.cpu_count() or 1)
    if rows * len(columns) < _ALONE or threads == 1:
        parts = [_leaf(columns, leaf) for leaf in chosen]
    else:
        parts = _threaded(columns, chosen, threads)
    return [_column(column, [part[place] for part in parts]) for place, column in enumerate(columns)]


_Hashed = tuple[bytes, int] | str


def _threaded(columns: Sequence[Column], leaves: Sequence[int], threads: int) -> list[list[_Hashed]]:
    # columns that share their memory row by row are read together; others one after the other, in small tasks
    apart = [place for place, column in enumerate(columns) if column.stride <= _APART]
    mixed = [place for place, column in enumerate(columns) if column.stride > _APART]
    size = -(-len(apart) // _TASKS) or 1
    groups = [apart[start : start + size] for start in range(0, len(apart), size)]
    groups += _cut(mixed, -(-threads // max(len(leaves), 1)))
    digests.raw_digest(b"")  # imported before threads ask for it
    tasks = [(leaf, group) for leaf in leaves for group in groups]
    done = spread(lambda task: _group(columns, task[1], task[0]), tasks, threads, "fingerprint")
    found: dict[tuple[int, int], _Hashed] = {}
    for (leaf, group), made in zip(tasks, done, strict=True):
        found.update(((leaf, place), one) for place, one in zip(group, made, strict=True))
    return [[found[leaf, place] for place in range(len(columns))] for leaf in leaves]


def _cut(places: list[int], parts: int) -> list[list[int]]:
    size = -(-len(places) // max(parts, 1))
    return [places[start : start + size] for start in range(0, len(places), size)] if places else []


def _group(columns: Sequence[Column], places: Sequence[int], leaf: int) -> list[_Hashed]:
    chosen = [columns[place] for place in places]
    if chosen[0].stride > _APART:
        return _leaf(chosen, leaf)
    return [one for column in chosen for one in _leaf([column], leaf)]


def _leaf(columns: Sequence[Column], leaf: int) -> list[_Hashed]:
    """Return digest and number of nulls of one leaf of each column, or why it has none."""
    first = leaf * LEAF
    last = min(first + LEAF, columns[0].rows)
    wide = sum(column.stride for column in columns)
    step = max(_LEAST, min(_WINDOW, _CACHE // max(wide, 1)))
    hashing: list[_Leaf | None] = [_Leaf(last - first) for _ in columns]
    errors: list[str] = [""] * len(columns)
    for start in range(first, last, step):
        stop = min(start + step, last)
        for place, column in enumerate(columns):
            one = hashing[place]
            if one is None:
                continue
            try:
                one.add(start - first, column, start, stop)
            except Exception as error:  # noqa: BLE001  (one unreadable column hides no other)
                # what an error says may hold data
                hashing[place], errors[place] = (
                    None,
                    str(error) if isinstance(error, Unreadable) else type(error).__name__,
                )
    return [
        errors[place] if one is None else (one.digest(), 0 if one.nulls is None else int(one.nulls.sum()))
        for place, one in enumerate(hashing)
    ]


class _Leaf:
    """The hash of some rows of one column."""

    __slots__ = ("hashers", "nulls", "rows")

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.hashers: list[Any] = []
        self.nulls: Any = None

    def add(self, place: int, column: Column, start: int, stop: int) -> None:
        from blake3 import blake3

        parts, nulls = streams(column.read(start, stop))
        if not self.hashers:
            self.hashers = [blake3() for _ in parts]
        for hasher, part in zip(self.hashers, parts, strict=True):
            hasher.update(part)
        if nulls is not None and nulls.any():
            import numpy as np

            if self.nulls is None:
                self.nulls = np.zeros(self.rows, dtype=bool)
            self.nulls[place : place + len(nulls)] = nulls

    def digest(self) -> bytes:
        import numpy as np

        parts = [hasher.digest() for hasher in self.hashers]
        if self.nulls is not None:
            parts.append(digests.raw_digest(np.packbits(self.nulls).tobytes()))
        return digests.raw_digest(b"".join(parts))


def _column(column: Column, leaves: list[_Hashed]) -> ColumnDigest:
    name = label(column.name)
    wrong = [one for one in leaves if isinstance(one, str)]
    if wrong:
        return ColumnDigest(name=name, type=column.type, error=wrong[0])
    hashed = [one for one in leaves if not isinstance(one, str)]
    nulls = sum(count for _, count in hashed)
    head = digests.canonical({"type": column.type, "rows": column.rows, "nulls": nulls})
    digest = digests.digest(b"mrfp1 column\n" + head + b"\n" + b"".join(one for one, _ in hashed))
    return ColumnDigest(name=name, type=column.type, nulls=nulls, digest=digest)


def label(name: object) -> str:
    """Return a column's name as it is shown."""
    text = name if isinstance(name, str) else str(name)
    return text.encode("utf-8", "backslashreplace").decode()


def name_of(name: object) -> Any:
    """Return a column's name as it is hashed: the text ``1`` and the number 1 are two names."""
    if isinstance(name, tuple):
        return [name_of(one) for one in name]
    if isinstance(name, str):
        try:
            name.encode()
        except UnicodeEncodeError:
            return {"bytes": name.encode("utf-8", "surrogatepass").hex()}
        return name
    if name is None or isinstance(name, bool):
        return name
    if isinstance(name, int) or (hasattr(name, "dtype") and getattr(name.dtype, "kind", "") in "iu"):
        return {"int": str(name)}
    return {type(name).__name__: label(name)}
