"""How many calls of a cell are followed into their functions: functions of functions of functions grow without end."""

from __future__ import annotations

import ast
from math import inf
from time import thread_time
from typing import TYPE_CHECKING, Final

from modelreg.capture.data.trainings import trainings

if TYPE_CHECKING:
    from collections.abc import Mapping

    Function = ast.FunctionDef | ast.AsyncFunctionDef

__all__ = ["Budget"]

_CALLS: Final = 300
"""Calls of one cell; those of functions that train nothing are followed half as long."""


class Budget:
    """What is left for the calls of a cell.

    Parameters
    ----------
    functions : mapping
        Those of the session, as it fills.
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions
        self._inside: dict[int, tuple[Function, bool, frozenset[str]]] = {}
        self.until = inf
        """When no more is followed, as `thread_time` counts: what others do on the machine costs nobody his data."""
        self.left = _CALLS

    def begin(self) -> None:
        """Note that a cell begins."""
        self.left = _CALLS

    def allows(self, function: Function) -> bool:
        """Whether one more call may be followed; it is counted then."""
        if self.left <= 0 or thread_time() > self.until or (self.left <= _CALLS // 2 and not self.trains(function)):
            return False
        self.left -= 1
        return True

    def trains(self, function: Function) -> bool:
        """Whether a function trains something, or calls one that does."""
        seen: set[int] = set()
        todo = [function]
        while todo:
            one = todo.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            _, itself, called = self._read(one)
            if itself:
                return True
            todo += [self._functions[name] for name in called if name in self._functions]
        return False

    def _read(self, function: Function) -> tuple[Function, bool, frozenset[str]]:
        found = self._inside.get(id(function))
        if found is None:
            calls = (one.func for one in ast.walk(function) if isinstance(one, ast.Call))
            called = frozenset(one.id for one in calls if isinstance(one, ast.Name))
            found = self._inside[id(function)] = (function, bool(trainings(function.body)), called)
        return found
