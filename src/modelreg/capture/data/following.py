"""Follows the argument of a training out of functions, loops and containers to the variables of the session."""

from __future__ import annotations

import ast
import builtins
import copy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.capture.data.access import held_names, is_reading, names_in, origin_of, taken_in
from modelreg.capture.data.roles import Given, given, is_container, name_of_call
from modelreg.capture.data.storing import before_moves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from modelreg.capture.data.objects import Names

__all__ = ["Follower", "Source", "comes_from", "has_step", "make_local", "meant"]

_DEEPEST: Final = 12
_LIBRARIES: Final = frozenset({"np", "numpy", "pd", "pandas"})
_GOING: Final = frozenset({"enumerate", "iter", "tqdm", "track", "progress_bar"})
"""What gives back each of what it is given."""
_INSIDE: Final = "{} is a variable inside a function or loop"


class Source(NamedTuple):
    """One variable, or part of it, that went into a training."""

    role: str
    argument: str
    expression: str
    name: str
    whole: bool = True
    """The training was given the very value of the expression; else something that was made of it."""
    error: str | None = None
    maybe: bool = False
    """Not even that is known: it stands in a branch, or was given several values."""
    made: int | None = None
    """The place of the cell that made what only holds it."""
    by: ast.Call | None = None
    """The call that made that."""


class _Trail(NamedTuple):
    """What is lost on the way from an argument to a variable."""

    whole: bool = True
    maybe: bool = False
    made: int | None = None
    by: ast.Call | None = None
    deep: int = 0

    def on(self, *, whole: bool = True, maybe: bool = False) -> _Trail:
        """Return the trail one step further."""
        return self._replace(whole=self.whole and whole, maybe=self.maybe or maybe, deep=self.deep + 1)


_START: Final = _Trail()


class Follower:
    """Tells what arguments are held by.

    Parameters
    ----------
    is_variable : callable
        Whether a name is a variable, not a module, a function or one of Python's own.
    """

    def __init__(self, is_variable: Callable[[str], bool]) -> None:
        self.is_variable = is_variable

    def sources(self, one: Given, names: Names, trail: _Trail = _START) -> Iterator[Source]:
        """Yield what an argument is held by, followed out of functions and loops to variables of the session."""
        if trail.deep > _DEEPEST:
            return
        one = one._replace(node=before_moves(one.node))
        node = one.node
        if isinstance(node, ast.Starred):  # which of them it is depends on what there is
            yield from self.sources(one._replace(node=node.value), names, trail.on(whole=False))
            return
        root = origin_of(node) if is_reading(node) else None
        if root in _LIBRARIES and not isinstance(node, ast.Name) and root not in names.mine():
            root = None  # np.c_[X, z] holds what is in it
        if root is not None:
            yield from self._access(one, root, names, trail)
        elif isinstance(node, ast.Call) and is_container(node):
            for inner in given(node, name_of_call(node)):
                role = _within(one.role, inner.role)
                yield from self.sources(inner._replace(role=role, argument=one.argument), names, trail.on())
        else:
            loose = trail.on(whole=False, maybe=isinstance(node, ast.IfExp))
            for name in dict.fromkeys(taken_in(node)):
                yield from self.sources(one._replace(node=_name(name)), names, loose)

    def _access(self, one: Given, root: str, names: Names, trail: _Trail) -> Iterator[Source]:
        node, mine = one.node, names.mine()
        others = (names_in(node) - {root}) & mine
        if others:
            # what a function or a loop chooses by its own variables is chosen otherwise later
            chosen = _chosen_by(node, root, others, names)
            if chosen is None:
                yield from self._access(one._replace(node=_name(root)), root, names, trail.on(whole=False))
                return
            node = chosen
            if root not in mine and names.outer is not None:
                yield from self.sources(one._replace(node=node), names.outer, trail.on())
                return
        if root in names.given and names.outer is not None:
            outer = _replaced(node, {root: names.given[root]})
            steady = names.stored.is_steady(root, given=True)
            on = trail.on(whole=steady, maybe=names.stored.is_open(root, given=True))
            yield from self.sources(one._replace(node=outer), names.outer, on)
        elif root in names.local:
            yield from self._local(one._replace(node=node), root, names, trail)
        elif root in names.stored.own:
            yield Source(one.role, one.argument, ast.unparse(node), root, whole=False, error=_INSIDE.format(root))
        else:
            yield from self._outside(one._replace(node=node), root, names, trail)

    def _local(self, one: Given, root: str, names: Names, trail: _Trail) -> Iterator[Source]:
        """Yield what a variable of a function or a loop was made of."""
        origin, looped = names.local[root], root in names.looped
        if looped and origin is not None:
            origin = _gone_through(origin)
            # of a loader each part goes in, in turn
            whole = isinstance(one.node, ast.Name) and _is_loader(origin, names)
            steady = names.stored.is_steady(root, given=False)
            on = trail.on(whole=whole and steady, maybe=root in names.stored.changed)
        else:
            # a part of what was made of it is no part of this
            was = root in names.parameters
            steady = names.stored.is_steady(root, given=was) and origin is not None
            on = trail.on(whole=steady, maybe=names.stored.is_open(root, given=was))
            if origin is not None and not isinstance(one.node, ast.Name) and is_reading(origin):
                origin = _replaced(one.node, {root: origin})
            elif not isinstance(one.node, ast.Name):
                on = on.on(whole=False)
        inner = () if origin is None else self.sources(one._replace(node=origin), names, on)
        found = [part for part in inner if part.name != root]
        if found or (origin is not None and _is_plain(origin)):
            yield from found
        else:
            error = _INSIDE.format(root)
            yield Source(one.role, one.argument, ast.unparse(one.node), root, whole=False, error=error)

    def _outside(self, one: Given, root: str, names: Names, trail: _Trail) -> Iterator[Source]:
        """Yield a variable of the session, or what it only holds."""
        thing = names.thing(root)
        if isinstance(one.node, ast.Name) and thing.made is not None and is_container(thing.made):
            on = trail.on(maybe=thing.doubtful)
            if on.by is None and isinstance(thing.made, ast.Call):
                on = on._replace(made=thing.cell, by=thing.made)
            found = list(self.sources(one._replace(node=thing.made), names, on))
            if found:
                yield from found
                return
        if self.is_variable(root):
            text, used = ast.unparse(one.node), names_in(one.node)
            open_ = any(each.stored.is_open(name, given=True) for name in used for each in names.around())
            whole, maybe = trail.whole and not open_, trail.maybe or open_
            yield Source(one.role, one.argument, text, root, whole, None, maybe, trail.made, trail.by)


