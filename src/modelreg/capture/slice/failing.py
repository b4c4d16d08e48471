"""Statements that failed before they did anything."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def found_no_name(node: ast.stmt, known: Callable[[str], bool]) -> bool:
    """Whether a statement that ended with a NameError did so before it called anything.

    That is certain where its first part reads a name, whatever else happens, that nothing had bound.
    """
    first = _first(node)
    eager = [] if first is None else [*_eager(first)]
    own = {one.id for one in eager if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    missing = [one for one in eager if isinstance(one, ast.Name) and one.id not in own and not known(one.id)]
    if not missing:
        return False
    name = min(missing, key=_place)
    return all(_place(one) > _place(name) or name in ast.walk(one) for one in eager if isinstance(one, ast.Call))


def calls_inside(node: ast.stmt) -> Iterator[ast.Call]:
    """The calls that a statement makes on the way to the one that it is about."""
    last = _first(node)
    eager = () if last is None else _eager(last)
    return (one for one in eager if isinstance(one, ast.Call) and one is not last)


def in_its_test(node: ast.stmt, line: int) -> bool:
    """Whether an `if` failed in its condition, so that nothing below it ran."""
    return isinstance(node, ast.If) and node.test.lineno <= line <= (node.test.end_lineno or line)


def _first(node: ast.stmt) -> ast.expr | None:
    """What a statement evaluates before anything else."""
    if isinstance(node, ast.If | ast.While):
        return node.test
    if isinstance(node, ast.For):
        return node.iter
    if isinstance(node, ast.With):
        head = [one for item in node.items for one in ast.walk(item.context_expr) if isinstance(one, ast.Call)]
        # to enter what is given nothing leaves no trace, as `no_grad()` does
        return node.items[0].context_expr if any(one.args or one.keywords for one in head) else _first(node.body[0])
    return node.value if isinstance(node, ast.Expr | ast.Assign | ast.AugAssign | ast.AnnAssign) else None


def _eager(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression that are evaluated in any case."""
    yield node
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.IfExp):
        yield from _eager(node.test)
    elif isinstance(node, ast.BoolOp):
        yield from _eager(node.values[0])
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        yield from _eager(node.generators[0].iter)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _eager(child)


def _place(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset  # type: ignore[attr-defined]
