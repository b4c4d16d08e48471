"""How far long work is: one bar in the output, shown after half a second and gone when the work is done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tqdm.std import tqdm

PATIENCE: Final = 0.5
"""Seconds before anything is shown: most work is done by then."""


class Bars:
    """Progress as a bar of text; one stretch of work at a time.

    Parameters
    ----------
    terminal : bool
        Whether a terminal is written to: then the bar stands on standard error, and nowhere when that is no terminal,
        so that it never gets into a pipe or a file. A notebook has its output, which is no terminal.
    unit : str
        What is counted: bytes, or steps of a kind.
    """

    def __init__(self, *, terminal: bool = False, unit: str = "B") -> None:
        self._terminal = terminal
        self._unit = unit
        self._bar: tqdm[Any] | None = None

    def begin(self, label: str, total: int) -> None:
        """Start a bar."""
        from tqdm.std import tqdm

        self.end()
        self._bar = tqdm(
            total=total,
            desc=label,
            unit=self._unit if self._unit == "B" else f" {self._unit}",
            unit_scale=self._unit == "B",
            delay=PATIENCE,
            leave=False,
            file=sys.stderr if self._terminal else sys.stdout,
            disable=None if self._terminal else False,
            dynamic_ncols=True,
        )

    def advance(self, amount: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update(amount)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
