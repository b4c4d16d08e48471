"""Whether two classes of the notebook have the same code, whatever their pickles say of how they came about.

Two equal classes need not pickle alike: which strings are one object, which methods share a cell, and of which base an object
was pickled before is in the bytes. So both are walked side by side, and nothing is noted in them: what is noted in a class of
the notebook would be in every pickle of its objects from then on.

Compared are what a class states (its bases, its methods, its attributes), the functions and classes of the notebook that this
names, with the constants, and what lies in objects of the notebook's own classes. Docstrings do not count, nor what code of its
own stores in a class or a variable, nor what else variables hold: data moves on, which makes no other class. What a library or
a module of the user's made is taken as equal, but for the kinds of `_FORMS`, arrays of numpy and members of enums; of its
functions and classes the names are compared. What is missed so is not told; what is told is another for sure.

No code of the user's runs, and no rule of a library by which its objects are pickled: only what lies in a thing is looked at,
past what its class, or the class of its class, answers.
"""

from __future__ import annotations

import dis
import re
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property, partial, partialmethod
from itertools import islice, pairwise
from pathlib import Path, PosixPath, PurePath, PurePosixPath, PureWindowsPath, WindowsPath
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
)
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

from modelreg.flavors.held import attributes
from modelreg.verbs.raw import CACHED, bases, behind, called, is_class, module, mro, own, qualname, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Form: TypeAlias = "tuple[object, Iterable[object]]"

MAIN: Final = "__main__"
_LOOKED: Final = 20_000
"""Pairs that are looked at."""
_WIDE: Final = 1000
"""Elements of a container that are looked at: of one that has more only how many there are."""
_LARGEST: Final = 1 << 20
"""Bytes of one array that is compared."""
_READ: Final = 16 << 20
"""Bytes of all arrays that are compared."""
_LONG: Final = 1000
"""Characters of a text in a set that are compared."""
_ATOMS: Final = (str, bytes, int, bool, float, complex, type(None), type(...))
_PLAIN: Final[tuple[Any, ...]] = (list, tuple)
_NUMBERS: Final = "biufcmMSU"
"""Kinds of dtypes whose bytes are their whole value."""
_NOTED: Final = {"__doc__", "__firstlineno__", "__static_attributes__"}
"""What a class has in it of how it stands in the cell."""
_MADE: Final = _NOTED | {
    "__slotnames__", "__dict__", "__weakref__", "_abc_impl", "__abstractmethods__", "__annotate__", "__annotate_func__",
    "__annotations_cache__",
}  # fmt: skip
"""What Python itself puts into a class, out of what else is there or as it uses it."""
_DOCUMENTED: Final = next((flag for flag, name in dis.COMPILER_FLAG_NAMES.items() if name == "HAS_DOCSTRING"), 0)
"""The flag of functions with a docstring, from 3.14 on."""
_ITSELF: Final = {"type", "__class__"}
"""Names by which a method comes from an object to its class."""
_OPAQUE: Final[Form] = ("opaque", ())
"""What is not looked into."""


def differ(one: object, other: object) -> bool:
    """Whether two things differ for sure: what cannot be looked at is taken as equal, and the nearest is looked at first."""
    return _Walk(one, other).differ()


