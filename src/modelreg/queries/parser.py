"""Reads a query's Python expression into the tree: which node may stand where."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import QueryError
from modelreg.queries import scan
from modelreg.queries.fields import FIELDS, TEXT_METHODS
from modelreg.queries.operands import DATA, Operands
from modelreg.queries.tree import And, Compare, Field, Filter, Has, In, Not, Null, Or, Order, Text, Used

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from modelreg.queries.tree import Data

_MIRRORED: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPERATORS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def parse(
    text: str | None,
    *,
    names: Mapping[str, Any] | None = None,
    entity: str = "version",
    data: Callable[[object], Data] | None = None,
    keys: Callable[[str], Collection[str]] | None = None,
) -> Filter | None:
    """Return the filter that a query means, None for an empty one.

    Parameters
    ----------
    text : str or None
        A Python expression: ``metrics.auc > 0.9 and "production" in aliases``. It is never evaluated.
    names : mapping, optional
        Where a bare name beside a field is looked up: the kernel's variables.
    entity : str
        ``version`` or ``model``: which fields there are (:data:`FIELDS`).
    data : callable, optional
        Tells which data an object of the kernel, a reference or a digest is; without it no query asks for data.
    keys : callable, optional
        Tells which keys ``metrics`` or ``params`` have, for what a fault may be meant for.

    Raises
    ------
    QueryError
        The query cannot be understood; the error gives the column.

    Examples
    --------
    >>> parse("version > n", names={"n": 3})
    Compare(field=Field(name='version', key=None), op='>', value=3)
    """
    source = scan.check(text) if text else None
    if source is None:
        return None
    return _Parser(Operands(source, entity, names or {}, data, keys)).condition(source.tree(), 0)


def order(text: str, entity: str = "version", keys: Callable[[str], Collection[str]] | None = None) -> Order:
    """Return the order that ``text`` means: a field, with ``-`` before it for descending.

    Parameters
    ----------
    text : str
        ``version``, ``-created``, ``metrics.auc``, ``-metrics["val/auc"]``.
    entity : str
        ``version`` or ``model``.
    keys : callable, optional
        As of :func:`parse`.

    Raises
    ------
    QueryError
        It names no field, or more than one.
    """
    source = scan.check(text)
    if source is None:
        msg = "the order is empty; write a field, with '-' before it for descending"
        raise QueryError(msg, column=0)
    node = source.tree()
    descending = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    operands = Operands(source, entity, {}, keys=keys)
    inner = node.operand if isinstance(node, ast.UnaryOp) and descending else node
    field = operands.field(inner)
    if field is None:
        raise operands.unknown(inner)
    info = operands.info(field)
    if not info.sortable:
        sortable = ", ".join(name for name, each in FIELDS[entity].items() if each.sortable)
        raise operands.error(inner, f"a list cannot be sorted by {field}; it can by {sortable}")
    operands.need_key(inner, field)
    return Order(field=field, descending=descending)


class _Parser:
    """Reads conditions; what stands beside their operators is read by :class:`Operands`."""

    def __init__(self, operands: Operands) -> None:
        self._operands = operands

    def condition(self, node: ast.expr, depth: int) -> Filter:
        """Return what a node that must be true or false means."""
        if depth > scan.DEEPEST:
            raise self._operands.error(node, f"the query is nested more than {scan.DEEPEST} deep")
        reader = _CONDITIONS.get(type(node))
        if reader is not None:
            return reader(self, node, depth + 1)
        field = self._operands.field(node)
        if field is not None:
            info = self._operands.info(field)
            raise self._operands.error(
                node, f"{field} alone is no condition; {info.doc.partition(': ')[2] or 'compare it'}"
            )
        raise self._operands.unknown(node)

    def _both(self, node: ast.BoolOp, depth: int) -> Filter:
        parts = tuple(self.condition(value, depth) for value in node.values)
        return And(parts) if isinstance(node.op, ast.And) else Or(parts)

    def _unary(self, node: ast.UnaryOp, depth: int) -> Filter:
        if not isinstance(node.op, ast.Not):
            raise self._operands.unknown(node)
        return Not(self.condition(node.operand, depth))

    def _comparison(self, node: ast.Compare, depth: int) -> Filter:
        sides = [node.left, *node.comparators]
        parts = tuple(self._link(left, op, right) for left, op, right in zip(sides, node.ops, sides[1:], strict=False))
        return parts[0] if len(parts) == 1 else And(parts)

    def _link(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Filter:
        """Return what one link of a chain of comparisons means."""
        if isinstance(op, (ast.Is, ast.IsNot)):
            return self._null(left, op, right)
        if isinstance(op, (ast.In, ast.NotIn)):
            found = self._membership(left, right)
            return Not(found) if isinstance(op, ast.NotIn) else found
        sign = _OPERATORS[type(op)]
        field, other = self._operands.pair(left, right)
        asked, sign = (left, sign) if other is right else (right, _MIRRORED[sign])
        if isinstance(other, ast.Constant) and other.value is None:
            asks = "is not None" if sign == "!=" else "is None"
            raise self._operands.error(other, f"nothing is compared with None; did you mean {field} {asks}?")
        if self._operands.info(field).type == DATA:
            used = Used(field, self._operands.data(other, field, sign))
            return Not(used) if sign == "!=" else used
        return Compare(field, sign, self._operands.fitted(asked, field, other, sign))

    def _null(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Filter:
        if not (isinstance(right, ast.Constant) and right.value is None):
            meant = "==" if isinstance(op, ast.Is) else "!="
            raise self._operands.error(right, f"'is' asks for None only; did you mean {meant}?")
        field = self._operands.field(left)
        if field is None:
            raise self._operands.unknown(left)
        if self._operands.info(field).type == "none":
            raise self._operands.error(left, f'{field} is a set; write "x" in {field}, or alias is None')
        self._operands.need_key(left, field)
        return Not(Null(field)) if isinstance(op, ast.IsNot) else Null(field)

    def _membership(self, left: ast.expr, right: ast.expr) -> Filter:
        field, other = self._operands.pair(left, right)
        info = self._operands.info(field)
        if info.type == DATA:
            raise self._operands.error(right, f"data is compared with ==: {field} == df_train")
        if other is right:
            return In(field, self._operands.several(left, field, other))
        if field.key is None and info.collection:
            kind = "alias" if info.type == "none" else "text"
            return Has(field, str(self._operands.converted(other, kind, str(field))))
        return self._matching(right, field, "contains", other)

    def _matching(self, node: ast.expr, field: Field, how: str, text: ast.expr) -> Filter:
        """Return a condition on a piece of a field's text."""
        info = self._operands.info(field)
        if not info.textual:
            hint = f"write {field} in (1, 2)" if how == "contains" else "compare it"
            raise self._operands.error(node, f"{field} holds no text; {hint}")
        self._operands.need_key(node, field)
        kind = "pattern" if how == "glob" else "text"
        return Text(field, how, str(self._operands.converted(text, kind, how)))

    def _call(self, node: ast.Call, depth: int) -> Filter:
        called = node.func
        method = called.attr if isinstance(called, ast.Attribute) else None
        if isinstance(called, ast.Name) and called.id == "glob":
            arguments, wanted = node.args, 2
        elif isinstance(called, ast.Attribute) and method in TEXT_METHODS:
            arguments, wanted = [called.value, *node.args], 2
        else:
            raise self._operands.not_called(node)
        if node.keywords or len(arguments) != wanted:
            asks = 'a field and a pattern: glob(name, "churn-*")' if method is None else "one text"
            raise self._operands.error(node, f"{method or 'glob'} takes {asks}")
        field = self._operands.field(arguments[0])
        if field is None:
            raise self._operands.unknown(arguments[0])
        return self._matching(arguments[0], field, method or "glob", arguments[1])


_CONDITIONS: Final[Mapping[type[ast.expr], Callable[[_Parser, Any, int], Filter]]] = {
    ast.BoolOp: _Parser._both,  # noqa: SLF001  (the table of the class above)
    ast.UnaryOp: _Parser._unary,  # noqa: SLF001
    ast.Compare: _Parser._comparison,  # noqa: SLF001
    ast.Call: _Parser._call,  # noqa: SLF001
}
