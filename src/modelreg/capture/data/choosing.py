"""What chooses a part of some data, or reckons with it: ``[c for c in df.columns if c != "y"]``, ``list("abc")``, ``df.a > 0``.

Only what is of Python itself and of the libraries of data is ever compared or added up: a class of the user's may run any code.
"""

from __future__ import annotations

import ast
import builtins
import operator
from collections import ChainMap
from math import prod
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.calling import LARGEST
from modelreg.capture.data.kinds import Unreadable, kind_of, shape_of
from modelreg.capture.data.looking import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from modelreg.capture.data.bounds import Bounds

    _Value = Callable[[ast.AST, Mapping[str, Any]], Any]

__all__ = ["MAKERS", "chosen", "is_choice"]

MAKERS: Final[Mapping[str, Any]] = {one.__name__: one for one in (len, list, range, set, sorted, tuple)}
"""Functions of Python's own that only put together what they are given."""
_MANY: Final = 100_000
"""Items of what is put together."""
_BETWEEN: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip
_BEFORE: Final[Mapping[type, Callable[[Any], Any]]] = {
    ast.Invert: operator.invert, ast.Not: operator.not_, ast.USub: operator.neg,
}  # fmt: skip


_WALKERS: Final = frozenset({list, set, sorted, tuple})
_REPEATED: Final = (bytes, list, str, tuple)
_NUMBERS: Final = frozenset("biufcmM")


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


def chosen(node: ast.AST, scope: Mapping[str, Any], value: _Value, bounds: Bounds) -> Any:
    """Return what a choice gives, `MISSING` of what is none.

    Parameters
    ----------
    node : ast.AST
        The choice.
    scope : mapping
        The namespace.
    value : callable
        Returns the value of what the choice is made of.
    bounds : Bounds
        How much of it is looked at.

    Raises
    ------
    Unreadable
        It may run code of its own, or takes long.
    """
    if isinstance(node, ast.ListComp):
        return [value(node.elt, names) for names in _each(node, scope, value, bounds)]
    if isinstance(node, ast.BoolOp):
        return _both(node, scope, value)
    function = _function(node, scope)
    if function is None:
        return MISSING
    return _known(function, bounds, *(value(one, scope) for one in _inner(node) or ()))


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


def _known(function: Callable[..., Any], bounds: Bounds, *given: Any) -> Any:
    asked = [bounds.ask(one) for one in given]
    for one in asked:
        if not one.option and type(one.value) is not range:
            raise Unreadable("it may run code of its own")
        if one.weight > LARGEST:
            raise Unreadable("it is made of very large data: to make it again would take long")
    data = [one.value for one in asked if one.data]
    if len(data) > 1 and not _alike(*data):
        raise Unreadable("it may be very large")
    if _may_be_large(function, given, data):
        raise Unreadable("it may be very large")
    return function(*given)


def _may_be_large(function: Callable[..., Any], given: Sequence[Any], data: Sequence[Any]) -> bool:
    """Whether there may be more to put together, one by one, than takes a moment."""
    if function is range:
        return max(map(_count, given), default=0) > _MANY
    if function is operator.mul:
        texts = any(getattr(one, "dtype", None) is not None and one.dtype.kind not in _NUMBERS for one in data)
        many = max(map(_count, given), default=0)
        if any(isinstance(one, _REPEATED) for one in given):
            many = prod(max(_count(one), 1) for one in given)
        return texts or many > _MANY
    # of a table these are the names of its columns
    return function in _WALKERS and any(len(getattr(one, "columns", one)) > _MANY for one in data)


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


def _each(node: ast.ListComp, scope: Mapping[str, Any], value: _Value, bounds: Bounds) -> Iterator[Mapping[str, Any]]:
    """Yield the namespace of each turn, which holds until the next one."""
    (each,) = node.generators
    many = value(each.iter, scope)
    if not (bounds.ask(many).option or type(many) is range) or not hasattr(many, "__len__"):
        raise Unreadable("it may run code of its own")
    bounds.go_through(many)
    own: dict[str, Any] = {}
    names = ChainMap(own, scope)  # type: ignore[arg-type]  # nothing is ever written to the namespace
    for one in many:
        bounds.turn()
        own[each.target.id] = one  # type: ignore[attr-defined]  # a name, asked by `is_choice`
        found = [value(test, names) for test in each.ifs]
        if any(type(test) is not bool for test in found):
            raise Unreadable("it is more than true or false")
        if all(found):
            yield names