class _Walk:
    """A walk through two things side by side."""

    def __init__(self, one: object, other: object) -> None:
        self._waiting = deque([(one, other)])
        self._seen: dict[tuple[int, int], object] = {}  # with the things: an id is another's once its own is gone
        self._looked = self._read = 0
        self._constants: list[tuple[str, object, object]] = []
        self._stored: set[str] = set()

    def differ(self) -> bool:
        while self._waiting and self._looked < _LOOKED:
            self._looked += 1
            mine, its = self._waiting.popleft()
            if mine is its or (id(mine), id(its)) in self._seen:
                continue
            self._seen[id(mine), id(its)] = (mine, its)
            with suppress(Exception):  # what a class holds may be anything
                if self._apart(mine, its):
                    return True
        # only now is it known which of them some function counts with
        return any(name not in self._stored and _form(mine) != _form(its) for name, mine, its in self._constants)

    def _apart(self, mine: Any, its: Any) -> bool:
        """Whether two things differ in themselves; what they hold is looked at later."""
        self._read += _weight(mine)
        if _weight(mine) and self._read > _READ:
            return False
        one, other = _form(mine), _form(its)
        if one is _OPAQUE or other is _OPAQUE:
            return _is_atom(mine) or _is_atom(its)  # no pickle turns one of these into what is none
        (said, parts), (also, others) = one, other
        held, there = list(parts), list(others)
        if said != also or len(held) != len(there):
            return True
        self._wait(zip(held, there, strict=True))
        if type(mine) is FunctionType and _is_here(mine) and _is_here(its):
            self._reach(mine, its)
        return False

    def _wait(self, pairs: Iterable[tuple[object, object]]) -> None:
        self._waiting.extend(islice(pairs, max(0, _LOOKED - self._looked - len(self._waiting))))

    def _reach(self, mine: FunctionType, its: FunctionType) -> None:
        """Note what two functions name, where both find it: what is not there yet, or is gone by now, is no other code."""
        here, there = _reached(mine), _reached(its)
        self._stored |= _stores(mine) | _stores(its)
        for name in sorted(here.keys() & there.keys()):
            if _is_atom(here[name]) and _is_atom(there[name]):
                self._constants.append((name, here[name], there[name]))
            else:
                self._wait([(here[name], there[name])])


def _form(thing: Any) -> Form:
    """Return what is to be equal of a thing, and what is to be looked at in turn."""
    kind = type(thing)
    if issubclass(kind, type):
        return _class(thing)
    form = _BY_ID.get(id(kind))
    if form is not None:
        said, parts = form(thing)
        return (kind, said), parts
    if module(kind) == MAIN:
        said, parts = _state(thing)
        return ("object", said), (kind, *_items(thing), *parts)
    if issubclass(kind, Enum):
        return "member", (kind, attributes(thing).get("_name_"))
    return _number(thing)


def _class(kind: type) -> Form:
    """Return what a class says itself: by its own name, as where it was made does not come along."""
    if module(kind) != MAIN:
        return ("class of a module", module(kind), qualname(kind)), ()
    counted = _counted(kind)
    held = {name: value for name, value in own(kind).items() if _stated(name, value) and name not in counted}
    names = sorted(held)
    said = ("class", called(kind), *names)
    return said, (type(kind), *bases(kind), *(held[name] for name in names))


def _stated(name: str, value: object) -> bool:
    """Whether an attribute of a class was written there: what ``__slots__`` makes was not, nor what every class has anyway."""
    if type(name) is not str or name in _MADE or type(value) is MemberDescriptorType:
        return False
    return value is not vars(object).get(name, _MADE)


def _counted(kind: type) -> set[str]:
    """Return the attributes that methods of a class store in the class itself, as one does that counts its objects."""
    found: set[str] = set()
    names = {*_ITSELF, called(kind)}
    for code in (one.__code__ for one in map(behind, own(kind).values()) if type(one) is FunctionType):
        mine = code.co_varnames[:1]  # by which a method calls its object, or its class
        if mine == ("cls",) or not names.isdisjoint((*code.co_names, *code.co_freevars)):
            stores = (pair for pair in pairwise(_steps(code)) if pair[1].opname == "STORE_ATTR")
            found |= {one.argval for holder, one in stores if mine == ("cls",) or _loaded(holder) != mine}
    return found


def _loaded(step: dis.Instruction) -> tuple[str, ...]:
    """Return the local variable that a step loads last: some load two at once."""
    names: Any = step.argval if type(step.argval) is tuple else (step.argval,)
    return names[-1:] if step.opname.startswith("LOAD_FAST") else ()


def _function(function: FunctionType) -> Form:
    if not _is_here(function):
        return _lent(function)
    held = (function.__defaults__, function.__kwdefaults__, function.__dict__, _annotated(function))
    filled = [_filled(cell) for cell in function.__closure__ or ()]
    return (text(function.__qualname__), *filled), (function.__code__, *held)


def _lent(function: FunctionType) -> Form:
    """Return a function of a library: its name, and the one of the notebook that it wraps; its code goes with the library."""
    held = (function.__dict__.get("__wrapped__"), *_closed(function).values())
    inner = next((one for one in held if _is_ours(one)), None)
    label = text(function.__qualname__)
    return ("lent", "" if "<locals>" in label else label), (inner,)


