"""How functions and classes that are pickled by value come out the same from every kernel.

cloudpickle carries what differs between kernels though the code is the same: the file of the cell, the line it began at,
a random id per class, the order of sets of constants, which submodules happened to be loaded first. All that is replaced
here; what the code does is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType, ModuleType

FILE: Final = "<model>"
"""Stands for the file of every function that is stored by value."""

LINE: Final = 1
"""Stands for the line at which it began."""

_FILE_AT, _LINE_AT, _CONSTS_AT = 10, 13, 7
_HERE: Final = ("__file__", "__path__")


class SortedSet:
    """Stands for a frozenset among constants; its elements are written in an order that no hash decides."""

    def __init__(self, elements: frozenset[Any]) -> None:
        self.elements = sorted(elements, key=lambda item: (type(item).__name__, repr(item)))

    def __reduce__(self) -> tuple[type, tuple[list[Any]]]:
        return frozenset, (self.elements,)


def reduced_code(code: CodeType, reduce: Callable[[CodeType], tuple[Any, tuple[Any, ...]]]) -> Any:
    """Return how to pickle a code object without the place where it was typed.

    Parameters
    ----------
    code : code
        The code.
    reduce : callable
        cloudpickle's reducer.
    """
    function, arguments = reduce(code.replace(co_filename=FILE, co_firstlineno=LINE))
    constants = tuple(_sorted(item) for item in arguments[_CONSTS_AT])
    return function, (*arguments[:_CONSTS_AT], constants, *arguments[_CONSTS_AT + 1 :])


def _sorted(constant: object) -> object:
    if isinstance(constant, frozenset):
        return SortedSet(frozenset(constant))
    if type(constant) is tuple:
        return tuple(_sorted(item) for item in constant)
    return constant


def reduced_function(reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what cloudpickle's reducer of a function returned, without what belongs to the kernel.

    Parameters
    ----------
    reduced : tuple
        ``(make, (code, globals, …), (state, slots), …)``.
    """
    space = reduced[1][1]
    for name in _HERE if space.get("__name__") != "__main__" else (*_HERE, "__package__"):
        space.pop(name, None)
    state, slots = reduced[2]
    modules = sorted(slots["_cloudpickle_submodules"], key=_name)
    return (*reduced[:2], (state, {**slots, "_cloudpickle_submodules": modules}), *reduced[3:])


def _name(module: ModuleType) -> str:
    return module.__name__


def reduced_class(reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what cloudpickle's reducer of a class returned, without what belongs to the kernel.

    Parameters
    ----------
    reduced : tuple
        ``(make, (…, tracker id, extra), (attributes, slots), …)``.
    """
    make, arguments, (attributes, slots), *rest = reduced
    kept = dict(attributes)
    for name, settle in _SETTLED.items():
        if name in kept:
            kept[name] = settle(kept[name])
    # Without an id, loading makes a class of its own each time: one that was loaded before is never written over.
    return (make, (*arguments[:-2], None, arguments[-1]), (kept, slots), *rest)


def _by_place(kinds: list[type]) -> list[type]:
    return sorted(kinds, key=lambda kind: (str(kind.__module__), kind.__qualname__))


_SETTLED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "__abstractmethods__": SortedSet,
    "__firstlineno__": lambda _: LINE,
    "__static_attributes__": lambda names: tuple(sorted(names)),
    "_abc_impl": _by_place,
}
"""Attribute of a class -> what makes it the same in every kernel."""
