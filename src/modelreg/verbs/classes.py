"""Classes of the notebook that an object is of, and that the notebook itself has otherwise by now.

An object keeps the class that it was stored with, also where the notebook has one of the same code: what else it holds (a bound
method, a ``super()``, another object) was made with that class, and to change one of them would break what belongs together.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from modelreg.flavors.held import attributes
from modelreg.verbs.alike import MAIN, differ
from modelreg.verbs.raw import behind, is_class, module, mro, own, qualname, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LOOKED: Final = 2000
"""Objects that are looked at."""
_WIDE: Final = 200
"""Elements of one container that are looked at."""
_IMMUTABLE: Final = 1 << 8
"""The flag of classes made in C."""
_ATOMS: Final = (str, bytes, int, float, type(None))
_PLAIN: Final[tuple[Any, ...]] = (list, tuple, set, frozenset)
_FLAGS: Final[Any] = type.__dict__["__flags__"]
_GIVEN: Final[tuple[Any, ...]] = tuple(vars(partial)[name] for name in ("func", "args", "keywords"))
_LOCAL: Final = "<locals>."


def changed(obj: object, names: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of classes that an object brought along and that the notebook has with other code.

    Parameters
    ----------
    obj : object
        What was loaded.
    names : mapping
        The variables of the notebook.
    """
    try:
        return tuple(dict.fromkeys(_path(kind) for kind in _brought(obj) if _is_other(kind, names)))
    except Exception:  # noqa: BLE001  (a class may be anything: what cannot be told is no change)
        return ()


def led(obj: object) -> set[str]:
    """Return the modules that the code of brought classes calls by their names: a pickle imports them without naming them."""
    found: set[str] = set()
    for kind in _brought(obj):
        for one in map(behind, own(kind).values()):
            if type(one) is FunctionType:
                known = [dict.get(one.__globals__, name) for name in one.__code__.co_names]
                found |= {text(attributes(each).get("__name__")) for each in known if type(each) is ModuleType}
    return found - {""}


def said(names: Iterable[str]) -> tuple[str, ...]:
    """Return the line that a load says of them."""
    listed = list(names)
    if not listed:
        return ()
    return (f"{_others(listed)}; the object keeps {'those' if len(listed) > 1 else 'the one'} that it was stored with",)


def why(obj: object, names: Mapping[str, Any]) -> str:
    """Return what status says of them: that an object is what it was does not say that the notebook makes such still."""
    listed = changed(obj, names)
    return _others(listed) if listed else ""


def _others(names: Sequence[str]) -> str:
    many = len(names) > 1
    return f"the class{'es' if many else ''} {', '.join(names)} of this notebook {'are others' if many else 'is another'} now"


def _is_other(kind: type, names: Mapping[str, Any]) -> bool:
    """Whether the notebook has a class of that name with other code."""
    first, *inner = _path(kind).split(".")
    here: Any = names.get(first)
    for name in inner:
        here = own(here).get(name) if is_class(here) else None
    return is_class(here) and here is not kind and module(here) == MAIN and differ(kind, here)


def _path(kind: type) -> str:
    """Return where the notebook has a class: a pickle keeps the name of one in another alone, but its methods say the rest."""
    called = qualname(kind)
    for name, one in own(kind).items():
        function = behind(one)
        stated = text(function.__qualname__) if type(function) is FunctionType else ""
        if f".{stated}".endswith(f".{called}.{name}"):
            called = stated.removesuffix(f".{name}")
            break
    return called.rpartition(_LOCAL)[2]


def _brought(obj: object) -> list[type]:
    """Return the classes of the notebook that an object and what it holds are of."""
    found: dict[int, type] = {}  # a metaclass may say anything of a hash
    for one in _held(obj):
        kinds = () if is_class(one) else mro(type(one))
        found.update((id(kind), kind) for kind in kinds if module(kind) == MAIN)
    return list(found.values())


def _held(obj: object) -> Iterator[object]:
    waiting, seen = [obj], {id(obj)}
    for _ in range(_LOOKED):
        if not waiting:
            return
        one = waiting.pop()
        yield one
        for part in islice(_parts(one), _WIDE):
            if id(part) not in seen and not issubclass(type(part), _ATOMS):
                seen.add(id(part))
                waiting.append(part)


def _parts(obj: object) -> Iterator[object]:
    plain = next((kind for kind in _PLAIN if issubclass(type(obj), kind)), None)
    if plain is not None:  # its own way to go through it: a class may say otherwise
        yield from tuple(islice(plain.__iter__(obj), _WIDE))
    elif issubclass(type(obj), dict):
        yield from dict.values(obj)  # type: ignore[arg-type]
    elif issubclass(type(obj), partial):
        function, given, named = (part.__get__(obj) for part in _GIVEN)
        yield from (function, *given, *named.values())
    elif not is_class(obj) and not _FLAGS.__get__(type(obj)) & _IMMUTABLE:
        # to ask one made in C would give it an empty one, and it would be pickled otherwise
        yield from attributes(obj).values()
