"""What chooses a part of some data, or reckons with it: ``[c for c in df.columns if c != "y"]``, ``list("abc")``, ``df.a > 0``.

Only what is of Python itself and of the libraries of data is ever compared or added up: a class of the user's may run any code.
"""

from __future__ import annotations

import ast
import builtins
import operator
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.calling import LARGEST, is_data, is_option
from modelreg.capture.data.kinds import Unreadable, kind_of, shape_of
from modelreg.capture.data.looking import MISSING
from modelreg.capture.data.quick import weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    _Value = Callable[[ast.AST, Mapping[str, Any]], Any]

__all__ = ["MAKERS", "chosen", "is_choice"]

MAKERS: Final[Mapping[str, Any]] = {one.__name__: one for one in (len, list, range, set, sorted, tuple)}
"""Functions of Python's own that only put together what they are given."""
_MANY: Final = 100_000
"""Names that are gone through."""
_BETWEEN: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip
_BEFORE: Final[Mapping[type, Callable[[Any], Any]]] = {
    ast.Invert: operator.invert, ast.Not: operator.not_, ast.USub: operator.neg,
}  # fmt: skip


def is_choice(node: ast.AST | None, is_reading: Callable[[ast.AST], bool]) -> bool:
    """Whether an expression only chooses or reckons; `is_reading` tells what it may do so with."""
    inner = _inner(node)
    if inner is None:
        return node is not None and (isinstance(node, ast.Constant) or is_reading(node))
    return all(is_choice(one, is_reading) for one in inner)


def _inner(node: Any) -> list[ast.AST] | None:
    """Return what a choice is made of; None of what is none, or has to be looked at otherwise."""
    parts = _PARTS.get(type(node))
    return None if parts is None or not _is_plain(node) else [one for one in parts(node) if one is not None]


_PARTS: Final[Mapping[type, Callable[[Any], Sequence[ast.AST | None]]]] = {
    ast.Slice: lambda node: (node.lower, node.upper, node.step),
    ast.Tuple: lambda node: node.elts,
    ast.List: lambda node: node.elts,
    ast.Set: lambda node: node.elts,
    ast.Call: lambda node: node.args,
    ast.BinOp: lambda node: (node.left, node.right),
    ast.UnaryOp: lambda node: (node.operand,),
    ast.Compare: lambda node: (node.left, *node.comparators),
    ast.BoolOp: lambda node: node.values,
    ast.ListComp: lambda node: (node.generators[0].iter, node.elt, *node.generators[0].ifs),
}
"""Kind of a choice -> what it is made of."""


def _is_plain(node: Any) -> bool:
    """Whether an expression of one of these kinds is a choice."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in MAKERS and not node.keywords
    if isinstance(node, ast.ListComp):
        each = node.generators[0]
        return len(node.generators) == 1 and not each.is_async and isinstance(each.target, ast.Name)
    if isinstance(node, ast.Compare):
        return len(node.ops) == 1 and type(node.ops[0]) in _BETWEEN
    known = _BEFORE if isinstance(node, ast.UnaryOp) else _BETWEEN
    return not isinstance(node, ast.BinOp | ast.UnaryOp) or type(node.op) in known


def chosen(node: ast.AST, scope: Mapping[str, Any], value: _Value) -> Any:
    """Return what a choice gives, `MISSING` of what is none.

    Parameters
    ----------
    node : ast.AST
        The choice.
    scope : mapping
        The namespace.
    value : callable
        Returns the value of what the choice is made of.

    Raises
    ------
    Unreadable
        It may run code of its own, or takes long.
    """
    if isinstance(node, ast.ListComp):
        return [value(node.elt, names) for names in _each(node, scope, value)]
    if isinstance(node, ast.BoolOp):
        return _both(node, scope, value)
    function = _function(node, scope)
    return MISSING if function is None else _known(function, *(value(one, scope) for one in _inner(node) or ()))


def _function(node: ast.AST, scope: Mapping[str, Any]) -> Callable[..., Any] | None:
    """Return what reckons, or puts together; None of what does neither."""
    if isinstance(node, ast.Compare):
        return _BETWEEN[type(node.ops[0])]
    if isinstance(node, ast.BinOp):
        return _BETWEEN[type(node.op)]
    if isinstance(node, ast.UnaryOp):
        return _BEFORE[type(node.op)]
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    made: Callable[..., Any] | None = MAKERS.get(name)
    if made is not None and (scope.get(name, made) is not made or getattr(builtins, name) is not made):
        raise Unreadable(f"{name} is none of Python's own")
    return made


def _known(function: Callable[..., Any], *given: Any) -> Any:
    for one in given:
        if not is_option(one) and type(one) is not range:
            raise Unreadable("it may run code of its own")
        if is_data(one) and weight(one) > LARGEST:
            raise Unreadable("it is made of very large data: to make it again would take long")
        if isinstance(one, int) and function is operator.mul and abs(one) > _MANY:
            raise Unreadable("it may be very large")
    data = [one for one in given if is_data(one)]
    if len(data) > 1 and not _alike(*data):
        raise Unreadable("it may be very large")
    if function in {range, operator.mul} and not data and max(map(_count, given), default=0) > _MANY:
        raise Unreadable("it may be very large")
    return function(*given)


def _alike(one: Any, other: Any) -> bool:
    """Whether two are put together place by place: labels that differ, or places that are spread, may make very much of it."""
    if shape_of(one) != shape_of(other) or kind_of(one) != kind_of(other):
        return False
    labels = [(a, b) for a, b in ((getattr(one, of, None), getattr(other, of, None)) for of in ("index", "columns"))]
    return all(a is b or a is None or (hasattr(a, "equals") and a.equals(b)) for a, b in labels)


def _count(value: Any) -> int:
    return abs(value) if type(value) is int else len(value) if isinstance(value, str | bytes | list | tuple) else 0


def _both(node: ast.BoolOp, scope: Mapping[str, Any], value: _Value) -> bool:
    """Return what ``and`` and ``or`` give of what is true or false, as far as Python looks at it."""
    wanted = isinstance(node.op, ast.Or)
    for one in node.values:
        found = value(one, scope)
        if type(found) is not bool:
            raise Unreadable("it is more than true or false")
        if found is wanted:
            return wanted
    return not wanted


def _each(node: ast.ListComp, scope: Mapping[str, Any], value: _Value) -> Iterator[Mapping[str, Any]]:
    """Yield the namespace of each turn."""
    (each,) = node.generators
    many = value(each.iter, scope)
    if not (is_option(many) or type(many) is range) or not hasattr(many, "__len__") or len(many) > _MANY:
        raise Unreadable("it goes through more than a few names")
    for one in many:
        names = {**scope, each.target.id: one}  # type: ignore[attr-defined]  # a name, asked by `is_choice`
        found = [value(test, names) for test in each.ifs]
        if any(type(test) is not bool for test in found):
            raise Unreadable("it is more than true or false")
        if all(found):
            yield names
