"""Tell the views of a panel when the registry changed, by whomever, while somebody can see them.

The kernel's own event loop asks the change counter, so that no message passes between page and kernel as long as nothing
changes: a page that asked by itself would make the kernel look busy once a second. A view says that it is seen, and says so
again from time to time; one that was closed without a word is forgotten. Between cells only: while a cell runs, nothing could
be read anyway.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY: Final = 1.0
"""Seconds between two looks."""
PATIENCE: Final = 0.005
"""Seconds that a look waits for a registry that somebody has locked: the next look is soon, and the loop is the kernel's."""
LEASE: Final = 150.0
"""Seconds that a view counts as seen since it said so last; views say so each minute."""


class Watch:
    """One panel's look at the change counter.

    Parameters
    ----------
    read : callable
        Returns the change counter.
    tell : callable
        Is given the counter when it is another one.
    every : float
        Seconds between two looks.
    """

    def __init__(self, read: Callable[[], int], tell: Callable[[int], None], *, every: float = EVERY) -> None:
        self._read = read
        self._tell = tell
        self._every = every
        self._views: dict[str, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told: int | None = None

    def seen(self, view: str, *, on: bool) -> bool:
        """Note whether a view can be seen; return whether this watches, else the view must ask by itself."""
        if on:
            self._views[view] = time.monotonic() + LEASE
        else:
            self._views.pop(view, None)
        return self._go_on() if self._views else True

    def close(self) -> None:
        """Look no more."""
        self._views.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_on(self) -> bool:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a kernel that has no loop, or a thread of it that has none
            return self._timer is not None and self._loop is not None and self._loop.is_running()
        if self._timer is not None:
            if loop is self._loop:
                return True
            self._timer.cancel()  # the other loop may have ended, and would look no more
        self._loop = loop
        self._timer = loop.call_later(self._every, self._look)
        return True

    def _look(self) -> None:
        self._timer = None
        now = time.monotonic()
        self._views = {view: until for view, until in self._views.items() if until > now}
        if not self._views:
            return
        try:
            with suppress(Exception):  # whatever it is: what the user does next says so, and the next look may be well
                self._tell_news()
        finally:  # an interrupt of the kernel ends a cell, not the watch
            self._go_on()

    def _tell_news(self) -> None:
        counter = self._read()
        if counter != self._told:
            self._tell(counter)
            self._told = counter  # not before: what could not be told is told next time