def _is_here(function: FunctionType) -> bool:
    """Whether the code of a function stands in the notebook: what wraps one of it says of itself that it is that one."""
    return text(function.__globals__.get("__name__")) == MAIN


def _is_ours(thing: object) -> bool:
    """Whether a thing is a class or a function of the notebook."""
    if is_class(thing):
        return module(thing) == MAIN  # type: ignore[arg-type]
    one = behind(thing)
    return type(one) is FunctionType and (_is_here(one) or text(one.__module__) == MAIN)


def _is_code(thing: object) -> bool:
    """Whether a thing is a class or a function, whoever made it."""
    return is_class(thing) or type(behind(thing)) is FunctionType


def _is_atom(thing: object) -> bool:
    """Whether a thing is a plain value that never becomes another."""
    return _BY_ID.get(id(type(thing))) is _atom


def _annotated(function: FunctionType) -> object:
    """Return the annotations of a function; from 3.14 on they are code of its own, which does not run for this."""
    return None if hasattr(FunctionType, "__annotate__") else function.__annotations__


def _reached(function: FunctionType) -> dict[str, object]:
    """Return what of it is code, or a constant, of what lies around a function and is named there."""
    space = function.__globals__
    found = {name: dict.get(space, name, _OPAQUE) for name in _named(function.__code__, "LOAD_GLOBAL")}
    known = {name: one for name, one in found.items() if _is_atom(one) or _is_ours(one)}
    return known | {name: one for name, one in _closed(function).items() if _is_atom(one) or _is_code(one)}


