"""What an object is, told by the names of its classes: no library is imported to find out."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from types import FunctionType
from typing import Any, Final

__all__ = ["Unreadable", "belongs", "kind_of", "library", "shape_of", "written"]

_NAMED: Final = {
    ("pandas", "DataFrame"): "pandas.DataFrame",
    ("pandas", "Series"): "pandas.Series",
    ("pandas", "Index"): "pandas.Index",
    ("polars", "DataFrame"): "polars.DataFrame",
    ("polars", "Series"): "polars.Series",
    ("pyarrow", "Table"): "pyarrow.Table",
    ("pyarrow", "RecordBatch"): "pyarrow.RecordBatch",
    ("pyarrow", "ChunkedArray"): "pyarrow.ChunkedArray",
    ("pyarrow", "Array"): "pyarrow.Array",
    ("numpy", "ndarray"): "numpy.ndarray",
    ("torch", "Tensor"): "torch.Tensor",
    ("torch", "TensorDataset"): "torch.TensorDataset",
    ("torch", "Subset"): "torch.Subset",
    ("torch", "DataLoader"): "torch.DataLoader",
}
_TELL: Final = ("__iter__", "__len__", "items", "keys", "values")
_SPARSE: Final = frozenset({"_spbase", "spmatrix", "sparray"})
_ARRAYS: Final = frozenset({"pandas.Series", "pandas.Index", "polars.Series", "pyarrow.ChunkedArray", "pyarrow.Array"})


class Unreadable(TypeError):  # noqa: N818  (never leaves this package)
    """Some data has no fingerprint; the message says why."""


def library(name: str) -> Any:
    """Return a library when it is loaded already, else None."""
    return sys.modules.get(name)


def belongs(obj: object, root: str) -> bool:
    """Whether one of an object's classes comes from a package."""
    return any(one.__module__.partition(".")[0] == root for one in type(obj).__mro__)


def kind_of(obj: object) -> str:
    """Return what `obj` is as data, such as ``pandas.DataFrame``, or an empty string when it is none that is known."""
    for one in type(obj).__mro__:
        root = str(one.__module__).partition(".")[0]
        found = _NAMED.get((root, one.__name__))
        if found:
            return found
        if root == "scipy" and one.__name__ in _SPARSE:
            return "scipy.sparse"
    if isinstance(obj, os.PathLike):
        return "path"
    if isinstance(obj, list | tuple | dict | set | frozenset):
        plain = type(obj) in {list, tuple, dict, set, frozenset}
        return type(obj).__name__ if plain else "" if _tells_itself(type(obj)) else "container"
    return ""


def _tells_itself(kind: type) -> bool:
    """Whether a container tells its length or what it holds by code of its own, which nobody runs to look at it."""
    found = (vars(one)[name] for name in _TELL for one in kind.__mro__ if name in vars(one))
    return any(isinstance(one, FunctionType) for one in found)


def shape_of(obj: Any) -> tuple[int, ...]:
    """Return the shape of some data, empty when it has none."""
    kind = kind_of(obj)
    try:
        if kind in {"list", "tuple", "dict", "set", "frozenset", "container"} or kind in _ARRAYS:
            return (len(obj),)
        return tuple(int(one) for one in obj.shape) if kind and kind != "path" else ()
    except (AttributeError, TypeError, ValueError):
        return ()


def written(dtype: Any) -> str:
    """Return a dtype as its library writes it; numpy takes its time for that, and wide tables ask for each column."""
    return _written(dtype) if type(dtype).__module__.startswith("numpy") else str(dtype)


@lru_cache(maxsize=256)
def _written(dtype: Any) -> str:
    return str(dtype)
