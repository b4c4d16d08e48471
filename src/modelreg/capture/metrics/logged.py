"""Metrics that the cells after the last training computed of a model."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from modelreg import syntax
from modelreg.capture.metrics.calls import Names, metric_name
from modelreg.capture.metrics.numbers import number
from modelreg.capture.metrics.records import Found
from modelreg.capture.metrics.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelreg.notebook.execution import Execution

__all__ = ["logged"]

MOST: Final = 60
DEEPEST: Final = 2


def logged(scope: Mapping[str, Any], log: Sequence[Execution], variable: str, obj: Any) -> Iterator[Found]:
    """Yield what was assigned or shown after the last training.

    Nothing is computed again: the value is what the namespace holds now. A name that was given something else since is left
    out, like what was only printed.

    Parameters
    ----------
    scope : mapping
        The namespace.
    log : sequence of Execution
        What ran, the oldest first.
    variable : str
        The expression that is the model: ``clf``, ``models["rf"]``.
    obj : object
        The model.
    """
    walk = Walk(Names(model=_called(scope, variable, obj), containers=_containers(scope, obj)))
    walk.read(log)
    for target, (calls, data, cell) in walk.assigned.items():
        yield from _values(scope, target, calls, data, cell)
    for table, (cell, keys) in walk.tables.items():
        yield from _of_table(scope, table, cell, keys, _keys_of(scope, variable, obj))
    for count, (call, data, cell) in walk.shown.items():
        value = number(_out(scope).get(count))
        if value is not None:
            yield Found(name=metric_name(call), value=value, source=f"output of cell {cell}", data=data)


def _called(scope: Mapping[str, Any], variable: str, obj: Any) -> frozenset[str]:
    """Return every expression that is known to be the model."""
    try:
        written = {ast.unparse(syntax.parse(variable, mode="eval"))}
    except SyntaxError:
        written = {variable}
    return frozenset({*written, *(name for name, value in list(scope.items()) if value is obj and name[:1] != "_")})


def _containers(scope: Mapping[str, Any], obj: Any) -> frozenset[str]:
    return frozenset(name for name, value in list(scope.items()) if _holds(value, obj))


def _holds(value: Any, obj: Any) -> bool:
    """Whether a plain container, not too large, holds the model."""
    if type(value) not in {dict, list, tuple} or len(value) > MOST:
        return False
    inner = list(value.values()) if type(value) is dict else list(value)
    return any(one is obj or (type(one) is tuple and any(part is obj for part in one)) for one in inner)


def _out(scope: Mapping[str, Any]) -> Mapping[int, Any]:
    found = scope.get("Out")
    return found if isinstance(found, dict) else {}


def _values(
    scope: Mapping[str, Any], target: str, calls: list[ast.Call], data: str | None, cell: int
) -> Iterator[Found]:
    """Yield what a target holds now: a number, or the numbers of a plain dict."""
    try:
        node = syntax.parse(target, mode="eval").body
    except SyntaxError:  # it was cut
        return
    held = _held(scope, node)
    value, name = number(held), _name(node, calls)
    source = f"variable {target}, cell {cell}"
    if value is not None:
        yield Found(name=name, value=value, source=source, data=data)
    elif type(held) is dict:
        yield from _of_dict(held, "", target, cell, data)


def _name(node: ast.expr, calls: list[ast.Call]) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    return node.id if isinstance(node, ast.Name) else metric_name(calls[0])


def _held(scope: Mapping[str, Any], node: ast.expr) -> Any:
    """Return what an expression of names and keys of plain dicts holds, None for anything else."""
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        inner = _held(scope, node.value)
        return inner.get(node.slice.value) if type(inner) is dict else None
    return None


def _of_dict(
    table: dict[Any, Any], prefix: str, source: str, cell: int, data: str | None, depth: int = DEEPEST
) -> Iterator[Found]:
    for key, held in list(table.items())[:MOST]:
        if not isinstance(key, str):
            continue
        value = number(held)
        where = f"{source}[{key!r}]"
        if value is not None:
            yield Found(name=f"{prefix}{key}", value=value, source=f"variable {where}, cell {cell}", data=data)
        elif type(held) is dict and depth > 1:
            yield from _of_dict(held, f"{prefix}{key}/", where, cell, data, depth - 1)


def _of_table(
    scope: Mapping[str, Any], table: str, cell: int, keys: set[str] | None, known: tuple[set[str], set[str]]
) -> Iterator[Found]:
    """Yield the numbers of a dict that is called like one of metrics; of one that compares models, only those of this."""
    held = scope.get(table)
    if type(held) is not dict:
        return
    own, others = known
    if not others.isdisjoint(one for one in held if isinstance(one, str)):
        for key in own & {one for one in held if isinstance(one, str)}:
            value, where = number(held[key]), f"{table}[{key!r}]"
            if value is not None:
                yield Found(name=table, value=value, source=f"variable {where}, cell {cell}")
            elif type(held[key]) is dict:
                yield from _of_dict(held[key], "", where, cell, None)
        return
    yield from _of_dict({key: one for key, one in held.items() if keys is None or key in keys}, "", table, cell, None)


def _keys_of(scope: Mapping[str, Any], variable: str, obj: Any) -> tuple[set[str], set[str]]:
    """Return what the model is called, and the models beside it: as variables, and as keys of a dict that holds it."""
    own, others = {variable}, set()
    for name, value in list(scope.items()):
        if value is obj:
            own.add(name)
        elif any("predict" in vars(kind) for kind in type(value).__mro__) or type(value) is type(obj):
            others.add(name)
        if type(value) is dict and _holds(value, obj):
            own |= {key for key, one in value.items() if one is obj and isinstance(key, str)}
            others |= {key for key, one in value.items() if one is not obj and isinstance(key, str)}
    return own, others
