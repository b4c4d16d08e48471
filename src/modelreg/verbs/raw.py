"""What lies in classes and objects themselves, past what they, their classes or the classes of these would answer.

A class of a user's may answer any question by code of its own; here none of it runs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from modelreg.flavors.held import attributes

if TYPE_CHECKING:
    from collections.abc import Mapping

CACHED: Final = type(lru_cache(len))
"""What keeps the results of a function."""
# what each class has of type itself: a metaclass may answer anything
_DICT: Final[Any] = type.__dict__["__dict__"]
_MRO: Final[Any] = type.__dict__["__mro__"]
_BASES: Final[Any] = type.__dict__["__bases__"]
_MODULE: Final[Any] = type.__dict__["__module__"]
_NAME: Final[Any] = type.__dict__["__name__"]
_QUALNAME: Final[Any] = type.__dict__["__qualname__"]


def is_class(thing: object) -> bool:
    """Whether a thing is a class, which ``isinstance`` would ask the thing itself."""
    return issubclass(type(thing), type)


def own(kind: type) -> Mapping[str, Any]:
    """Return what lies in a class itself."""
    found: Mapping[str, Any] = _DICT.__get__(kind)
    return found


def mro(kind: type) -> tuple[type, ...]:
    """Return the classes that a class looks for its attributes in."""
    found: tuple[type, ...] = _MRO.__get__(kind)
    return found


def module(kind: type) -> str:
    """Return the module that a class says it is of; empty where that is no text."""
    return text(_MODULE.__get__(kind))


def called(kind: type) -> str:
    """Return the name of a class."""
    return text(_NAME.__get__(kind))


def bases(kind: type) -> tuple[type, ...]:
    """Return the classes that a class was made from."""
    found: tuple[type, ...] = _BASES.__get__(kind)
    return found


def qualname(kind: type) -> str:
    """Return the qualified name of a class."""
    return text(_QUALNAME.__get__(kind))


def text(value: Any) -> str:
    """Return a text; empty for what is none, or is of a class that may compare it in its own way."""
    return value if type(value) is str else ""


def behind(one: object) -> object:
    """Return the function behind a static method, a class method, and what keeps the results of a function."""
    if type(one) is staticmethod or type(one) is classmethod:
        one = one.__func__
    return attributes(one).get("__wrapped__") if type(one) is CACHED else one
