"""The fingerprint of data: the same for the same contents, whichever library holds them and however they lie in memory.

FORMAT ``mrfp1``. A new rule needs a new name: digests are compared across years, machines and versions of libraries.

- A table is the BLAKE3 of its header (kind, rows, per column its name and logical type) and of the digests of its
  columns. A column's digest is over its leaves of 2**20 rows; a leaf's over the bytes of its cells and, where there are
  any, over its empty cells as bits.
- Numbers are little-endian, -0.0 is 0.0, NaN is an empty cell, empty cells are zero. Texts are UTF-8 and their lengths.
  Categories count by value. Moments and durations count in microseconds; in nanoseconds where a value needs it.
- Row labels count unless they are 0, 1, 2… without a name.
- An array is its shape and one column in C order. A sparse matrix is its parts, duplicates summed.
- Of more than `LIMIT` bytes only leaves at a fixed stride are read, the first and the last always: ``partial``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg import digests
from modelreg.capture.data import reading
from modelreg.capture.data.digesting import LEAF, column_digests, name_of
from modelreg.capture.data.encoding import encode
from modelreg.capture.data.files import file_digest, folder_digest
from modelreg.capture.data.kinds import Unreadable, kind_of, shape_of
from modelreg.capture.data.records import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.capture.data.pieces import Column
    from modelreg.capture.data.reading import Table
    from modelreg.capture.data.records import ColumnDigest

__all__ = ["LIMIT", "fingerprint"]

SCHEME: Final = "mrfp1"
LIMIT: Final = 8 << 30
"""Bytes of cells that are read in full."""


def fingerprint(obj: Any, *, index: bool = True, limit: int = LIMIT) -> Fingerprint:
    """Return the identity of `obj` by its contents; what has none is told in the record's ``error``.

    Parameters
    ----------
    obj : object
        A table, an array, a tensor, a list or dict of such and of plain values, or the path of a file or folder.
    index : bool, optional
        Row labels count.
    limit : int, optional
        Bytes of cells above which only some rows are read.
    """
    try:
        return _fingerprint(obj, index=index, limit=limit, depth=0)
    except RecursionError:
        return Fingerprint(kind=kind_of(obj), error="it is nested too deep, or holds itself")
    except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
        # what an error says may hold data
        told = str(error) if isinstance(error, Unreadable | OSError) else type(error).__name__
        return Fingerprint(kind=kind_of(obj), shape=shape_of(obj), error=f"no fingerprint: {told}")


def _fingerprint(obj: Any, *, index: bool, limit: int, depth: int) -> Fingerprint:
    kind = kind_of(obj)
    if kind == "path":
        return _of_path(Path(obj))
    if kind.startswith("torch.") and kind != "torch.Tensor":
        return _fingerprint(_parts(obj, kind), index=index, limit=limit, depth=depth + 1)
    table = reading.read(obj)
    if table is not None:
        return _of_table(table if index else table._replace(labels=()), limit)
    inner = _Inner(limit)
    data = encode(obj, inner, depth)
    digest = digests.digest(f"{SCHEME} value\n".encode() + data)
    return Fingerprint(digest=f"{SCHEME}:{digest}", kind="value", shape=shape_of(obj), partial=inner.partial)


class _Inner:
    """The bytes of tables and arrays inside lists and dicts."""

    def __init__(self, limit: int) -> None:
        self.limit, self.partial = limit, False

    def __call__(self, value: Any) -> bytes:
        kind = kind_of(value)
        if not kind or kind == "container":
            raise Unreadable(_nothing(value))
        found = _fingerprint(value, index=True, limit=self.limit, depth=1)
        if found.digest is None:
            raise Unreadable(found.error or _nothing(value))
        self.partial |= found.partial
        return b"=" + found.digest.encode()


def _nothing(value: Any) -> str:
    name = type(value).__name__
    if hasattr(value, "__next__"):
        return f"a {name} gives its values once only: looking at them would use them up"
    return f"{name} has no contents of its own to go by"


def _parts(obj: Any, kind: str) -> Any:
    if kind == "torch.TensorDataset":
        return list(obj.tensors)
    if kind == "torch.Subset":
        return [obj.dataset, list(obj.indices)]
    return [obj.dataset]


def of_file(digest: str, *, folder: bool = False) -> str:
    """Return the digest as data of a file whose plain digest is known, or of a folder."""
    own = digest if folder else digests.digest(f"{SCHEME} file\n".encode() + bytes.fromhex(digest))
    return f"{SCHEME}:{own}"


def _of_path(path: Path) -> Fingerprint:
    if path.is_dir():
        digest, count, _ = folder_digest(path)
        return Fingerprint(digest=of_file(digest, folder=True), kind="folder", shape=(count,))
    found = file_digest(path)
    return Fingerprint(digest=of_file(found.digest), kind="file", shape=(found.size,))


def _of_table(table: Table, limit: int) -> Fingerprint:
    columns = [*table.columns, *table.labels]
    # the parts of a sparse matrix, and fields of several numbers, differ in length
    groups = [[one] for one in columns] if len({one.rows for one in columns}) > 1 else [columns]
    leaves = [_leaves(group, limit // len(groups)) for group in groups]
    found = [one for group, some in zip(groups, leaves, strict=True) for one in column_digests(group, some)]
    cut = len(table.columns)
    wrong = next((one for one in found if one.error), None)
    error = None if wrong is None else f"no fingerprint: column {wrong.name!r}: {wrong.error}"
    partial = any(one is not None for one in leaves)
    return Fingerprint(
        digest=None if wrong else f"{SCHEME}:{_joined(table, found, leaves if partial else None)}",
        kind=table.kind,
        shape=table.shape,
        columns=tuple(found[:cut]),
        index=tuple(found[cut:]),
        partial=partial,
        error=error,
    )


def _joined(table: Table, found: Sequence[ColumnDigest], leaves: list[list[int] | None] | None) -> str:
    columns = [*table.columns, *table.labels]
    names = [[name_of(one.name), one.type] for one in columns]
    head: dict[str, Any] = {"kind": table.kind, "shape": list(table.shape), "columns": names[: len(table.columns)]}
    head["index"] = names[len(table.columns) :]
    if table.layout:
        head["layout"] = table.layout
    if leaves is not None:
        head["leaves"] = leaves
    joined = b"".join(bytes.fromhex(one.digest or "") for one in found)
    return digests.digest(f"{SCHEME} {table.kind}\n".encode() + digests.canonical(head) + b"\n" + joined)


def _leaves(columns: Sequence[Column], limit: int) -> list[int] | None:
    """Return the leaves that are read, None for all of them."""
    count = -(-(columns[0].rows if columns else 0) // LEAF)
    width = sum(_width(one) for one in columns)
    most = max(3, limit // (LEAF * max(width, 1)))
    if count <= most:
        return None
    stride = -(-count // (most - 1))
    return sorted({*range(0, count, stride), count - 1})


def _width(column: Column) -> int:
    # of texts nobody knows the length beforehand
    return {"bool": 1, "string": 32, "object": 64, "binary": 64}.get(column.type) or _bytes(column.type)


def _bytes(name: str) -> int:
    digits = "".join(sign for sign in name.partition("[")[0] if sign.isdigit())
    return max(int(digits) // 8, 1) if digits else 8
