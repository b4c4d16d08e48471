"""Models that an expression being typed may come to: variables, and what lies in them, without running anything."""

from __future__ import annotations

import ast
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IPYTHON: Final = frozenset({"In", "Out"})
LOOKED: Final = 1000
"""How many items of a container are looked at."""


def models_at(typed: str, scope: Mapping[str, Any]) -> list[str]:
    """Return the expressions that begin with ``typed`` and hold a model, or lead to one.

    ``gr`` may become ``grid``; ``grid.`` becomes ``grid.best_estimator_``, ``models[`` becomes ``models["rf"]``. Only
    what an object holds in its ``__dict__``, and items of plain dicts, lists and tuples, is looked at: no property and
    no method of the user's objects runs.
    """
    from modelreg.flavors import is_model

    base, rest = _cut(typed)
    if not base:
        named = [(name, value) for name, value in scope.items() if name.startswith(typed)]
        shown = [(name, value) for name, value in named if not name.startswith("_") and name not in _IPYTHON]
        return [name for name, value in shown if is_model(value) or _leads(value)]
    holder = _value(base, scope)
    return [
        word
        for word, value in _inside(base, holder)
        if word.startswith(base + rest) and (is_model(value) or _leads(value))
    ]


def _cut(typed: str) -> tuple[str, str]:
    """Cut what is typed at its last open dot or bracket: ``grid.be`` into ``grid`` and ``.be``."""
    depth = 0
    for at in range(len(typed) - 1, -1, -1):
        depth += (typed[at] == "]") - (typed[at] == "[")
        if depth < 0 or (typed[at] == "." and depth == 0):
            return typed[:at], typed[at:]
    return "", typed


def _inside(base: str, holder: object) -> Iterator[tuple[str, object]]:
    """Yield what an object holds, each as it is written."""
    if type(holder) is dict:
        for key, value in islice(holder.items(), LOOKED):
            if isinstance(key, (str, int)):
                yield f"{base}[{_key(key)}]", value
                if isinstance(key, str):
                    yield f"{base}[{key!r}]", value
    elif isinstance(holder, (list, tuple)) and type(holder) in {list, tuple}:
        for place, value in islice(enumerate(holder), LOOKED):
            yield f"{base}[{place}]", value
    held = _attributes(holder)
    for name, value in islice(held.items(), LOOKED):
        if not name.startswith("_"):
            yield f"{base}.{name}", value


def _key(key: str | int) -> str:
    """Return a key with double quotes, as people type it."""
    return repr(key) if isinstance(key, int) else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _leads(value: object) -> bool:
    """Whether an object that is no model holds one directly."""
    from modelreg.flavors import is_model

    if isinstance(value, type) or type(value).__name__ == "module":
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
        if isinstance(holder, (list, tuple)) and type(holder) in {list, tuple} and isinstance(key, int):
            return holder[key] if -len(holder) <= key < len(holder) else None
    return None


def _attributes(holder: object) -> dict[str, Any]:
    """Return what lies in an object itself."""
    try:
        held = object.__getattribute__(holder, "__dict__")
    except AttributeError:
        return {}
    return held if isinstance(held, dict) else {}
