"""Classes that a module has anew: ``importlib.reload`` leaves the objects of the class as it was where they are.

Of a class in a module only its name is kept. An object of the one before can be kept by its name no more, and one of the new
one looks the same, whatever its code does now.
"""

from __future__ import annotations

import sys
from functools import reduce
from types import FunctionType
from typing import TYPE_CHECKING, Any

from modelreg.capture.modules import file_of
from modelreg.flavors.held import attributes

if TYPE_CHECKING:
    from modelreg.notebook import LiveObjects

_RULES = ("__reduce__", "__reduce_ex__", "__getstate__", "__getnewargs__", "__getnewargs_ex__", "__setstate__")


def named(kind: type) -> type | None:
    """Return the class that has the name of this one now; None for one of the notebook, which is kept with its code."""
    called: object = kind.__module__  # a class may have made it anything
    module = sys.modules.get(called) if isinstance(called, str) and called != "__main__" else None
    if module is None:
        return None
    try:
        found: Any = reduce(lambda holder, name: vars(holder)[name], kind.__qualname__.split("."), module)
    except Exception:  # noqa: BLE001  (a module may be anything, one that is imported when it is looked into too)
        return None
    return found if issubclass(type(found), type) else None


def outdated(obj: object) -> bool:
    """Whether its module has another class of that name by now."""
    now = named(type(obj))
    return now is not None and now is not type(obj)


def reborn(obj: object) -> object | None:
    """Return the same state as an object of the class of now; None where a class has rules of its own for that."""
    now, kind = named(type(obj)), type(obj)
    if now is None or any(
        _rule(each, name) is not getattr(object, name, None) for each in (now, kind) for name in _RULES
    ):
        return None
    if any("__slots__" in each.__dict__ for each in (*now.__mro__, *kind.__mro__)):
        return None
    try:
        made: object = object.__new__(now)
        object.__getattribute__(made, "__dict__").update(attributes(obj))
    except (TypeError, AttributeError):  # one that C makes
        return None
    return made


def why(obj: object, live: LiveObjects, content_id: str) -> str:
    """Return that the class is not what it was when these contents were met in this kernel; empty where it is."""
    kind, now = type(obj), named(type(obj))
    called = f"{kind.__module__}.{kind.__qualname__}"
    if now is None:
        return ""
    if now is not kind:
        if _stated(now) and _stated(kind) and not issubclass(now, kind) and not _kept(kind):
            return f"its class is the {called} from before that was loaded again"
        return f"its module has another class of that name: {called}"
    if live.renewed(obj, content_id):
        since = f"{called} was loaded again since" if _stated(now) else f"its module has another {called} since"
        return f"the same contents; {since}, and its code may be another"
    return ""


def _stated(kind: type) -> bool:
    """Whether a class is for sure what its module's file states under its name: a method of it says so."""
    file = file_of(sys.modules.get(kind.__module__))
    codes = {name: each.__code__ for name, each in vars(kind).items() if isinstance(each, FunctionType)}
    return any(
        code.co_filename == file and code.co_qualname == f"{kind.__qualname__}.{name}" for name, code in codes.items()
    )


def _kept(kind: type) -> bool:
    """Whether its module has the class under another name: it may have made two of that name."""
    return any(each is kind for each in list(vars(sys.modules[kind.__module__]).values()))


def _rule(kind: type, name: str) -> object:
    return next((each.__dict__[name] for each in kind.__mro__ if name in each.__dict__), None)
