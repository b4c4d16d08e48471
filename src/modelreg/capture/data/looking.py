"""Attributes and items as they lie there: none of the user's own code runs to get at one.

A property or a ``__getitem__`` may draw a random number, count, read a file or never answer. What only such code can tell
is not looked at.
"""

from __future__ import annotations

import types
from collections import namedtuple
from typing import Any, Final

from modelreg.capture.data.kinds import Unreadable, kind_of
from modelreg.capture.data.labels import are_plain

__all__ = ["MISSING", "attribute", "item", "own"]

_DATA: Final = "cudf cupy geopandas jax jaxlib modin numpy pandas pathlib polars pyarrow scipy tensorflow xarray"
_LIBRARIES: Final = frozenset(_DATA.split())
"""Libraries whose attributes and items are values of the data, and do nothing else."""
_FIELDS: Final[tuple[Any, ...]] = (
    types.MemberDescriptorType,
    types.GetSetDescriptorType,
    type(vars(namedtuple("_Named", "field"))["field"]),  # noqa: PYI024  (its type has no name)
)
"""What gives the value of a slot or of a named field."""
_KEYS: Final = (str, bytes, int, float, type(None))
MISSING: Final[Any] = object()
"""There is no item of that key."""


def attribute(obj: Any, name: str) -> Any:
    """Return an attribute of an object.

    Raises
    ------
    Unreadable
        It has none, or only code of its class can tell.
    """
    if _is_library(obj):
        return _of_library(obj, name)
    if isinstance(obj, dict) and _is_bunch(obj) and dict.__contains__(obj, name):
        return dict.__getitem__(obj, name)
    above = next((vars(one)[name] for one in _classes(obj) if name in vars(one)), MISSING)
    if isinstance(above, _FIELDS):
        return type(above).__get__(above, obj, type(obj))
    if above is not MISSING and hasattr(type(above), "__set__"):
        raise Unreadable(f"only code of its class can tell {name}")
    held = own(obj)
    if name in held:
        return held[name]
    if above is MISSING or hasattr(type(above), "__get__"):
        raise Unreadable(
            f"{type(obj).__name__} holds no {name} that can be looked at without running code of its class"
        )
    return above


def item(obj: Any, place: Any) -> Any:
    """Return an item of a container, or a part of some data; `MISSING` of a dict that does not hold it.

    Raises
    ------
    Unreadable
        Only code of its class can tell.
    """
    if isinstance(obj, dict) and _is_key(place):
        # a defaultdict would make it
        return dict.__getitem__(obj, place) if dict.__contains__(obj, place) else MISSING
    if isinstance(obj, list) and isinstance(place, int | slice):
        return list.__getitem__(obj, place)
    if isinstance(obj, tuple) and isinstance(place, int | slice):
        return tuple.__getitem__(obj, place)
    if (_is_library(obj) or type(obj) in {str, range}) and _is_place(place):
        if not are_plain(obj, rows=not (type(place) is str or _are_names(place))):
            raise Unreadable("its labels may run code of their own")
        return obj[place]
    raise Unreadable(f"only code of {type(obj).__name__} can tell its items")


def _are_names(place: Any) -> bool:
    """Whether a place only names columns: those of the rows are not compared then."""
    return type(place) is list and all(type(one) is str for one in place)


def _is_library(obj: Any) -> bool:
    """Whether an object is of a class of a library of data, itself and not by inheritance."""
    if isinstance(obj, types.ModuleType):
        return False
    return _root(type(obj)) in _LIBRARIES or (_root(type(obj)) == "torch" and kind_of(obj) == "torch.Tensor")


def _of_library(obj: Any, name: str) -> Any:
    """Return an attribute of data, unless somebody else gave it to the class: pandas lets anybody register some."""
    found = next((vars(one)[name] for one in type(obj).__mro__ if name in vars(one)), None)
    made = getattr(found, "_accessor", None) or getattr(found, "fget", None)
    if made is not None and str(getattr(made, "__module__", "")).partition(".")[0] not in _LIBRARIES | {"torch"}:
        raise Unreadable(f"{name} was registered by code of its own")
    if found is None and not are_plain(obj, rows=False):
        raise Unreadable(f"{name} is looked up among labels that may run code of their own")
    return getattr(obj, name)


def _is_bunch(obj: Any) -> bool:
    """Whether it is what scikit-learn's ``load_iris`` gives: a dict whose keys are attributes too."""
    return type(obj).__name__ == "Bunch" and _root(type(obj)) == "sklearn"


def _root(kind: type) -> str:
    return str(kind.__module__).partition(".")[0]


def _classes(obj: Any) -> tuple[type, ...]:
    return type.mro(obj) if isinstance(obj, type) and type(obj) is type else type(obj).__mro__  # type: ignore[return-value]


def own(obj: Any) -> dict[str, Any]:
    """Return what an object itself holds."""
    try:
        found = object.__getattribute__(obj, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}


def _is_key(place: Any) -> bool:
    if type(place) is tuple:
        return all(map(_is_key, place))
    return type(place) in {bool, *_KEYS}


def _is_place(place: Any) -> bool:
    """Whether none of the user's code runs to find out what a place means."""
    if type(place) is slice:
        return all(map(_is_place, (place.start, place.stop, place.step)))
    if type(place) in {list, tuple}:
        return all(map(_is_place, place))
    return place is Ellipsis or _is_key(place) or _is_library(place)