def _closed(function: FunctionType) -> dict[str, object]:
    """Return what a function took along from the one that it was made in."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    return {name: cell.cell_contents for name, cell in cells if _filled(cell)}


def _filled(cell: Any) -> bool:
    with suppress(ValueError):
        return cell.cell_contents is not _OPAQUE
    return False


def _stores(function: FunctionType) -> set[str]:
    """Return the names around a function that it stores itself: it counts with them, say."""
    code = function.__code__
    return _named(code, "STORE_GLOBAL") | (_named(code, "STORE_DEREF") & set(code.co_freevars))


def _named(code: CodeType, step: str) -> set[str]:
    """Return the names of all steps of a kind, those of functions within too."""
    there = dis.opmap[step] in code.co_code[::2]  # most code has no such step, and to read all of it takes its time
    found = {one.argval for one in _steps(code) if one.opname == step} if there else set[str]()
    return found.union(*(_named(inner, step) for inner in code.co_consts if type(inner) is CodeType))


def _steps(code: CodeType) -> list[dis.Instruction]:
    """Return what code does, but for what a class notes in its body of itself."""
    found = [one for one in dis.get_instructions(code) if one.opname != "EXTENDED_ARG"]
    noted = {place for place, one in enumerate(found) if one.opname == "STORE_NAME" and one.argval in _NOTED}
    return [one for place, one in enumerate(found) if place not in noted and place + 1 not in noted]


def _code(code: CodeType) -> Form:
    """Return what code does, wherever it stands; of its constants what it uses, which a docstring is not."""
    used: dict[Any, int] = {}
    steps: list[object] = []
    for one in _steps(code):
        named = one.argval if one.opcode in dis.hasname else one.arg
        steps.append((one.opcode, used.setdefault(one.arg, len(used)) if one.opcode in dis.hasconst else named))
    said = (
        code.co_name, steps, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_flags & ~_DOCUMENTED,
        code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_exceptiontable,
    )  # fmt: skip
    return said, [code.co_consts[place] for place in used]


def _atom(thing: Any) -> Form:
    return repr(thing) if type(thing) is float or type(thing) is complex else thing, ()


def _row(items: Any) -> Form:
    return len(items), items if len(items) <= _WIDE else ()


def _table(table: Any) -> Form:
    return len(table), (*table, *table.values()) if len(table) <= _WIDE else ()


def _set(elements: Any) -> Form:
    """Return a set in an order that no hash decides; of what else than plain things lies in it only how many there are."""
    return (len(elements), *(sorted(map(_told, elements)) if len(elements) <= _WIDE else ())), ()


def _told(one: Any) -> str:
    """Return a plain thing as text; empty for any other."""
    if type(one) is tuple:
        return f"({', '.join(map(_told, one))})"
    if _is_atom(one):
        return f"{type(one).__name__} {one[:_LONG] if type(one) is str or type(one) is bytes else one!r}"
    return text(attributes(one).get("_name_")) if issubclass(type(one), Enum) else ""


def _number(thing: Any) -> Form:
    """Return a plain array, number or dtype of numpy; of a large one not what is in it."""
    numpy: Any = sys.modules.get("numpy")
    kind = type(thing)
    if numpy is None:
        return _OPAQUE
    if issubclass(kind, numpy.dtype):
        return ("dtype", thing.str), ()
    if kind is not numpy.ndarray and not (issubclass(kind, numpy.generic) and module(kind) == "numpy"):
        return _OPAQUE
    if thing.dtype.kind not in _NUMBERS:
        return _OPAQUE
    held = thing.tobytes() if thing.nbytes <= _LARGEST else b""
    return (kind is numpy.ndarray, thing.dtype.str, thing.shape, held), ()


def _weight(thing: Any) -> int:
    """Return the bytes that are read of an array."""
    numpy: Any = sys.modules.get("numpy")
    size: int = thing.nbytes if numpy is not None and type(thing) is numpy.ndarray else 0
    return size if size <= _LARGEST else 0


def _state(thing: object) -> Form:
    """Return its attributes: what lies in slots is in its ``__dict__`` once it was loaded, as its class has none then."""
    held = {name: value for name, value in attributes(thing).items() if type(name) is str}
    for each in mro(type(thing)):
        for name, slot in own(each).items():
            if type(slot) is MemberDescriptorType and type(name) is str:
                with suppress(AttributeError):  # nothing is in it
                    held[name] = slot.__get__(thing)
    names = sorted(held)
    return tuple(names), [held[name] for name in names]


def _items(thing: Any) -> Iterator[object]:
    """Yield what a container holds, asked as the plain one is that its class comes from."""
    kind = type(thing)
    if issubclass(kind, dict):
        yield dict.__len__(thing)
        yield from (*dict.keys(thing), *dict.values(thing)) if dict.__len__(thing) <= _WIDE else ()
    for plain in _PLAIN:
        if issubclass(kind, plain):
            yield plain.__len__(thing)
            yield from plain.__iter__(thing) if plain.__len__(thing) <= _WIDE else ()


def _moment(made: Any) -> Form:
    return repr(made.replace(tzinfo=None)), (made.tzinfo,)


def _shown(made: object) -> Form:
    return repr(made), ()


_FORMS: Final[Mapping[type, Callable[[Any], Form]]] = {
    **dict.fromkeys(_ATOMS, _atom),
    **dict.fromkeys((range, date, timedelta, Decimal), _shown),
    **dict.fromkeys((PurePath, PurePosixPath, PureWindowsPath, Path, PosixPath, WindowsPath), _shown),
    **dict.fromkeys((datetime, time), _moment),
    **dict.fromkeys((set, frozenset), _set),
    **dict.fromkeys((list, tuple), _row),
    **dict.fromkeys((dict, MappingProxyType, OrderedDict, Counter), _table),
    **dict.fromkeys((BuiltinFunctionType, MethodDescriptorType), lambda made: (made.__name__, ())),
    **dict.fromkeys((staticmethod, classmethod), lambda made: (None, (made.__func__,))),
    **dict.fromkeys((partial, partialmethod), lambda made: (None, (made.func, made.args, made.keywords))),
    FunctionType: _function,
    CodeType: _code,
    MethodType: lambda made: (None, (made.__func__, made.__self__)),
    ModuleType: lambda made: (text(attributes(made).get("__name__")), ()),
    property: lambda made: (None, (made.fget, made.fset, made.fdel)),
    cached_property: lambda made: (None, (made.func,)),
    CACHED: lambda made: (None, (behind(made),)),
    deque: lambda made: (made.maxlen, (len(made), *_row(made)[1])),
    defaultdict: lambda made: (len(made), (made.default_factory, *_table(made)[1])),
    slice: lambda made: (None, (made.start, made.stop, made.step)),
    re.Pattern: lambda made: (made.flags, (made.pattern,)),
    Fraction: lambda made: (None, (made.numerator, made.denominator)),
    UUID: lambda made: (None, (made.int,)),
}
_BY_ID: Final = {id(kind): form for kind, form in _FORMS.items()}
"""The same by what no metaclass can say otherwise: to look for a class itself asks its class for a hash."""
