"""Models that an expression being typed may come to: variables, and what lies in them, without running anything."""

from __future__ import annotations

import ast
from contextlib import suppress
from itertools import islice
from types import GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from modelreg.commands.line import bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IPYTHON: Final = frozenset({"In", "Out", "exit", "get_ipython", "open", "quit"})
"""Variables that IPython puts into every namespace."""
BEST: Final = "best_estimator_"
"""Where a finished search keeps the model that it found."""
LOOKED: Final = 1000
"""How many items of a container are looked at."""


def held(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return models by how they are typed: those in variables, in containers there, and the best of finished searches.

    Looked at as :func:`models_at` looks: nothing of the user's objects runs.
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
    from modelreg.flavors import is_model

    if not is_model(value):
        return {typed: inner for typed, inner in _inside(name, value) if is_model(inner)}
    best = _attributes(value).get(BEST)
    return {name: value, **({f"{name}.{BEST}": best} if is_model(best) else {})}


def models_at(typed: str, scope: Mapping[str, Any]) -> list[str]:
    """Return the expressions that begin with ``typed`` and hold a model, or lead to one.

    ``gr`` may become ``grid``; ``grid.`` becomes ``grid.best_estimator_``, ``models[`` becomes ``models["rf"]``. Only
    what an object holds in its ``__dict__``, and items of plain dicts, lists and tuples, is looked at: no property and
    no method of the user's objects runs.
    """
    from modelreg.flavors import is_model

    base, rest = _cut(typed)
    mark = "'" if rest.startswith("['") else '"'
    if not base:
        named = [(name, value) for name, value in scope.items() if name.startswith(typed)]
        shown = [(name, value) for name, value in named if not name.startswith("_") and name not in IPYTHON]
        return [name for name, value in shown if is_model(value) or _leads(value)]
    holder = _value(base, scope)
    return [
        word
        for word, value in _inside(base, holder, mark)
        if word.startswith(base + rest) and (is_model(value) or _leads(value))
    ]


def _cut(typed: str) -> tuple[str, str]:
    """Cut what is typed at its last open dot or bracket: ``grid.be`` into ``grid`` and ``.be``."""
    open_brackets: list[int] = []
    dot = -1
    for at, char in bare(typed):
        if char == "[":
            open_brackets.append(at)
        elif char == "]" and open_brackets:
            open_brackets.pop()
        elif char == "." and not open_brackets:
            dot = at
    at = open_brackets[0] if open_brackets else dot
    return ("", typed) if at < 0 else (typed[:at], typed[at:])


def _inside(base: str, holder: object, mark: str = '"') -> Iterator[tuple[str, object]]:
    """Yield what an object holds, each as it is written; keys in quotes of the kind ``mark``."""
    if type(holder) is dict:
        for key, value in islice(list(holder.items()), LOOKED):
            if issubclass(type(key), (str, int)):
                yield f"{base}[{_key(key, mark)}]", value
    elif type(holder) is list or type(holder) is tuple:
        for place, value in islice(enumerate(holder), LOOKED):
            yield f"{base}[{place}]", value
    for name, value in islice(list(_attributes(holder).items()), LOOKED):
        if type(name) is str and name.isidentifier() and not name.startswith("_"):
            yield f"{base}.{name}", value


def _key(key: str | int, mark: str) -> str:
    """Return a key as it is typed, whatever a subclass says that it looks like."""
    if issubclass(type(key), int):
        return repr(key) if type(key) is bool else int.__repr__(key)
    plain = str.__repr__(key)
    body = plain[1:-1].replace("\\'", "'") if plain[0] == "'" else plain[1:-1]
    return mark + body.replace(mark, "\\" + mark) + mark


def _leads(value: object) -> bool:
    """Whether an object that is no model holds one directly."""
    from modelreg.flavors import is_model

    if issubclass(type(value), (type, ModuleType)):
        return False
    return any(is_model(inner) for _, inner in _inside("", value))


def _value(base: str, scope: Mapping[str, Any]) -> object:
    """Return what a finished expression holds, None where that cannot be told without running something."""
    try:
        node = ast.parse(base, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return _reach(node, scope)


def _reach(node: ast.expr, scope: Mapping[str, Any]) -> object:
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    if isinstance(node, ast.Attribute):
        return _attributes(_reach(node.value, scope)).get(node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        holder, key = _reach(node.value, scope), node.slice.value
        if type(holder) is dict:
            return holder.get(key)
        if (type(holder) is list or type(holder) is tuple) and isinstance(key, int):
            return holder[key] if -len(holder) <= key < len(holder) else None
    return None


def _attributes(holder: object) -> dict[str, Any]:
    """Return what lies in an object itself; a class may have made ``__dict__`` a property, which is not asked."""
    found = next((kind.__dict__["__dict__"] for kind in type(holder).__mro__ if "__dict__" in kind.__dict__), None)
    if type(found) not in {GetSetDescriptorType, MemberDescriptorType}:
        return {}
    held = object.__getattribute__(holder, "__dict__")
    return held if type(held) is dict else {}
