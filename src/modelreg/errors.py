"""Everything that modelreg raises on purpose.

::

    ModelRegError
    ├── InvalidError            ValueError       an argument, name, reference or expression cannot be meant
    │   ├── QueryError                           a query; carries the column of the fault
    │   └── UsageError                           a command line
    ├── NotFoundError           LookupError      a name, number or alias that is not there
    ├── AlreadyExistsError      ValueError       a name that is taken
    ├── ConflictError           RuntimeError     somebody else was faster (compare-and-set)
    ├── RefusedError            PermissionError  guarded: protected, linked or aliased things
    ├── UntrustedModelError     PermissionError  loading would run code that nobody here approved
    ├── IntegrityError          OSError          bytes that are missing or not what was registered
    ├── UnpicklableError        TypeError        an object that cannot become bytes
    ├── UnloadableError         RuntimeError     whole contents that do not become an object here
    ├── MissingLibraryError     ImportError      a library that the stored model needs
    └── RegistryError           OSError          the registry itself
        ├── ReadOnlyError                        it cannot be written
        ├── LockedError                          somebody holds its write lock
        ├── DamagedError                         its catalog cannot be read
        ├── NewerRegistryError                   it was written by a newer modelreg
        └── StorageError                         the disk refuses (full, gone, no permission)

A message names the thing, says what is there instead and, where there is one, gives the next line to type. That line is
kept apart (``tries``), so that the notebook shows it with ``%modelreg`` and the terminal with ``modelreg``.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SHOWN = 8
"""How many of the things that do exist a message lists."""


class ModelRegError(Exception):
    """Base of every error that modelreg raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong, in one sentence without the final full stop.
    tries : sequence of str, optional
        Command lines, without ``%modelreg``, that lead on from here.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, tries: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.tries = tuple(tries)

    def __str__(self) -> str:
        return self.sentence("%modelreg")

    def sentence(self, program: str, write: Callable[[str], str] = str) -> str:
        """Return the message with its next lines as typed after ``program``, each as ``write`` makes it."""
        if not self.tries:
            return self.message
        lines = " or ".join(f"{program} {write(line)}" for line in self.tries)
        stop = "" if self.message.endswith("?") else "."
        return f"{self.message}{stop} Try {lines}"


class Slip(NamedTuple):
    """A piece of a command line that was probably meant otherwise."""

    column: int | None
    """Where it stands; None: the argument that says just this."""
    wrong: str
    right: str


class InvalidError(ModelRegError, ValueError):
    """An argument that cannot be meant.

    Parameters
    ----------
    message : str
        What is wrong.
    tries : sequence of str, optional
        Command lines that lead on from here.
    slip : Slip, optional
        What to write in its place, where that is clear: whoever has the whole line makes the next one of it.
    """

    kind = "invalid"

    def __init__(self, message: str, *, tries: Sequence[str] = (), slip: Slip | None = None) -> None:
        super().__init__(message, tries=tries)
        self.slip = slip


class QueryError(InvalidError):
    """A query that cannot be understood.

    Parameters
    ----------
    message : str
        What is wrong.
    column : int, optional
        Where in the query, counted from 0.
    query : str, optional
        The query, to show the place.
    meant : str, optional
        The query as it was probably meant, where that is clear.
    """

    kind = "invalid-query"

    def __init__(
        self, message: str, *, column: int | None = None, query: str = "", meant: str = "", tries: Sequence[str] = ()
    ) -> None:
        where = f" at column {column + 1} of the query" if column is not None else ""
        near = f" (near {query[column : column + 20]!r})" if column is not None and query[column:] else ""
        super().__init__(f"{message}{where}{near}", tries=tries)
        self.column = column
        self.query = query
        self.meant = meant


class UsageError(InvalidError):
    """A command line that cannot be understood."""

    kind = "usage"


class NotFoundError(ModelRegError, LookupError):
    """A name, number or alias that is not there."""

    kind = "not-found"


class AlreadyExistsError(ModelRegError, ValueError):
    """A name that is taken."""

    kind = "already-exists"


class ConflictError(ModelRegError, RuntimeError):
    """The thing changed since the caller looked at it."""

    kind = "conflict"


class RefusedError(ModelRegError, PermissionError):
    """A guarded change; the message names what holds the thing."""

    kind = "refused"


class UntrustedModelError(ModelRegError, PermissionError):
    """Loading would run code that nobody on this machine has approved."""

    kind = "untrusted"


class IntegrityError(ModelRegError, OSError):
    """Stored bytes are missing or are not those that were registered."""

    kind = "integrity"


class UnpicklableError(ModelRegError, TypeError):
    """An object that cannot become bytes; the message names the attribute."""

    kind = "unpicklable"


class UnloadableError(ModelRegError, RuntimeError):
    """Contents are whole, but what they are made of is not here as it was, or its code raises."""

    kind = "unloadable"


class MissingLibraryError(ModelRegError, ImportError):
    """A library that is needed to load a version is not installed."""

    kind = "missing-library"


class RegistryError(ModelRegError, OSError):
    """The registry itself cannot be used as asked."""

    kind = "registry"


class ReadOnlyError(RegistryError):
    """The registry cannot be written."""

    kind = "read-only"


class LockedError(RegistryError):
    """The write lock was held elsewhere for too long; nothing was written."""

    kind = "locked"


class DamagedError(RegistryError):
    """The catalog cannot be read."""

    kind = "damaged"


class NewerRegistryError(RegistryError):
    """The registry was written by a newer modelreg."""

    kind = "newer"


class StorageError(RegistryError):
    """The disk refuses: full, gone, or no permission."""

    kind = "storage"


def alike(wanted: str, existing: Iterable[str]) -> list[str]:
    """Return at most three of what exists that ``wanted`` may be meant for: those that begin so, else close ones."""
    names = list(existing)
    begun = [name for name in names if wanted and name.casefold().startswith(wanted.casefold())]
    return begun[:3] or get_close_matches(wanted, names, n=3, cutoff=0.6)


def instead(wanted: str, existing: Iterable[str], *, none: str = "there is none yet") -> str:
    """Say what exists in place of ``wanted``: close matches first, else the first few.

    Parameters
    ----------
    wanted : str
        What the user typed.
    existing : iterable of str
        What there is.
    none : str
        What to say when nothing exists.
    """
    names = list(existing)
    if not names:
        return none
    close = alike(wanted, names)
    if close:
        return "did you mean " + " or ".join(repr(name) for name in close) + "?"
    shown = ", ".join(repr(name) for name in names[:SHOWN])
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"there is {shown}{more}"
