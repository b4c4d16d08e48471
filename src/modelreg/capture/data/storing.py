"""What a function or a loop does to its names: only one that it leaves alone means the same at each place of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from modelreg.capture.data.access import held_names, root_of
from modelreg.capture.data.altering import changed_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.capture.data.altering import Functions

__all__ = ["Stored", "before_moves", "is_moved", "stored"]

_MOVES: Final = frozenset({"contiguous", "cpu", "cuda", "to"})
_DEFINED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(slots=True)
class Stored:
    """The names that statements give values."""

    own: set[str] = field(default_factory=set)
    """Those that belong to a function; a loop has none."""
    made: dict[str, int] = field(default_factory=dict)
    """Name -> how often it is given a value that is made of something else."""
    remade: set[str] = field(default_factory=set)
    """Those that are given a value that is made of their own."""
    changed: set[str] = field(default_factory=set)
    """Those whose value is changed in place."""

    def beside(self, other: Stored) -> Stored:
        """Return what these and other statements do."""
        made = {name: max(self.made.get(name, 0), other.made.get(name, 0)) for name in self.made | other.made}
        return Stored(self.own | other.own, made, self.remade | other.remade, self.changed | other.changed)

    def is_steady(self, name: str, *, given: bool) -> bool:
        """Whether a name means one thing throughout; of what is `given` any other value is another thing."""
        return not (name in self.remade or name in self.changed or self.made.get(name, 0) > (not given))

    def is_open(self, name: str, *, given: bool) -> bool:
        """Whether it is not even known of what a name is made when it is used."""
        return name in self.changed or self.made.get(name, 0) > (not given)


def stored(body: Sequence[ast.stmt], functions: Functions, *, function: bool) -> Stored:
    """Return what statements do to names; a value that only moves to another device stays what it is."""
    found = Stored()
    for node in (one for each in body for one in ast.walk(each)):
        for target, value in _bindings(node):
            _store(target, value, found)
        if isinstance(node, ast.Call):
            found.changed |= changed_by(node, functions)
    if function:
        loud = (one.names for each in body for one in ast.walk(each) if isinstance(one, ast.Global | ast.Nonlocal))
        found.own = {*found.made, *found.remade} - {name for names in loud for name in names}
    return found


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _pairs(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        if node.value is not None:
            yield node.target, node.value
    elif isinstance(node, ast.AugAssign):
        yield node.target, ast.Tuple(elts=[_read(node.target), node.value], ctx=ast.Load())
    else:
        yield from ((target, None) for target in _others(node))


def _others(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what is bound to something that no expression tells."""
    if isinstance(node, ast.For | ast.AsyncFor):
        yield node.target
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield node.optional_vars
    elif isinstance(node, ast.Delete):
        yield from (one for one in node.targets if not isinstance(one, ast.Name))
    elif isinstance(node, (*_DEFINED, ast.ExceptHandler)) and node.name:
        yield ast.Name(id=node.name, ctx=ast.Store())
    elif isinstance(node, ast.Import | ast.ImportFrom):
        names = (one.asname or one.name.partition(".")[0] for one in node.names)
        yield from (ast.Name(id=name, ctx=ast.Store()) for name in names)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    plain = isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List)
    if plain and len(target.elts) == len(value.elts):  # type: ignore[attr-defined]
        for one, other in zip(target.elts, value.elts, strict=True):  # type: ignore[attr-defined]
            yield from _pairs(one, other)
    else:
        yield target, value


def _read(target: ast.expr) -> ast.expr:
    name = root_of(target)
    return ast.Name(id=name, ctx=ast.Load()) if name else target


def _store(target: ast.expr, value: ast.expr | None, found: Stored) -> None:
    if isinstance(target, ast.Attribute | ast.Subscript):
        name = root_of(target)
        if name is not None:
            found.changed.add(name)
        return
    for one in ast.walk(target):
        if not isinstance(one, ast.Name):
            continue
        if value is not None and is_moved(one.id, value):
            continue
        if value is not None and one.id in held_names(value):
            found.remade.add(one.id)
        else:
            found.made[one.id] = found.made.get(one.id, 0) + 1


def is_moved(name: str, value: ast.expr) -> bool:
    """Whether a value is that of a name, on another device at most: ``xb.to(device)``."""
    inner = before_moves(value)
    return isinstance(inner, ast.Name) and inner.id == name


def before_moves(value: ast.expr) -> ast.expr:
    """Return what is moved to another device, which it leaves as it is."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _MOVES:
        where = ast.unparse(value.args[0]) if value.func.attr == "to" and value.args else ""
        if value.func.attr == "to" and "dev" not in where and not where.strip("'\"").startswith(("cpu", "cuda", "mps")):
            break
        value = value.func.value
    return value
