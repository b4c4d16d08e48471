"""Classes of the notebook that an object is of, and that the notebook itself has otherwise by now.

An object keeps the class that it was stored with, also where the notebook has one of the same code: what else it holds (a bound
method, a ``super()``, another object) was made with that class, and to change one of them would break what belongs together.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from modelreg.verbs.alike import differ

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LOOKED: Final = 2000
"""Objects that are looked at."""
_WIDE: Final = 200
"""Elements of one container that are looked at."""
_MAIN: Final = "__main__"
_IMMUTABLE: Final = 1 << 8
"""The flag of classes made in C."""
_ATOMS: Final = (str, bytes, int, float, type(None))
_PLAIN: Final[tuple[Any, ...]] = (list, tuple, set, frozenset)


def changed(obj: object, names: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of classes that an object brought along and that the notebook has with other code.

    Parameters
    ----------
    obj : object
        What was loaded.
    names : mapping
        The variables of the notebook.
    """
    found: dict[str, None] = {}
    for kind in _brought(obj):
        here = names.get(kind.__qualname__)
        if isinstance(here, type) and here is not kind and here.__module__ == _MAIN and differ(kind, here):
            found[kind.__qualname__] = None
    return tuple(found)


def led(obj: object) -> set[str]:
    """Return the modules that the code of brought classes calls by their names: a pickle imports them without naming them."""
    found: set[str] = set()
    for kind in _brought(obj):
        own = vars(kind).values()
        functions = (one.__func__ if isinstance(one, staticmethod | classmethod) else one for one in own)
        for one in functions:
            if isinstance(one, FunctionType):
                known = [one.__globals__.get(name) for name in one.__code__.co_names]
                found |= {each.__name__ for each in known if type(each) is ModuleType}
    return found


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


def _brought(obj: object) -> list[type]:
    """Return the classes of the notebook that an object and what it holds are of."""
    found: dict[type, None] = {}
    for one in _held(obj):
        kinds = type(one).__mro__ if not type.__instancecheck__(type, one) else ()
        found.update(dict.fromkeys(kind for kind in kinds if kind.__module__ == _MAIN))
    return list(found)


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
        yield from (obj.func, *obj.args, *obj.keywords.values())  # type: ignore[attr-defined]
    elif not issubclass(type(obj), type) and not type(obj).__flags__ & _IMMUTABLE:
        try:  # to ask one made in C would give it an empty one, and it would be pickled otherwise
            state = object.__getattribute__(obj, "__dict__")
        except (AttributeError, TypeError):
            return
        yield from dict.values(state) if isinstance(state, dict) else ()
