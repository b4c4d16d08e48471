"""Expressions that only look: names, attributes, subscripts and constants, and calls of libraries that change nothing.

Nothing else is ever evaluated again, and of these only what runs no code of the user's classes.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Any, Final

from modelreg import syntax
from modelreg.capture.data.bounds import Bounds
from modelreg.capture.data.calling import WORDS, called, is_pure, source
from modelreg.capture.data.choosing import chosen, is_choice
from modelreg.capture.data.kinds import Unreadable
from modelreg.capture.data.looking import MISSING, attribute, item
from modelreg.capture.data.silence import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "evaluate",
    "held_names",
    "is_access",
    "is_constant",
    "is_reading",
    "names_in",
    "origin_of",
    "root_of",
    "taken_in",
    "value_of",
]

_LONGEST: Final = 2000
_STACKS: Final = frozenset({"c_", "r_"})
"""What numpy puts together between brackets."""


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


def is_reading(node: ast.AST) -> bool:
    """Whether an expression is an access, or makes data of one by calls that change nothing: ``df.drop(columns="y")``."""
    if isinstance(node, ast.Attribute):
        return is_reading(node.value)
    if isinstance(node, ast.Subscript):
        return is_reading(node.value) and (_is_place(node.slice) or is_choice(node.slice, is_reading))
    if isinstance(node, ast.BinOp):
        return any(map(is_reading, (node.left, node.right))) and is_choice(node, is_reading)
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Name)
    base = source(node)
    rest = [one for one in (*node.args, *(each.value for each in node.keywords)) if one is not base]
    return is_pure(node) and is_reading(base) and all(map(_is_option, rest))


def _is_option(node: ast.AST) -> bool:
    if isinstance(node, ast.Tuple | ast.List):
        return all(map(_is_option, node.elts))
    if isinstance(node, ast.Set):
        return all(map(is_constant, node.elts))
    if isinstance(node, ast.Dict):
        return all(one is not None and is_constant(one) for one in node.keys) and all(map(_is_option, node.values))
    return is_constant(node) or is_reading(node) or is_choice(node, is_reading)


def origin_of(node: ast.AST) -> str | None:
    """Return the variable whose data a reading is or is made of: ``df`` of ``np.asarray(df.drop(columns=names))``."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.BinOp):
        if isinstance(node, ast.BinOp):
            node = node.left if is_reading(node.left) else node.right
        else:
            node = source(node) if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def names_in(node: ast.AST | str) -> set[str]:
    """Return the variables that a reading looks at, those that only choose what is taken too."""
    every = ast.walk(syntax.parse(node) if isinstance(node, str) else node)
    found = [one for one in every if isinstance(one, ast.Name)]
    # what a comprehension binds is its own
    return {one.id for one in found} - {one.id for one in found if isinstance(one.ctx, ast.Store)}


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


def taken_in(node: ast.AST) -> Iterator[str]:
    """Yield the variables that the data of an expression may come from: not those that only choose a part between brackets."""
    return held_names(_Unchosen().visit(copy.deepcopy(node)))


class _Unchosen(ast.NodeTransformer):
    """Takes out what stands between brackets, and the test of a choice."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        stacks = isinstance(node.value, ast.Attribute) and node.value.attr in _STACKS
        found: ast.AST = self.generic_visit(node) if stacks else self.visit(node.value)
        return found

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        found: ast.AST = self.visit(ast.Tuple(elts=[node.body, node.orelse], ctx=ast.Load()))
        return found


def value_of(expression: str, scope: Mapping[str, Any]) -> Any:
    """Return what an expression means in a namespace.

    Raises
    ------
    Unreadable
        It does more than look, may run code of the user's, takes long, or has no value there.
    """
    try:
        node = syntax.parse(expression, mode="eval").body if len(expression) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError):
        node = None
    if node is None or not is_reading(node):
        raise Unreadable(f"{expression[:80]!r} is more than a name, attribute or subscript")
    return evaluate(node, scope)


def evaluate(node: ast.AST, scope: Mapping[str, Any], bounds: Bounds | None = None) -> Any:
    """Return the value of a reading, as far as its `bounds` allow it.

    Raises
    ------
    Unreadable
        It has no value.
    """
    try:
        with quiet():
            return _value(node, scope, Bounds() if bounds is None else bounds)
    except Unreadable:
        raise
    except Exception as error:
        # what an error says may hold data
        raise Unreadable(f"{ast.unparse(node)} has no value: {type(error).__name__}") from error


def _value(node: Any, scope: Mapping[str, Any], bounds: Bounds) -> Any:
    if isinstance(node, ast.Name):
        if node.id not in scope and node.id not in WORDS:
            raise Unreadable(f"{node.id} is not there any more")
        return scope[node.id] if node.id in scope else WORDS[node.id]
    if isinstance(node, ast.Attribute):
        return attribute(_value(node.value, scope, bounds), node.attr)
    if isinstance(node, ast.Subscript):
        base, place = _value(node.value, scope, bounds), _value(node.slice, scope, bounds)
        if bounds.guard is not None:
            bounds.guard(base, place)
        found = item(base, place)
        if found is MISSING:
            raise Unreadable(f"{ast.unparse(node)} is not there any more")
        return found
    if is_constant(node):
        return ast.literal_eval(node)
    if isinstance(node, ast.Call) and is_pure(node):
        return _called(node, scope, bounds)
    inner = chosen(node, scope, lambda one, names: _value(one, names, bounds), bounds)
    return _written(node, scope, bounds) if inner is MISSING else inner


def _written(node: Any, scope: Mapping[str, Any], bounds: Bounds) -> Any:
    """Return a slice, a display or a constant."""
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if one is None else _value(one, scope, bounds) for one in ends))
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        kind = {ast.Tuple: tuple, ast.List: list, ast.Set: set}[type(node)]
        return kind(_value(one, scope, bounds) for one in node.elts)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {_value(key, scope, bounds): _value(one, scope, bounds) for key, one in pairs}
    return ast.literal_eval(node)


def _called(node: ast.Call, scope: Mapping[str, Any], bounds: Bounds) -> Any:
    base = source(node)
    given = [_value(one, scope, bounds) for one in (base, *(one for one in node.args if one is not base))]
    if bounds.guard is not None:
        bounds.guard(given[0], None)
    return called(node, scope, given, {str(one.arg): _value(one.value, scope, bounds) for one in node.keywords})
