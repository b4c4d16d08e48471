"""How long work reports how far it is; who shows it is not its business."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A listener for long work. Called from the thread that works."""

    def begin(self, label: str, total: int) -> None:
        """Start a stretch of ``total`` bytes (or steps) called ``label``."""

    def advance(self, amount: int) -> None:
        """Say that ``amount`` more are done."""

    def end(self) -> None:
        """Finish the stretch, also after an error."""


class Silent:
    """Progress that nobody watches."""

    def begin(self, label: str, total: int) -> None:
        """Ignore the start."""

    def advance(self, amount: int) -> None:
        """Ignore the step."""

    def end(self) -> None:
        """Ignore the end."""
