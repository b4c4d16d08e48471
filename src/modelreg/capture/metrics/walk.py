"""A walk through what ran, in its order: which names hold metrics of a model at the end."""

from __future__ import annotations

import ast
import contextlib
from typing import TYPE_CHECKING, Final

from modelreg import syntax
from modelreg.capture.metrics.calls import SCOPES, Names, met, metric_calls, predicts, text, trains

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.notebook.execution import Execution

__all__ = ["Walk"]

TABLES: Final = ("metrics", "scores", "results")
"""What the names of dicts begin or end with whose numbers are metrics, beside ``eval…``."""

TRANSPARENT: Final = frozenset({"time", "capture", "prun"})
"""Magics that run the code that they are given."""


class Walk:
    """Goes through what ran, and remembers what still holds at the end."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.assigned: dict[str, tuple[list[ast.Call], str | None, int]] = {}
        """Target, as Python writes it -> the calls that it was computed by, their data, the cell."""
        self.tables: dict[str, tuple[int, set[str] | None]] = {}
        """Variable -> the cell, and the keys that were set since the last training; None: all of them."""
        self.shown: dict[int, tuple[ast.Call, str | None, int]] = {}
        """Execution count -> the call whose value the cell displayed, its data, the cell."""

    def read(self, log: Sequence[Execution]) -> None:
        """Take what ran into account, from the cell of the last training on: what was before it counts no more."""
        cells: list[tuple[int, Execution, list[ast.stmt]]] = []
        for place in range(len(log) - 1, -1, -1):
            execution = log[place]
            with contextlib.suppress(SyntaxError, ValueError, RecursionError):  # not Python, or nested beyond reading
                done, broken = _done(execution)
                if broken and self._trains(broken):
                    break  # a training that was interrupted has changed the model all the same
                cells.append((place + 1 if execution.count is None else execution.count, execution, done))
                if any(self._trains(one) for one in done):
                    break
        for number, execution, done in reversed(cells):
            with contextlib.suppress(RecursionError):
                self._cell(number, execution, done)

    def _cell(self, number: int, execution: Execution, done: list[ast.stmt]) -> None:
        for one in done:
            self._statement(one, number)
        if done and execution.ok and execution.count is not None and isinstance(done[-1], ast.Expr):
            calls = list(metric_calls(done[-1].value, self.names))
            if len(calls) == 1 and calls[0][0] is done[-1].value:
                self.shown[execution.count] = (*calls[0], number)

    def _trains(self, statement: ast.stmt) -> bool:
        return trains(statement, self.names.model | met(statement, self.names))

    def _statement(self, statement: ast.stmt, cell: int) -> None:
        own, met_here = self.names.model, met(statement, self.names)
        if self._trains(statement):
            self.names.predictions.clear()
            self.assigned.clear()
            self.tables.clear()
            self.shown.clear()
        self.names.model = own | met_here
        for node in _assignments(statement):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if node.value is not None:
                    self._assign(target, node.value, cell)
        self.names.model = own
        if met_here:  # a plain name holds what the last of many models gave
            self.assigned.clear()
            self.names.predictions.clear()
        for bound in _bound_otherwise(statement):
            self._forget(bound)

    def _assign(self, target: ast.expr, value: ast.expr, cell: int) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            values = value.elts if isinstance(value, ast.Tuple | ast.List) else [value] * len(target.elts)
            for one, part in zip(target.elts, values, strict=False):
                self._assign(one, part, cell)
            return
        if not isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
            return
        name, calls = text(target), list(metric_calls(value, self.names))
        on = None if calls or not isinstance(target, ast.Name) else predicts(value, self.names)
        self._forget(name)
        if on is not None:
            self.names.predictions[name] = on
        if calls:
            self.assigned[name] = ([one for one, _ in calls], next((data for _, data in calls if data), None), cell)
        self._table(target, cell)

    def _table(self, target: ast.expr, cell: int) -> None:
        """Remember that a dict that is called like one of metrics was set, or one key of it."""
        root, key = _root(target)
        if not root or not _is_table(root):
            return
        _, keys = self.tables.get(root, (cell, set()))
        if isinstance(target, ast.Name) or not isinstance(key, str):
            keys = None
        self.tables[root] = (cell, None if keys is None else {*keys, str(key)})

    def _forget(self, name: str) -> None:
        self.names.predictions.pop(name, None)
        for known in [one for one in self.assigned if one == name or one.startswith((f"{name}[", f"{name}."))]:
            del self.assigned[known]
        self.tables.pop(name, None)


def _done(execution: Execution) -> tuple[list[ast.stmt], ast.stmt | None]:
    """Return the statements of a cell that ran to their end, and the one that failed.

    Raises
    ------
    SyntaxError
        It is not Python.
    """
    body = [inner for one in syntax.parse(execution.code).body for inner in _opened(one)]
    if execution.ok:
        return body, None
    line = execution.failing_line or 0
    done = [one for one in body if (one.end_lineno or one.lineno) < line]
    return done, next((one for one in body[len(done) :] if one.lineno <= line), None)


def _opened(statement: ast.stmt) -> list[ast.stmt]:
    """Return what stands under a magic that times or captures it, at the line of the magic; else the statement."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not ast.unparse(call.func).startswith("get_ipython().run_"):
        return [statement]
    words = [str(one.value) for one in call.args if isinstance(one, ast.Constant)]
    if len(words) <= 1 or words[0] not in TRANSPARENT:
        return [statement]
    try:
        inner = syntax.parse(words[-1].strip("\n")).body
    except SyntaxError:
        return [statement]
    for node in (each for one in inner for each in ast.walk(one) if isinstance(each, ast.stmt)):
        node.lineno, node.end_lineno = statement.lineno, statement.end_lineno
    return inner


def _assignments(statement: ast.stmt) -> Iterator[ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr]:
    """Yield the assignments of a statement in their order, without those in functions and classes."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            yield node
        if not isinstance(node, (*SCOPES, ast.Lambda)):
            waiting = [*ast.iter_child_nodes(node), *waiting]


def _bound_otherwise(statement: ast.stmt) -> Iterator[str]:
    """Yield names that a statement gives another value to, or takes away, without an assignment."""
    if isinstance(statement, SCOPES):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.For | ast.AsyncFor):
            yield from (one.id for one in ast.walk(node.target) if isinstance(one, ast.Name))
        elif isinstance(node, ast.Delete):
            yield from map(text, node.targets)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((one.asname or one.name).partition(".")[0] for one in node.names)
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            yield node.optional_vars.id


def _root(node: ast.expr) -> tuple[str, object]:
    """Return the variable that a target starts from, and the key that it sets there when it is a constant."""
    key: object = None
    while isinstance(node, ast.Attribute | ast.Subscript):
        key = node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
        node = node.value
    return (node.id, key) if isinstance(node, ast.Name) else ("", None)


def _is_table(name: str) -> bool:
    words = name.lower().strip("_0123456789").split("_")
    return any(one in TABLES or one.startswith("eval") for one in (words[0], words[-1]))
