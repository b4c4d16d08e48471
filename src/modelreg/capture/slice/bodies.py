"""What the body of a function or class binds and reads, by its text alone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
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
        yield from _binds(node)


def _binds(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, NAMED) and node.name:
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.split(".")[0] for one in node.names)


def names_of(node: ast.AST) -> tuple[frozenset[str], frozenset[str], bool]:
    """The local names of a function, those it declares `global`, and whether it yields."""
    names = _parameters(node)
    body = [node.body] if isinstance(node, ast.Lambda) else node.body  # type: ignore[attr-defined]
    inner = list(_within(body))
    outer = {name for one in inner if isinstance(one, ast.Global) for name in one.names}
    above = {name for one in inner if isinstance(one, ast.Nonlocal) for name in one.names}
    yields = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in inner)
    return frozenset((names | set(bound_in(body))) - outer - above), frozenset(outer), yields


def _parameters(node: ast.AST) -> set[str]:
    args = node.args  # type: ignore[attr-defined]
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {one.arg for one in every if one}


def _bound_here(body: Sequence[ast.AST]) -> set[str]:
    """The names that a body binds outside of its comprehensions, which have their own."""
    every = list(_within(body))
    apart = {one for each in every for made in getattr(each, "generators", ()) for one in ast.walk(made.target)}
    return {name for one in every if one not in apart for name in _binds(one)}


def leaves_early(body: Sequence[ast.stmt]) -> bool:
    """Whether a function with this body may return before its last line."""
    return any(isinstance(one, ast.Return) for top in body[:-1] for one in _within([top]))


def free_names(node: ast.AST) -> set[str]:
    """The names that a function or class reads of what stands around it, now or when it is used."""
    if isinstance(node, FUNCTIONS):
        args = node.args
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        own = names_of(node)[0] & (_parameters(node) | _bound_here(body))
        around = [*args.defaults, *filter(None, args.kw_defaults), *_marks(node)]
        return _free_in(body) - own | _free_in(around)
    if isinstance(node, ast.ClassDef):
        # what a class binds in its body its methods do not see, and the body itself may read before it is bound there
        return _free_in([*node.body, *node.bases, *(one.value for one in node.keywords), *_marks(node)])
    return _free_in([node])


def _free_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these read, in the scope that they stand in and in those within it."""
    found: set[str] = set()
    todo = [*nodes]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name):
            found |= {node.id} if isinstance(node.ctx, ast.Load) else set()
        elif isinstance(node, NESTED):
            found |= free_names(node)
        elif isinstance(node, COMPREHENSIONS):
            first, *rest = node.generators
            todo.append(first.iter)
            inner = [one for made in node.generators for one in (made.target, *made.ifs)] + [one.iter for one in rest]
            made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            found |= _free_in([*inner, *made]) - _targets(node)
        else:
            todo += ast.iter_child_nodes(node)
    return found


def _marks(node: ast.AST) -> list[ast.AST]:
    """What stands around a definition: decorators, and annotations, which may be asked for."""
    args = getattr(node, "args", None)
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg] if args else []
    told = [one.annotation for one in every if one is not None] + [getattr(node, "returns", None)]
    return [*getattr(node, "decorator_list", ()), *(one for one in told if one is not None)]


def _targets(node: ast.AST) -> set[str]:
    """The names that a comprehension has for itself."""
    made = getattr(node, "generators", ())
    return {one.id for each in made for one in ast.walk(each.target) if isinstance(one, ast.Name)}
