"""Expressions that only look: names, attributes, subscripts and constants.

Nothing else is ever evaluated again, and of these only what runs no code of the user's classes.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.kinds import Unreadable
from modelreg.capture.data.looking import MISSING, attribute, item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["evaluate", "held_names", "is_access", "is_constant", "root_of", "value_of"]

_LONGEST: Final = 2000


def is_access(node: ast.AST) -> bool:
    """Whether evaluating an expression calls nothing by name: ``X``, ``d["a"].values``, ``X[:, 1:]``."""
    if isinstance(node, ast.Name):
        return True
    if isinstance(node, ast.Attribute):
        return is_access(node.value)
    return isinstance(node, ast.Subscript) and is_access(node.value) and _is_place(node.slice)


def _is_place(node: ast.AST | None) -> bool:
    if node is None or is_constant(node):
        return True
    if isinstance(node, ast.Slice):
        return all(map(_is_place, (node.lower, node.upper, node.step)))
    if isinstance(node, ast.Tuple | ast.List):
        return all(map(_is_place, node.elts))
    return is_access(node)


def is_constant(node: ast.AST) -> bool:
    """Whether an expression is written out: a number, a text, ``-1``, ``None``."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))


def root_of(node: ast.AST) -> str | None:
    """Return the variable that attributes, subscripts and calls start from."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def held_names(node: ast.AST) -> Iterator[str]:
    """Yield the variables whose values an expression takes in: not those of a comprehension, not what is only called."""
    if isinstance(node, ast.Name):
        yield node.id
        return
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        own = {one.id for part in node.generators for one in ast.walk(part.target) if isinstance(one, ast.Name)}
        yield from (name for child in ast.iter_child_nodes(node) for name in held_names(child) if name not in own)
        return
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        children: list[ast.AST] = [*node.args, *(one.value for one in node.keywords)]
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from held_names(child)


def value_of(expression: str, scope: Mapping[str, Any]) -> Any:
    """Return what an expression means in a namespace.

    Raises
    ------
    Unreadable
        It does more than look, or has no value there.
    """
    try:
        node = ast.parse(expression, mode="eval").body if len(expression) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError):
        node = None
    if node is None or not is_access(node):
        raise Unreadable(f"{expression[:80]!r} is more than a name, attribute or subscript")
    return evaluate(node, scope)


def evaluate(node: ast.AST, scope: Mapping[str, Any], guard: Callable[[Any, Any], None] | None = None) -> Any:
    """Return the value of an access; `guard` may refuse a subscript by raising.

    Raises
    ------
    Unreadable
        It has no value.
    """
    try:
        return _value(node, scope, guard)
    except Unreadable:
        raise
    except Exception as error:
        # what an error says may hold data
        raise Unreadable(f"{ast.unparse(node)} has no value: {type(error).__name__}") from error


def _value(node: Any, scope: Mapping[str, Any], guard: Callable[[Any, Any], None] | None) -> Any:
    if isinstance(node, ast.Name):
        if node.id not in scope:
            raise Unreadable(f"{node.id} is not there any more")
        return scope[node.id]
    if isinstance(node, ast.Attribute):
        return attribute(_value(node.value, scope, guard), node.attr)
    if isinstance(node, ast.Subscript):
        base, place = _value(node.value, scope, guard), _value(node.slice, scope, guard)
        if guard is not None:
            guard(base, place)
        found = item(base, place)
        if found is MISSING:
            raise Unreadable(f"{ast.unparse(node)} is not there any more")
        return found
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if one is None else _value(one, scope, guard) for one in ends))
    if isinstance(node, ast.Tuple | ast.List):
        found = [_value(one, scope, guard) for one in node.elts]
        return tuple(found) if isinstance(node, ast.Tuple) else found
    return ast.literal_eval(node)