def _chosen_by(node: ast.expr, root: str, others: set[str], names: Names) -> ast.expr | None:
    """Return an expression in which parameters are what the caller gave; None where it would mean something else then."""
    outer = names.outer
    if outer is None or outer.outer is not None or root in names.local:
        return None
    if not all(name in names.given and names.stored.is_steady(name, given=True) for name in others):
        return None
    found = _replaced(node, {name: names.given[name] for name in others})
    return found if is_reading(found) and not names_in(found) & outer.mine() - {root} else None


def _gone_through(node: ast.expr) -> ast.expr:
    """Return what a loop goes through: ``loader`` of ``enumerate(tqdm(loader))``."""
    while isinstance(node, ast.Call) and node.args and name_of_call(node) in _GOING:
        node = node.args[0]
    return node


def _is_loader(node: ast.expr, names: Names) -> bool:
    if isinstance(node, ast.Name) and node.id in names.given and names.outer is not None:
        return _is_loader(names.given[node.id], names.outer)
    if isinstance(node, ast.Name) and node.id in names.local and node.id not in names.looped:
        origin = names.local[node.id]
        return origin is not None and _is_loader(origin, names)
    made = names.thing(node.id).made if isinstance(node, ast.Name) else node
    return made is not None and is_container(made)


def _name(name: str) -> ast.expr:
    return ast.Name(id=name, ctx=ast.Load())


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
    pairs = value.elts if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List) else ()
    if isinstance(target, ast.Tuple | ast.List) and pairs and len(target.elts) == len(pairs):
        for each, other in zip(target.elts, pairs, strict=True):
            make_local(names, each, other)
        return
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


def _replaced(node: ast.expr, instead: Mapping[str, ast.expr]) -> ast.expr:
    class Swap(ast.NodeTransformer):
        def visit_Name(self, one: ast.Name) -> Any:
            return instead.get(one.id, one) if isinstance(one.ctx, ast.Load) else one

    found: ast.expr = Swap().visit(copy.deepcopy(node))
    return found
