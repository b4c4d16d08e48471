"""How far long work is, told to the views of a panel while the kernel works."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from modelreg import sizes

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY: Final = 0.1
"""Seconds between two words: a view draws no faster, and each is a message."""
STEPS: Final = frozenset({"reading files"})
"""Stretches that are counted, not measured in bytes."""


class Told:
    """Progress that becomes events of a panel.

    Parameters
    ----------
    tell : callable
        Sends an event with its facts.
    call : str
        What the view that asked knows its call by.
    """

    def __init__(self, tell: Callable[..., None], call: str) -> None:
        self._tell = tell
        self._call = call
        self._label = ""
        self._total = self._done = 0
        self._last = 0.0

    def begin(self, label: str, total: int) -> None:
        """Tell of a new stretch."""
        self._label, self._total, self._done = label, total, 0
        self._say()

    def advance(self, amount: int) -> None:
        """Tell how far it is, unless that was told just now."""
        self._done += amount
        if time.monotonic() - self._last >= EVERY:
            self._say()

    def end(self) -> None:
        """Tell that the stretch is over, whatever was done of it."""
        self._say(over=True)

    def _say(self, *, over: bool = False) -> None:
        self._last = time.monotonic()
        self._tell(
            "progress",
            call=self._call,
            label=self._label,
            done=self._done,
            total=self._total,
            over=over,
            text=self._far(),
        )

    def _far(self) -> str:
        """Return how far it is; nothing of what is one step."""
        if self._total <= 1:
            return ""
        if self._label in STEPS:
            return f"{self._done:,} of {self._total:,}"
        return f"{sizes.human(self._done)} of {sizes.human(self._total)}"
