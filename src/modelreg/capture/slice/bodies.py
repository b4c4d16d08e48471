"""What the body of a function or class binds and reads, by its text alone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _within(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a body, but not those inside of the functions and classes that it defines."""
    todo = [*body]
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, NESTED):
            todo += ast.iter_child_nodes(node)


def bound_in(body: Sequence[ast.AST]) -> Iterator[str]:
    """The names that a body binds, but not those inside of the functions and classes that it defines."""
    for node in _within(body):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, NAMED) and node.name:
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (one.asname or one.name.split(".")[0] for one in node.names)


def names_of(node: ast.AST) -> tuple[frozenset[str], frozenset[str], bool]:
    """The local names of a function, those it declares `global`, and whether it yields."""
    args = node.args  # type: ignore[attr-defined]
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    names = {one.arg for one in every if one}
    body = [node.body] if isinstance(node, ast.Lambda) else node.body  # type: ignore[attr-defined]
    inner = list(_within(body))
    outer = {name for one in inner if isinstance(one, ast.Global) for name in one.names}
    above = {name for one in inner if isinstance(one, ast.Nonlocal) for name in one.names}
    yields = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in inner)
    return frozenset((names | set(bound_in(body))) - outer - above), frozenset(outer), yields


def leaves_early(body: Sequence[ast.stmt]) -> bool:
    """Whether a function with this body may return before its last line."""
    return any(isinstance(one, ast.Return) for top in body[:-1] for one in _within([top]))


def free_names(node: ast.AST) -> set[str]:
    """The names that a function or class reads and does not bind itself."""
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    if isinstance(node, FUNCTIONS):
        found -= names_of(node)[0]
    return found
