"""Which branches of a function are gone for the arguments of one call: a function may train and evaluate in turn."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from modelreg.capture.data.roles import FITS, name_of_call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["gone", "holds_always", "may_train"]


def gone(body: Sequence[ast.stmt], given: Mapping[str, ast.expr]) -> list[ast.stmt]:
    """Return the statements without branches that a parameter with a written value rules out.

    Parameters
    ----------
    body : sequence of ast.stmt
        Of the function; it stays as it is.
    given : mapping
        Parameter -> what the call gives it.
    """
    bound = {one.id for each in body for one in ast.walk(each) if isinstance(one, ast.Name) and not _is_read(one)}
    known = {name: one.value for name, one in given.items() if isinstance(one, ast.Constant) and name not in bound}
    if not known:
        return list(body)
    return [kept for one in body for kept in _kept(one, known)]


def _is_read(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def _kept(node: ast.stmt, known: Mapping[str, object]) -> list[ast.stmt]:
    if isinstance(node, ast.If):
        holds = _holds(node.test, known)
        if holds is not None:
            return [kept for one in (node.body if holds else node.orelse) for kept in _kept(one, known)]
    parts = {
        field: [kept for one in value for kept in _kept(one, known)]
        for field, value in ast.iter_fields(node)
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt)
    }
    if not parts:
        return [node]
    fields = dict(ast.iter_fields(node)) | parts
    return [ast.copy_location(type(node)(**fields), node)]


def _holds(test: ast.expr, known: Mapping[str, object]) -> bool | None:
    """Return what a test of one parameter gives; None where that is not known."""
    if isinstance(test, ast.Name) and test.id in known:
        return bool(known[test.id])
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _holds(test.operand, known)
        return None if inner is None else not inner
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id in known:
        (operator, other) = test.ops[0], test.comparators[0]
        if len(test.ops) == 1 and isinstance(other, ast.Constant) and isinstance(operator, ast.Is | ast.IsNot):
            return (known[test.left.id] is other.value) == isinstance(operator, ast.Is)
    return None


def holds_always(test: ast.expr) -> bool:
    """Whether a test holds in every notebook: ``True``, ``__name__ == "__main__"``."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    return isinstance(test, ast.Compare) and ast.unparse(test) == "__name__ == '__main__'"


def may_train(body: Sequence[ast.stmt]) -> bool:
    """Whether statements make or train something, so that one may be there instead of another one."""
    every = [one for each in body for one in ast.walk(each)]
    return any(isinstance(one, ast.Assign | ast.Return) for one in every) or any(
        isinstance(one, ast.Call) and name_of_call(one) in FITS for one in every
    )
