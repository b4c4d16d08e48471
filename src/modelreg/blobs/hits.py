"""Hits: an object that is there already is referred to, and so it must be true to its name; it is read where nobody knows.

The disk of a machine may have changed it since it was written, and whoever refers to it unseen has lost what he registers. A
file that only this user can change is believed as long as it is the one that this process wrote or read itself, or that was
verified on this machine before. Any other is read each time.
"""

from __future__ import annotations

import errno
import os
import time
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from modelreg.blobs import plain
from modelreg.blobs.own import facts_of
from modelreg.blobs.reader import must_be
from modelreg.errors import IntegrityError, RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from modelreg.blobs.reader import Facts, Reader

_AT_ONCE: Final = 1 << 20


class Memory(Protocol):
    """What was verified on this machine before."""

    def known(self, names: Iterable[str]) -> Mapping[str, set[Facts]]:
        """Return the files in which each of some objects was verified."""

    def refuted(self, name: str) -> bool:
        """Whether an object was found to be wrong on this machine, by whatever process, and not to be true since."""

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
        """Whether this process wrote or read a file before, and brought it and its place in the folder to the disk."""
        return self._settled.get(name) == facts

    def believed(self, name: str, facts: Facts) -> bool:
        """Whether a file that is settled holds what its name says, as far as is known."""
        return self.settled(name, facts) and not (self.memory is not None and self.memory.refuted(name))

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


class Hit(NamedTuple):
    """An open file in the place of an object."""

    name: str
    path: Path
    descriptor: int
    found: os.stat_result
    """What the system said of it when it was opened."""


class Touched:
    """The files of one batch: written by it, or hit.

    Parameters
    ----------
    hits : Hits
        What is believed.
    reader : callable
        Gives what tells whose a file is.
    """

    def __init__(self, hits: Hits, reader: Callable[[], Reader]) -> None:
        self._hits = hits
        self._reader = cache(reader)
        self._now: dict[str, Facts] = {}
        self._renewed: dict[str, tuple[Facts, Facts]] = {}
        self._read: dict[str, Facts] = {}

    def takes(self, hit: Hit) -> tuple[bool, bool]:
        """Say whether a file holds what its name says, and whether its place was known to be on the disk.

        It is read where that is not known, and its time is set, so that nobody collects it. All of that is done with the
        file that is open: what comes to its place meanwhile is no hit.
        """
        facts = self._reader().facts(hit.name, hit.found)
        settled = self._hits.settled(hit.name, facts_of(hit.found))
        known = facts is not None and (self._hits.believed(hit.name, facts) or self._hits.verified(hit.name, facts))
        if not (known or _is_true(hit)) or not (settled or _is_durable(hit)):
            return False, False
        now = os.fstat(hit.descriptor)  # asked before its time is set, which hides who changed it meanwhile
        unchanged = _marks(now) == _marks(hit.found)
        at = _renewed(hit.descriptor) or hit.found.st_mtime_ns
        if not _stands(hit):
            return False, False
        if unchanged:
            after = self._now[hit.name] = (*facts_of(hit.found)[:3], at)
            if facts is not None:
                self._note(hit.name, facts, after, read=not known)
        return True, settled

    def wrote(self, name: str, facts: Facts) -> None:
        """Note a file that was written; whether others can change it is asked when it is to be believed."""
        self._now[name] = facts

    def settle(self) -> None:
        """Note all of it: the folders are on the disk now."""
        self._hits.settle(self._now)
        if self._hits.memory is not None:
            self._hits.memory.note(self._read)
            self._hits.memory.renew(self._renewed)

    def _note(self, name: str, before: Facts, after: Facts, *, read: bool) -> None:
        """Note that a true file that only this user can change has another time now."""
        if read or name in self._read:
            self._read[name] = after
        else:
            self._renewed[name] = (before, after)


def _is_true(hit: Hit) -> bool:
    """Whether a file holds what its name says; what cannot be read is written anew."""
    size = hit.found.st_size
    scratch = memoryview(bytearray(min(size, _AT_ONCE) or 1))

    def fill(offset: int, piece: memoryview) -> None:
        plain.fill(hit.descriptor, hit.path, hit.name, offset, piece)

    try:
        must_be(hit.name, size, scratch, fill)
    except (IntegrityError, RegistryError):
        return False
    return True


def _is_durable(hit: Hit) -> bool:
    """Bring a file to the disk that another process put there: a copy that was just made need not be."""
    try:
        os.fsync(hit.descriptor)
    except OSError as error:
        return error.errno != errno.EIO  # some file systems sync nothing
    return True


def _marks(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _renewed(descriptor: int) -> int | None:
    """Set the time of a file; return it, None where the system does not let us.

    It is not asked for afterwards: who changes the file meanwhile gives it another one, which is not to be believed.
    """
    now = time.time_ns()
    try:
        os.utime(descriptor, ns=(now, now))
    except OSError:  # somebody else's; whoever needs it looks again in his commit
        return None
    return now


def _stands(hit: Hit) -> bool:
    """Whether the file that was opened is still the one in its place."""
    try:
        return os.path.samestat(hit.path.lstat(), hit.found)
    except OSError:  # collected this moment
        return False
