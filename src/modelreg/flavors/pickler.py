"""The pickler: cloudpickle, so that classes and functions of a notebook come along, with rules that fix the stream.

Two dumps of equal objects by the same libraries give the same stream, from any kernel. A rule that changed would move the
content id of every model: change none without the next ``format`` of the flavor.

Nearly all models hold nothing of a notebook. They are pickled by the quick route, which is that of plain pickle: no Python
is called for what has no rule. Its stream is the one that the careful route would give, or it is thrown away.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import sys
import typing
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import cloudpickle
from cloudpickle import cloudpickle as internals

from modelreg.flavors import definitions
from modelreg.flavors.arrays import PROTOCOL, Arrays
from modelreg.flavors.base import TooLarge
from modelreg.flavors.boosters import Boosters
from modelreg.flavors.frames import Frames
from modelreg.flavors.outgoing import Outgoing
from modelreg.flavors.slices import Slices
from modelreg.flavors.tensors import Storages

if TYPE_CHECKING:
    from collections.abc import Callable

    Rules: TypeAlias = "dict[type, Callable[[Any], Any]]"

_LIBRARIES: Final = (Arrays, Storages, Frames, Boosters, Slices)
"""What knows how to pickle the objects of a library, as far as it is imported."""

_SETTLE: Final = {
    "_make_skeleton_class": definitions.reduced_class,
    "_make_skeleton_enum": definitions.reduced_class,
    "_make_function": definitions.reduced_function,
}
"""Name of the function by which cloudpickle makes a thing -> what settles how it does."""

_OTHERWISE: Final = (b"\x8c\x08__main__", b"\x8c\x05types")
"""Modules, as a stream spells them, of whose things cloudpickle makes something else than their names."""


def _reduce_code(code: CodeType) -> Any:
    return definitions.reduced_code(code, internals._code_reduce)  # noqa: SLF001


def _reduce_typevar(variable: typing.TypeVar) -> Any:
    function, arguments = internals._typevar_reduce(variable)  # noqa: SLF001
    return (function, (*arguments[:-1], None)) if function is internals._make_typevar else (function, arguments)  # noqa: SLF001


def _reduce_file(file: io.TextIOWrapper) -> Any:
    """Refuse open files: cloudpickle would read them, and their contents and path would come along unseen."""
    name = next((name for name in ("stdout", "stderr") if file is getattr(sys, name)), None)
    if name is None:
        msg = "cannot pickle an open file"
        raise TypeError(msg)
    return getattr, (sys, name)


_OWN: Final[Rules] = {
    CodeType: _reduce_code,
    typing.TypeVar: _reduce_typevar,
    io.TextIOWrapper: _reduce_file,
}


def pickled(obj: object, *, apart: bool, limit: int | None = None) -> Outgoing:
    """Return ``obj`` as a stream and, where they may leave it, its large buffers.

    What is wrong with an object that cannot be pickled is raised as it comes.
    """
    out = Outgoing(apart=apart, limit=limit)
    hidden = copyreg._extension_registry  # type: ignore[attr-defined]  # noqa: SLF001  (its names are in no stream)
    if not hidden and type(obj).__module__ != "__main__":
        try:
            _quick(obj, out)
        except (MemoryError, TooLarge):
            raise
        except Exception:  # noqa: BLE001, S110  (the careful route says why, if it fails too)
            pass
        else:
            if not any(map(out.has, (*_OTHERWISE, *_by_value()))):
                return out
        out = Outgoing(apart=apart, limit=limit)
    Careful(out).dump(obj)
    return out


def _by_value() -> list[bytes]:
    """Return the modules whose classes and functions the user wants to come along."""
    return [name.encode() for name in cloudpickle.list_registry_pickle_by_value()]


def _quick(obj: object, out: Outgoing) -> None:
    pickler = pickle.Pickler(out, PROTOCOL, buffer_callback=out.take if out.apart else None)
    pickler.dispatch_table = _rules(out)
    pickler.dump(obj)


def _rules(out: Outgoing) -> Rules:
    """Return how to pickle each type that is not pickled as it says itself."""
    rules: Rules = {**cloudpickle.Pickler.dispatch_table, **_OWN}
    for library in _LIBRARIES:
        rules.update(library(out).rules())
    return rules


class Careful(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """Pickles one object, asking of every class and function in it whether it can be had by its name.

    Parameters
    ----------
    out : Outgoing
        Takes the stream and the buffers.
    """

    def __init__(self, out: Outgoing) -> None:
        self.dispatch_table = _rules(out)  # looked up by the next line
        super().__init__(out, protocol=PROTOCOL, buffer_callback=out.take if out.apart else None)

    def reducer_override(self, obj: Any) -> Any:
        """Return how to pickle a class or a function, NotImplemented for the usual way."""
        kind = type(obj)
        if kind is not FunctionType and not issubclass(kind, type):
            return NotImplemented
        reduced = super().reducer_override(obj)
        settle = _SETTLE.get(getattr(reduced[0], "__name__", "")) if isinstance(reduced, tuple) else None
        return settle(reduced) if settle else reduced
