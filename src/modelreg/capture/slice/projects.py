"""The user's own modules: their text is read like that of a cell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from modelreg import syntax
from modelreg.capture.modules import file_of
from modelreg.capture.slice.bodies import bound_in
from modelreg.capture.slice.flow import Flow
from modelreg.capture.slice.packages import project
from modelreg.capture.slice.values import Scope, Values

_MOST: Final = 400_000
"""Bytes of modules that are read: whoever calls one behind them is taken to call what nobody knows."""


class Projects(Flow):
    """Knows what the functions of imported modules of the user's do."""

    def __init__(self, scope: object = None) -> None:
        super().__init__(scope)
        self._modules: dict[str, Scope | None] = {}
        self._left = _MOST

    def of_module(self, module: str, name: str) -> Values | None:
        """What a name means in a module of the user's; None where that is not known."""
        scope = self.read_module(module)
        return None if scope is None else scope.names.get(name)

    def read_module(self, module: str) -> Scope | None:
        """Run the text of a module when it is first met, as its import does."""
        if module in self._modules:
            return self._modules[module]
        self._modules[module] = None
        text = _text_of(module)
        if len(text) > self._left:
            return None
        self._left -= len(text)
        try:
            body = syntax.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if not body:
            return None
        inside = self._modules[module] = Scope(self.session, frozenset(bound_in(body)), module=module)
        outside, self.scope = self.scope, inside
        try:
            self.run(body)
        finally:
            self.scope = outside
        return inside

    def forget_module(self, module: str) -> None:
        """Read the text of a module again when it is met again."""
        self._modules.pop(module, None)

    def absolute(self, module: str, level: int) -> str:
        """The whole name of a module that an import names, perhaps from where it stands."""
        scope: Scope | None = self.scope
        while level and scope is not None and not scope.module:
            scope = scope.above
        if not level or scope is None:
            return "." * level + module
        package = getattr(sys.modules.get(scope.module), "__package__", None) or ""
        parts = package.split(".")
        return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])


def _text_of(module: str) -> bytes:
    """The text of a module of the user's, where it is loaded and can be read; else nothing."""
    loaded = sys.modules.get(module)
    file = file_of(loaded) if loaded is not None and project(module.partition(".")[0]) else None
    if not file or not file.endswith(".py"):
        return b""
    try:
        return Path(file).read_bytes()
    except OSError:
        return b""
