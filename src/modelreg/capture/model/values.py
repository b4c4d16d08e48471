"""Values as JSON: what a hyperparameter is, in a few words that can be compared."""

from __future__ import annotations

import enum
import functools
import json
import math
from datetime import date, time, timedelta
from pathlib import PurePath
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Final

__all__ = ["attribute", "jsonable", "names", "path_of", "root"]

DEEPEST: Final = 5
LONGEST: Final = 2000
"""Characters of a text."""
MOST: Final = 100
"""Items of a container."""
LARGEST: Final = 2**63
_MODULE: Final[Any] = type.__dict__["__module__"]
_NAMED: Final = frozenset({"dtype", "device", "memory_format", "layout", "CategoricalDtype", "DType"})
"""Classes of libraries whose text is their whole value."""


def root(kind: type) -> str:
    """Return the top-level module of a class."""
    module: Any = _MODULE.__get__(kind)  # a metaclass may answer anything
    return module.partition(".")[0] if type(module) is str else ""


def path_of(thing: Any) -> str:
    """Return the qualified name of a class or function."""
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if not isinstance(name, str):
        name = str(getattr(thing, "__name__", type(thing).__qualname__))
    return f"{module}.{name}" if isinstance(module, str) else name


def attribute(obj: Any, name: str) -> Any:
    """Return an attribute, None where there is none: one of an unfitted model may raise anything."""
    try:
        return getattr(obj, name, None)
    except Exception:  # noqa: BLE001  (a property is code of the object's class)
        return None


def jsonable(value: Any, depth: int = DEEPEST) -> Any:
    """Return ``value`` as JSON.

    Numbers, texts and plain containers stay what they are. Numbers that JSON does not have become text, arrays and frames
    their kind, dtype and shape, classes and functions their qualified name, any other object the name of its class.
    """
    kind = type(value)
    if value is None or kind is bool:
        return value
    if issubclass(kind, enum.Enum):
        return f"{kind.__qualname__}.{value.name}"
    if issubclass(kind, int | float):
        return _number(value)
    if issubclass(kind, str):
        return _text(str.__str__(value))
    if issubclass(kind, dict | list | tuple | set | frozenset):
        return "…" if depth <= 0 else _container(value, depth - 1)
    return _other(value, kind, depth)


def _number(value: float) -> Any:
    if isinstance(value, int):
        whole = int.__index__(value)
        return whole if -LARGEST <= whole < LARGEST else hex(whole)  # decimal digits of a huge one take for ever
    plain = float.__float__(value)
    return plain if math.isfinite(plain) else str(plain)


def _text(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode().replace("\x00", "�")
    return clean if len(clean) <= LONGEST else f"{clean[:LONGEST]}…"


def _container(value: Any, depth: int) -> Any:
    kind = type(value)
    if issubclass(kind, dict):
        pairs = list(dict.items(value))
        found = {_key(key): jsonable(one, depth) for key, one in pairs[:MOST]}
        return {**found, **({"…": f"{len(pairs) - MOST} more"} if len(pairs) > MOST else {})}
    items = [jsonable(one, depth) for one in list(value)[: MOST if not issubclass(kind, set | frozenset) else None]]
    if issubclass(kind, set | frozenset):
        items = sorted(items, key=json.dumps)[:MOST]
    return [*items, *([f"… {len(value) - MOST} more"] if len(value) > MOST else [])]


def _key(key: Any) -> str:
    plain = jsonable(key, 1)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _other(value: Any, kind: type, depth: int) -> Any:  # noqa: PLR0911
    if issubclass(kind, type | FunctionType | BuiltinFunctionType | MethodType):
        return path_of(value)
    if kind is functools.partial:
        return f"functools.partial({jsonable(value.func, 1)})"
    if issubclass(kind, date | time | timedelta | PurePath) or kind in {complex, range, slice}:
        return _text(str(value))
    if kind in {bytes, bytearray}:
        return f"{kind.__name__} ({len(value)})"
    if kind.__name__ in _NAMED or any(one.__name__ == "dtype" for one in kind.__mro__):
        return _text(str(value))
    if kind.__name__ == "ufunc":
        return f"numpy.{value.__name__}"
    shape = attribute(value, "shape")
    if isinstance(shape, tuple):
        return (
            jsonable(value.item(), depth) if shape == () and root(kind) in {"numpy", "torch"} else _array(value, kind)
        )
    return path_of(kind)


def _array(value: Any, kind: type) -> str:
    dtype = attribute(value, "dtype")
    sizes = ", ".join(str(one) for one in value.shape) + ("," if len(value.shape) == 1 else "")
    return f"{root(kind)}.{kind.__qualname__} {f'{dtype} ' if dtype is not None else ''}({sizes})"


def names(value: Any, most: int) -> tuple[str, ...] | None:
    """Return names of columns as a library holds them, at most ``most``; None where there are none."""
    if value is None or isinstance(value, str):
        return None
    found = value.tolist() if hasattr(value, "tolist") else list(value)
    return tuple(_key(one) for one in found[:most])
