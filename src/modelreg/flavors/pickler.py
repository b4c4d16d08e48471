"""The pickler: cloudpickle, so that classes and functions of a notebook come along, with rules that fix the stream.

Two dumps of equal objects by the same libraries give the same stream, from any kernel. A rule that changed would move the
content id of every model: change none without the next ``format`` of the flavor.
"""

from __future__ import annotations

import io
import sys
import typing
from collections import ChainMap
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

import cloudpickle
from cloudpickle import cloudpickle as internals

from modelreg.flavors import definitions
from modelreg.flavors.arrays import PROTOCOL, Arrays
from modelreg.flavors.tensors import reduce_storage

if TYPE_CHECKING:
    import pickle
    from collections.abc import Callable

    from modelreg.flavors.base import StreamWriter

SMALLEST: Final = 2048
"""Buffers of fewer bytes stay in the stream."""

_SETTLE: Final = {
    "_make_skeleton_class": definitions.reduced_class,
    "_make_skeleton_enum": definitions.reduced_class,
    "_make_function": definitions.reduced_function,
}
"""Name of the function by which cloudpickle makes a thing -> what settles how it does."""


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


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """Pickles one object.

    Parameters
    ----------
    file : StreamWriter
        Takes the stream.
    buffer : callable, optional
        Takes each buffer that is large enough to leave the stream, in order. None: all stay in the stream.
    """

    dispatch_table = ChainMap(  # noqa: RUF012
        {CodeType: _reduce_code, typing.TypeVar: _reduce_typevar, io.TextIOWrapper: _reduce_file},
        cloudpickle.Pickler.dispatch_table,
    )

    def __init__(self, file: StreamWriter, buffer: Callable[[memoryview], None] | None = None) -> None:
        def outside(found: pickle.PickleBuffer) -> bool:
            view = found.raw()
            if view.nbytes < SMALLEST:
                return True
            buffer(view)  # type: ignore[misc]  # not None here
            return False

        super().__init__(file, protocol=PROTOCOL, buffer_callback=outside if buffer else None)
        self._arrays = Arrays()

    def reducer_override(self, obj: Any) -> Any:
        """Return how to pickle ``obj``, NotImplemented for the usual way."""
        kind = type(obj)
        if kind is FunctionType or issubclass(kind, type):
            reduced = super().reducer_override(obj)
            settle = _SETTLE.get(getattr(reduced[0], "__name__", "")) if isinstance(reduced, tuple) else None
            return settle(reduced) if settle else reduced
        return reduce_storage(obj) if kind.__module__ == "torch.storage" else self._arrays.reduce(obj)
