"""Show something anew, late: once nothing more was done for a while, and never within the answer to a call."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

AFTER: Final = 2.0
"""Seconds without another change: somebody who does several things in a row waits for none of this."""


class Renewal:
    """One act that follows changes, however many there were, once.

    Parameters
    ----------
    act : callable
        What is done.
    """

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._timer: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """Note a change; where no loop runs, as in a terminal, nothing follows."""
        self.close()
        with suppress(RuntimeError):
            self._timer = asyncio.get_running_loop().call_later(AFTER, self._do)

    def close(self) -> None:
        """Do nothing more for what was noted."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _do(self) -> None:
        self._timer = None
        with suppress(Exception):  # what cannot be shown anew stays as it is, and says of when that is
            self._act()
