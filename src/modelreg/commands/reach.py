"""Models that an expression being typed may come to: variables, and what lies in them, without running anything."""

from __future__ import annotations

import ast
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from modelreg import syntax
from modelreg.commands.line import bare
from modelreg.flavors.held import IPYTHON, attributes, inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ITEMS: Final = 12
"""How many models of a container are offered before it is opened."""


def models_at(typed: str, scope: Mapping[str, Any]) -> list[str]:
    """Return the expressions that begin with ``typed`` and hold a model, or lead to one.

    ``gr`` may become ``grid``; ``grid.`` becomes ``grid.best_estimator_``, ``mo`` and ``models[`` become ``models["rf"]``.
    Only what an object holds in its ``__dict__``, and items of plain dicts, lists and tuples, is looked at: no property
    and no method of the user's objects runs.
    """
    base, rest = _cut(typed)
    mark = "'" if rest.startswith("['") else '"'
    if not base:
        named = [(name, value) for name, value in scope.items() if name.startswith(typed)]
        shown = [(name, value) for name, value in named if not name.startswith("_") and name not in IPYTHON]
        return [word for name, value in shown for word in _begun(name, value)]
    holder = _value(base, scope)
    return [word for word, value in inside(base, holder, mark) if word.startswith(base + rest) and _wanted(value)]


def _begun(name: str, value: object) -> Iterator[str]:
    """Yield what a variable may become: itself, or in place of a container that is no model the few models in it."""
    if not _wanted(value):
        return
    items = (
        [word for word, inner in inside(name, value) if _wanted(inner)] if type(value) in (dict, list, tuple) else []
    )
    yield from items if 0 < len(items) <= ITEMS else (name,)


def _wanted(value: object) -> bool:
    """Whether an object is a model, or leads to one."""
    from modelreg.flavors import is_model

    return is_model(value) or _leads(value)


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


def _leads(value: object) -> bool:
    """Whether an object that is no model holds one directly."""
    from modelreg.flavors import is_model

    if issubclass(type(value), (type, ModuleType)):
        return False
    return any(is_model(inner) for _, inner in inside("", value))


def _value(base: str, scope: Mapping[str, Any]) -> object:
    """Return what a finished expression holds, None where that cannot be told without running something."""
    try:
        node = syntax.parse(base, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return _reach(node, scope)


def _reach(node: ast.expr, scope: Mapping[str, Any]) -> object:
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    if isinstance(node, ast.Attribute):
        return attributes(_reach(node.value, scope)).get(node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        holder, key = _reach(node.value, scope), node.slice.value
        if type(holder) is dict:
            return holder.get(key)
        if (type(holder) is list or type(holder) is tuple) and isinstance(key, int):
            return holder[key] if -len(holder) <= key < len(holder) else None
    return None
