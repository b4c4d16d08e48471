"""How far long work is: one bar in the output, shown after half a second and gone when the work is done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tqdm.std import tqdm

PATIENCE: Final = 0.5
"""Seconds before anything is shown: most work is done by then."""


class Bars:
    """Progress as a bar of text on standard output; one stretch of work at a time."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def begin(self, label: str, total: int) -> None:
        """Start a bar."""
        from tqdm.std import tqdm

        self.end()
        self._bar = tqdm(
            total=total,
            desc=label,
            unit="B",
            unit_scale=True,
            delay=PATIENCE,
            leave=False,
            file=sys.stdout,
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
