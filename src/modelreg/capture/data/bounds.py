"""How long one expression may be looked at: so many turns, until then, and each object is asked once."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.capture.data.calling import is_data, is_option
from modelreg.capture.data.kinds import Unreadable
from modelreg.capture.data.quick import weight

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Asked", "Bounds"]

_TURNS: Final = 5_000
"""Turns of all comprehensions of one expression."""
_SECONDS: Final = 1.0


class Asked(NamedTuple):
    """What was found out of one object."""

    value: Any
    """Held as long as it is told by its id."""
    option: bool
    data: bool
    weight: int


class Bounds:
    """What one evaluation has left.

    Parameters
    ----------
    guard : callable, optional
        May refuse a subscript, or a call, by raising.
    until : float, optional
        When it ends, as `thread_time` counts: what others do on the machine costs nobody his data. Default: in a second.
    """

    def __init__(self, guard: Callable[[Any, Any], None] | None = None, until: float | None = None) -> None:
        self.guard = guard
        self.left = _TURNS
        self._until = thread_time() + _SECONDS if until is None else until
        self._asked: dict[int, Asked] = {}

    def go_through(self, many: Any) -> None:
        """Refuse a container that is longer than the turns that are left.

        Raises
        ------
        Unreadable
            It is.
        """
        if len(many) > self.left:
            raise Unreadable("it goes through more than a few names")

    def turn(self) -> None:
        """Note that something is done once more.

        Raises
        ------
        Unreadable
            That is too often, or there is no time left.
        """
        self.left -= 1
        if self.left < 0:
            raise Unreadable("it goes through more than a few names")
        if thread_time() > self._until:
            raise Unreadable("there was no time to make it again")

    def ask(self, value: Any) -> Asked:
        """Return what an object is, which is looked at only once: it may hold very much."""
        known = self._asked.get(id(value))
        if known is None:
            data = is_data(value)
            known = Asked(value, data or is_option(value), data, weight(value) if data else 0)
            if data or hasattr(value, "__len__"):
                self._asked[id(value)] = known
        return known
