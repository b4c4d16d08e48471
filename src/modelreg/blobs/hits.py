"""Hits: an object that is there already is referred to, and so it must be true to its name; it is read where nobody knows.

The disk of a machine may have changed it since it was written, and whoever refers to it unseen has lost what he registers. A
file is believed as long as it is the one that this process wrote or read itself, or that was verified on this machine
before.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from modelreg.digests import hasher
from modelreg.errors import IntegrityError, RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from modelreg.blobs.reader import Facts, Reader

_AT_ONCE: Final = 1 << 20


class Memory(Protocol):
    """What was verified on this machine before."""

    def known(self, names: Iterable[str]) -> Mapping[str, set[Facts]]:
        """Return the files in which each of some objects was verified."""

    def note(self, seen: Mapping[str, Facts]) -> None:
        """Remember objects that were read and hashed now."""

    def renew(self, changes: Mapping[str, tuple[Facts, Facts]]) -> None:
        """Go on believing files whose time was set."""


class Hits:
    """Which files of a store are believed. Threads may ask at the same time."""

    def __init__(self) -> None:
        self.memory: Memory | None = None
        self._settled: dict[str, Facts] = {}

    def settled(self, name: str, facts: Facts) -> bool:
        """Whether this process wrote or read a file before, and brought its place in the folder to the disk."""
        return self._settled.get(name) == facts

    def settle(self, files: Mapping[str, Facts]) -> None:
        """Note files that are on the disk, and in their folders for good."""
        self._settled.update(files)

    def forget(self, names: Iterable[str]) -> None:
        """Note that objects were found not to be what their names say."""
        for name in names:
            self._settled.pop(name, None)

    def verified(self, name: str, facts: Facts) -> bool:
        """Whether a file held what its name says when its bytes were last hashed on this machine."""
        return self.memory is not None and facts in self.memory.known([name]).get(name, ())


class Touched:
    """The files of one batch: written by it, or hit.

    Parameters
    ----------
    hits : Hits
        What is believed.
    reader : callable
        Gives what reads a file that is not.
    """

    def __init__(self, hits: Hits, reader: Callable[[], Reader]) -> None:
        self._hits = hits
        self._reader = cache(reader)
        self._now: dict[str, Facts] = {}
        self._renewed: dict[str, tuple[Facts, Facts]] = {}
        self._read: dict[str, Facts] = {}

    def is_true(self, name: str, facts: Facts) -> bool:
        """Whether a file holds what its name says; it is read where that is not known."""
        if self._hits.settled(name, facts) or self._hits.verified(name, facts):
            return True
        whole, size, files = hasher(), facts[2], set()
        scratch = memoryview(bytearray(min(size, _AT_ONCE)))
        try:
            for offset in range(0, size, _AT_ONCE):
                piece = scratch[: min(_AT_ONCE, size - offset)]
                files.add(self._reader().readinto(name, offset, piece))
                whole.update(piece)
        except (IntegrityError, RegistryError):  # collected this moment; unreadable is as good: it is written anew
            return False
        if whole.hexdigest() != name or len(files) > 1:  # what several files give together is in none of them
            return False
        if files == {facts}:  # one file, which only this user can change
            self._read[name] = facts
        return True

    def wrote(self, name: str, facts: Facts) -> None:
        """Note a file that was written."""
        self._now[name] = facts

    def renew(self, name: str, before: Facts, after: Facts) -> None:
        """Note that a true file has another time now."""
        self._now[name] = after
        if name in self._read:
            self._read[name] = after
        else:
            self._renewed[name] = (before, after)

    def settle(self) -> None:
        """Note all of it: the folders are on the disk now."""
        self._hits.settle(self._now)
        if self._hits.memory is not None:
            self._hits.memory.note(self._read)
            self._hits.memory.renew(self._renewed)
