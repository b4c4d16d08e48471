"""Whether two classes have the same code, whatever their pickles say of how they came about.

Two equal classes need not pickle alike: which strings are one object, which methods share a cell, and of which base an object
was pickled before is in the bytes. So both are walked side by side, and nothing is noted in them: what is noted in a class of
the notebook would be in every pickle of its objects from then on. No code of the user's runs.
"""

from __future__ import annotations

import copyreg
import dis
from collections import deque
from contextlib import suppress
from types import CellType, CodeType, FunctionType, MappingProxyType, MemberDescriptorType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from modelreg.flavors.held import attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Form: TypeAlias = "tuple[object, Iterable[object]]"

_LOOKED: Final = 20_000
"""Pairs that are looked at."""
_LARGEST: Final = 1 << 20
"""Bytes of one array that is compared, and elements of one container."""
_PROTOCOL: Final = 4
_RULES: Final = ("__reduce__", "__reduce_ex__", "__getstate__")
"""By which a class says itself how its objects are pickled."""
_MAIN: Final = "__main__"
_IMMUTABLE: Final = 1 << 8
"""The flag of classes made in C."""
_ATOMS: Final = {str, bytes, int, bool, float, complex, type(None), type(...)}
_PLAIN: Final[tuple[Any, ...]] = (list, tuple)
_MADE: Final = {
    "__slotnames__", "__dict__", "__weakref__", "_abc_impl", "__abstractmethods__", "__firstlineno__",
    "__static_attributes__", "__annotate__", "__annotate_func__", "__annotations_cache__",
}  # fmt: skip
"""What Python itself puts into a class, out of what else is there or as it uses it."""


def differ(one: object, other: object) -> bool:
    """Whether two things differ for sure: what cannot be looked at is taken as equal, and the nearest is looked at first."""
    waiting = deque([(one, other)])
    seen: dict[tuple[int, int], object] = {}  # with the things: an id is another's once its own is gone
    while waiting and len(seen) < _LOOKED:
        pair = waiting.popleft()
        if pair[0] is pair[1] or (id(pair[0]), id(pair[1])) in seen:
            continue
        seen[id(pair[0]), id(pair[1])] = pair
        try:
            (said, parts), (also, others) = _form(pair[0]), _form(pair[1])
        except Exception:  # noqa: BLE001, S112  (what a class holds may be anything)
            continue
        mine, its = list(parts), list(others)
        if said != also or len(mine) != len(its):
            return True
        waiting.extend(zip(mine, its, strict=True))
    return False


def _form(thing: Any) -> Form:
    """Return what is to be equal of a thing, and what is to be looked at in turn."""
    kind = type(thing)
    if kind in _ATOMS:
        return (kind, thing if kind in {str, bytes} else repr(thing)), ()
    if issubclass(kind, type):
        return _class(thing)
    if kind in _FORMS:
        said, parts = _FORMS[kind](thing)
        return (kind, said), parts
    said, parts = _reduced(thing) if _by_rule(kind) else _state(thing)
    return ("object", said), (kind, *_items(thing), *parts)


def _class(kind: type) -> Form:
    """Return what a class says itself: by its own name, as where it was made does not come along."""
    own = {name: value for name, value in type.__getattribute__(kind, "__dict__").items() if _stated(name, value)}
    names = sorted(own)
    return ("class", kind.__name__, *names), (type(kind), *kind.__bases__, *(own[name] for name in names))


def _stated(name: str, value: object) -> bool:
    """Whether an attribute of a class was written there: what ``__slots__`` makes was not, nor what every class has anyway."""
    return name not in _MADE and type(value) is not MemberDescriptorType and value is not vars(object).get(name, _MADE)


def _function(function: FunctionType) -> Form:
    space, closure = function.__globals__, function.__closure__ or ()
    called = sorted(name for name in _called(function.__code__) if name in space)
    held = (function.__defaults__, function.__kwdefaults__, function.__dict__, _annotated(function), *closure)
    return (function.__qualname__, *called), (function.__code__, *held, *(space[name] for name in called))


def _annotated(function: FunctionType) -> object:
    with suppress(Exception):  # from 3.14 on they are code of its own, which may name what is not there
        return function.__annotations__
    return None


def _called(code: CodeType) -> set[str]:
    """Return the names that code looks up in its module."""
    found = {one.argval for one in dis.get_instructions(code) if one.opname == "LOAD_GLOBAL"}
    return found.union(*(_called(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def _code(code: CodeType) -> Form:
    """Return what code does, wherever it stands."""
    said = (
        code.co_name, code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_flags,
        code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_exceptiontable,
    )  # fmt: skip
    return said, code.co_consts


def _cell(cell: CellType) -> Form:
    try:
        return True, (cell.cell_contents,)
    except ValueError:
        return False, ()


def _table(table: Any) -> Form:
    return len(table), (*table, *table.values())


def _set(elements: Iterable[object]) -> Form:
    """Return a set in an order that no hash decides; of what else than plain things lies in it only how many there are."""
    told = sorted(f"{type(one).__name__} {one!r}" for one in elements if type(one) in _ATOMS)
    return (sum(1 for _ in elements), *told), ()


def _reduced(thing: Any) -> Form:
    """Return how a library pickles what it made."""
    size = getattr(thing, "nbytes", 0)
    if isinstance(size, int) and size > _LARGEST:
        return size, ()
    rule = copyreg.dispatch_table.get(type(thing))
    found: Any = thing.__reduce_ex__(_PROTOCOL) if rule is None else rule(thing)
    return (found, ()) if isinstance(found, str) else (None, (part for part in found if not hasattr(part, "__next__")))


def _by_rule(kind: type) -> bool:
    """Whether it is to be asked of its class how it is pickled; a class of the notebook is not."""
    rule = next((each for each in kind.__mro__ for name in _RULES if name in each.__dict__), object)
    return kind.__module__ != _MAIN and (rule is not object or bool(kind.__flags__ & _IMMUTABLE))


def _state(thing: object) -> Form:
    """Return its attributes: what lies in slots is in its ``__dict__`` once it was loaded, as its class has none then."""
    held = dict(attributes(thing))
    for each in type(thing).__mro__:
        for name, slot in vars(each).items():
            if type(slot) is MemberDescriptorType:
                with suppress(AttributeError):  # nothing is in it
                    held[name] = slot.__get__(thing)
    names = sorted(held)
    return tuple(names), [held[name] for name in names]


def _items(thing: Any) -> Iterator[object]:
    """Yield what a container holds, asked as the plain one is that its class comes from."""
    if isinstance(thing, dict):
        yield from (*dict.keys(thing), *dict.values(thing))
    for plain in _PLAIN:
        if isinstance(thing, plain):
            yield from plain.__iter__(thing)


_FORMS: Final[Mapping[type, Callable[[Any], Form]]] = {
    FunctionType: _function,
    CodeType: _code,
    CellType: _cell,
    list: lambda items: (len(items), items),
    tuple: lambda items: (len(items), items),
    set: _set,
    frozenset: _set,
    dict: _table,
    MappingProxyType: _table,
    property: lambda made: (made.__doc__, (made.fget, made.fset, made.fdel)),
    staticmethod: lambda made: (None, (made.__func__,)),
    classmethod: lambda made: (None, (made.__func__,)),
    MethodType: lambda made: (None, (made.__func__, made.__self__)),
    ModuleType: lambda module: (module.__name__, ()),
}
