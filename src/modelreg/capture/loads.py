"""Which of the versions that code loads flow into an object: of those that merely looked at the same data nothing came."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from modelreg import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS: Final = 2
"""A line of the registry as IPython calls it: the name of the magic, and the rest."""


def flowing(source: str, root: str) -> list[tuple[str, str]]:
    """Return the variables that something is loaded into from which an object was made, each with the reference.

    What an object is made of is what stands on the right of its name, and what its own methods were given; a model that
    was given the same data made nothing of it. The reference is empty where it is no plain text.

    Parameters
    ----------
    source : str
        The statements that made it.
    root : str
        The variable that holds it.
    """
    try:
        tree = syntax.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    nodes = list(ast.walk(tree))
    flows = [one for node in nodes for one in _flows(node, root)]
    reached: set[str] = set()
    ahead = {root}
    while ahead:
        reached |= ahead
        ahead = {name for targets, given in flows if targets & reached for name in given} - reached
    return sorted({one for node in nodes for one in _loads(node) if one[0] in reached})


def _flows(node: ast.AST, root: str) -> Iterator[tuple[set[str], set[str]]]:
    """Yield into which names a statement brings something, and out of which."""
    if isinstance(node, ast.Assign):
        yield {name for target in node.targets for name in _bound(target)}, _names(node.value)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        yield set(_bound(node.target)), _names(node.value)
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield set(_bound(node.target)), _names(node.iter)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield set(_bound(node.optional_vars)), _names(node.context_expr)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield {node.name}, _names(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        given = {name for one in (*node.value.args, *node.value.keywords) for name in _names(one)}
        if isinstance(node.value.func, ast.Attribute):
            yield set(_bound(node.value.func)), given
        elif root in given:
            yield {root}, given


def _bound(target: ast.AST) -> Iterator[str]:
    """Yield the names that an assignment to this changes: of ``a.b[c], d`` those are a and d."""
    if isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            yield from _bound(one)
        return
    while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred | ast.Call):
        target = target.func if isinstance(target, ast.Call) else target.value
    if isinstance(target, ast.Name):
        yield target.id


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _loads(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the variable that a statement loads something into, with its reference: who asks knows what a registry has."""
    from modelreg.capture.slice.magics import loaded_as, magic

    if isinstance(node, ast.Expr):
        words = (magic(node) or ("", []))[1]
        name = loaded_as(words)
        if name:
            yield name, _reference(words)
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        line, call = magic(node), node.value
        if line is not None:
            if " ".join(line[1]).split()[:2] == ["modelreg", "load"]:
                yield node.targets[0].id, _reference(line[1])
        elif isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "load":
            first = call.args[0] if call.args else None
            text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
            yield node.targets[0].id, text


def _reference(words: list[str]) -> str:
    """Return what a line loads; empty where options stand before it, or a variable stands for it."""
    rest = words[1].split()[1:2] if len(words) == _WORDS else []
    return rest[0].strip("'\"") if rest and rest[0][:1] not in {"-", "$", "{"} else ""
