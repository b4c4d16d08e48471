"""Whether what names the rows and columns of a table is plain: a label of the user's may run any code when it is compared."""

from __future__ import annotations

from typing import Any, Final

from modelreg.capture.data.kinds import library

__all__ = ["are_plain"]

_PLAIN: Final = frozenset({bool, bytes, complex, float, int, str, type(None)})
_MOST: Final = 500_000
"""Labels that are asked one by one."""


def are_plain(value: Any, *, rows: bool = True) -> bool:
    """Whether no label of a table, column or index of pandas runs code of the user's.

    Parameters
    ----------
    value : object
        A table, a column, an index or what pandas looks up parts by; anything else has no labels.
    rows : bool, optional
        Whether those of the rows of a table are compared too.
    """
    pandas = library("pandas")
    if pandas is None or str(type(value).__module__).partition(".")[0] != "pandas":
        return True
    if isinstance(value, pandas.DataFrame):
        return _of_index(value.columns) and not (rows and not _of_index(value.index))
    if isinstance(value, pandas.Series):
        return _is_label(value.name) and _of_type(value.dtype) and _of_index(value.index)
    if isinstance(value, pandas.Index):
        return _of_index(value)
    held = getattr(value, "obj", None) if type(value).__name__.endswith("Indexer") else None
    return held is None or type(value).__name__ == "_iLocIndexer" or are_plain(held)


def _of_index(index: Any) -> bool:
    if not all(map(_is_label, index.names)):
        return False
    levels = getattr(index, "levels", None)
    if levels is not None:
        return all(map(_of_index, levels))
    if not getattr(index.dtype, "hasobject", False):
        return _of_type(index.dtype)
    return len(index) <= _MOST and all(map(_is_label, index.array))


def _of_type(dtype: Any) -> bool:
    """Whether the values that a type of columns lists are plain."""
    categories = getattr(dtype, "categories", None)
    return categories is None or _of_index(categories)


def _is_label(label: Any) -> bool:
    if type(label) is tuple:
        return all(map(_is_label, label))
    return type(label) in _PLAIN or str(type(label).__module__).partition(".")[0] in {"numpy", "pandas", "datetime"}
