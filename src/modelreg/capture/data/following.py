"""Follows the argument of a training out of functions, loops and containers to the variables of the session."""

from __future__ import annotations

import ast
import builtins
import copy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.capture.data.access import held_names, is_access, is_reading, names_in, origin_of
from modelreg.capture.data.roles import Given, given, is_container, name_of_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from modelreg.capture.data.objects import Names

__all__ = ["Follower", "Source", "comes_from", "has_step", "make_local", "meant"]

_DEEPEST: Final = 12
_LIBRARIES: Final = frozenset({"np", "numpy", "pd", "pandas"})


class Source(NamedTuple):
    """One variable, or part of it, that went into a training."""

    role: str
    argument: str
    expression: str
    name: str
    whole: bool = True
    error: str | None = None


class Follower:
    """Tells what arguments are held by.

    Parameters
    ----------
    is_variable : callable
        Whether a name is a variable, not a module, a function or one of Python's own.
    """

    def __init__(self, is_variable: Callable[[str], bool]) -> None:
        self.is_variable = is_variable

    def sources(self, one: Given, names: Names, whole: bool = True, deep: int = 0) -> Iterator[Source]:  # noqa: FBT001, FBT002
        """Yield what an argument is held by, followed out of functions and loops to variables of the session."""
        if deep > _DEEPEST:
            return
        node = one.node
        root = _start(node, names)
        if root in _LIBRARIES and not isinstance(node, ast.Name) and root not in names.local | names.given:
            root = None  # np.c_[X, z] holds what is in it
        if root is None:
            made = is_container(node)
            if made and isinstance(node, ast.Call):
                for inner in given(node, name_of_call(node)):
                    role = _within(one.role, inner.role)
                    yield from self.sources(inner._replace(role=role, argument=one.argument), names, whole, deep + 1)
                return
            for name in dict.fromkeys(held_names(node)):
                yield from self.sources(one._replace(node=ast.Name(id=name, ctx=ast.Load())), names, False, deep + 1)  # noqa: FBT003
            return
        yield from self._access(one, root, names, whole, deep)

    def _access(self, one: Given, root: str, names: Names, whole: bool, deep: int) -> Iterator[Source]:  # noqa: FBT001
        node = one.node
        if root in names.given and names.outer is not None:
            outer = _replaced(node, root, names.given[root])
            yield from self.sources(one._replace(node=outer), names.outer, whole, deep + 1)
            return
        if root in names.local:
            origin = names.local[root]
            inner = () if origin is None else self.sources(one._replace(node=origin), names, whole, deep + 1)
            found = [part for part in inner if part.name != root]
            error = f"{root} is a variable inside a function or loop"
            if found or (origin is not None and _is_plain(origin)):
                yield from found
            else:
                yield Source(one.role, one.argument, ast.unparse(node), root, whole=False, error=error)
            return
        made = names.thing(root).made if isinstance(node, ast.Name) else None
        if made is not None and is_container(made):
            found = list(self.sources(one._replace(node=made), names, whole, deep + 1))
            if found:
                yield from found
                return
        if self.is_variable(root):
            yield Source(one.role, one.argument, ast.unparse(node), root, whole)


def _start(node: ast.expr, names: Names) -> str | None:
    """Return the variable that an argument is, or is made of in a way that can be looked at again; None of any other."""
    root = origin_of(node) if is_reading(node) else None
    if root is None or is_access(node):
        return root
    # what a function or a loop chooses by its own variables is chosen otherwise later
    others = names_in(node) - {root, *_LIBRARIES}
    known = root not in names.local and (not others if names.outer is not None else others.isdisjoint(names.local))
    return root if known else None


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression without variables is only numbers and Python's own functions: ``range(10)``."""
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    return all(isinstance(one, ast.Name) and hasattr(builtins, one.id) for one in calls)


def meant(name: str, names: Names) -> str:
    """Return the variable of the session that a parameter was given."""
    node = names.given.get(name)
    if names.outer is None or (node is None and name in names.local):
        return name
    return meant(node.id if isinstance(node, ast.Name) else name, names.outer)


def _within(role: str, inner: str) -> str:
    if role in {"train", "argument"} or inner not in {"train", "target"}:
        return inner
    return {("eval", "target"): "eval_target"}.get((role, inner), role)


def make_local(names: Names, target: ast.expr, value: ast.expr) -> None:
    """Note what the names of a function or loop were made of."""
    for one in ast.walk(target):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            # xb = xb.to(device) is still what xb was
            if one.id in names.local and one.id in held_names(value):
                continue
            if one.id in names.given and one.id in held_names(value):
                continue
            names.given.pop(one.id, None)
            names.local[one.id] = value


def has_step(body: Sequence[ast.AST]) -> bool:
    """Whether ``backward()`` is called here, not in a loop further inside."""
    return any(
        (
            isinstance(one, ast.Call)
            and isinstance(one.func, ast.Attribute)
            and one.func.attr in {"backward", "manual_backward"}
        )
        or (not isinstance(one, ast.For | ast.While | ast.FunctionDef) and has_step(list(ast.iter_child_nodes(one))))
        for one in body
    )


def comes_from(model: str, node: ast.expr, names: Names, deep: int = 0) -> bool:
    """Whether an expression is what a model gave, or was made of it: ``pred``, ``net(xb).squeeze()``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == model:
        return True
    if isinstance(node, ast.Name):
        origin = names.local.get(node.id)
        return origin is not None and deep < _DEEPEST and comes_from(model, origin, names, deep + 1)
    base = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    base = node.value if isinstance(node, ast.Attribute | ast.Subscript) else base
    return base is not None and deep < _DEEPEST and comes_from(model, base, names, deep + 1)


def _replaced(node: ast.expr, name: str, instead: ast.expr) -> ast.expr:
    class Swap(ast.NodeTransformer):
        def visit_Name(self, one: ast.Name) -> Any:
            return instead if one.id == name else one

    found: ast.expr = Swap().visit(copy.deepcopy(node))
    return found
