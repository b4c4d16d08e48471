"""The models that variables hold: in themselves, in containers, in finished searches; found without running anything."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from types import GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from modelreg.flavors.declared import is_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IPYTHON: Final = frozenset({"In", "Out", "exit", "get_ipython", "open", "quit"})
"""Variables that IPython puts into every namespace."""
BEST: Final = "best_estimator_"
"""Where a finished search keeps the model that it found."""
LOOKED: Final = 1000
"""How many items of a container are looked at."""
_MRO: Final[Any] = type.__dict__["__mro__"]
_SPACE: Final[Any] = type.__dict__["__dict__"]


def held(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return models by how they are typed: those in variables, in containers there, and the best of finished searches.

    Only what an object holds in its ``__dict__``, and items of plain dicts, lists and tuples, is looked at: no property and
    no method of the user's objects runs.
    """
    found: dict[str, Any] = {}
    for name, value in list(scope.items()):
        if name.startswith("_") or name in IPYTHON or issubclass(type(value), (type, ModuleType)):
            continue
        with suppress(Exception):  # a metaclass can forbid every question: that one holds no model
            found.update(_held(name, value))
    return dict(islice(found.items(), LOOKED))


def _held(name: str, value: object) -> dict[str, object]:
    """Return the models of one variable by how they are typed."""
    if not is_model(value):
        return {typed: inner for typed, inner in inside(name, value) if is_model(inner)}
    best = attributes(value).get(BEST)
    return {name: value, **({f"{name}.{BEST}": best} if is_model(best) else {})}


def inside(base: str, holder: object, mark: str = '"') -> Iterator[tuple[str, object]]:
    """Yield what an object holds, each as it is written; keys in quotes of the kind ``mark``."""
    if type(holder) is dict:
        for key, value in islice(list(holder.items()), LOOKED):
            if issubclass(type(key), (str, int)):
                yield f"{base}[{quoted(key, mark)}]", value
    elif type(holder) is list or type(holder) is tuple:
        for place, value in islice(enumerate(holder), LOOKED):
            yield f"{base}[{place}]", value
    for name, value in islice(list(attributes(holder).items()), LOOKED):
        if type(name) is str and name.isidentifier() and not name.startswith("_"):
            yield f"{base}.{name}", value


def quoted(key: str | int, mark: str = '"') -> str:
    """Return a key as it is typed, whatever a subclass says that it looks like."""
    if issubclass(type(key), int):
        return repr(key) if type(key) is bool else int.__repr__(key)
    plain = str.__repr__(key)
    body = plain[1:-1].replace("\\'", "'") if plain[0] == "'" else plain[1:-1]
    return mark + body.replace(mark, "\\" + mark) + mark


def attributes(holder: object) -> dict[str, Any]:
    """Return what lies in an object itself; a class may have made ``__dict__`` a property, which is not asked."""
    spaces = map(
        _SPACE.__get__, _MRO.__get__(type(holder))
    )  # a metaclass may answer for its classes by code of its own
    found = next((space["__dict__"] for space in spaces if "__dict__" in space), None)
    if type(found) is not GetSetDescriptorType and type(found) is not MemberDescriptorType:
        return {}
    held = object.__getattribute__(holder, "__dict__")
    return held if type(held) is dict else {}
