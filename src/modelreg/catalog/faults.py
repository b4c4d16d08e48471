"""What the database says, in our own words: every driver error becomes one of ours."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from modelreg.errors import DamagedError, LockedError, ReadOnlyError, RegistryError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE: Final = 30.0
"""Seconds that a write waits for the lock."""

_DAMAGED: Final = "the catalog {place} is damaged ({said}); nothing was written"
_FAULTS: Final[tuple[tuple[str, type[RegistryError], str, tuple[str, ...]], ...]] = (
    (
        "locked",
        LockedError,
        "the registry {place} was locked by another writer for {patience:g} s; nothing was written",
        (),
    ),
    ("readonly", ReadOnlyError, "the registry {place} is read-only", ()),
    ("read-only", ReadOnlyError, "the registry {place} is read-only", ()),
    (
        "disk is full",
        StorageError,
        "the disk is full: nothing was written to {place}; free some space and try again",
        ("du",),
    ),
    ("disk i/o error", StorageError, "the disk of {place} reports an error; nothing was written", ()),
    (
        "unable to open",
        StorageError,
        "the catalog {place} cannot be opened: is the directory still there?",
        (),
    ),
    (
        "not a database",
        DamagedError,
        "{place} is not a catalog of modelreg; it was left as it is",
        ("check",),
    ),
    ("malformed", DamagedError, _DAMAGED, ("check",)),
    ("no such table", DamagedError, _DAMAGED, ("check",)),
)
"""What SQLite says -> our error, its message, the next line."""


@contextmanager
def translated(place: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Raise what the database raises inside as one of our errors, naming ``place``."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise translate(error, place, patience) from error


def translate(error: Exception, place: Path, patience: float = PATIENCE) -> Exception:
    """Return our error for a driver error; one that is a bug of ours comes back as it is."""
    said = str(getattr(error, "orig", None) or error)
    for words, kind, message, tries in _FAULTS:
        if words in said.lower():
            return kind(message.format(place=place, said=said, patience=patience), tries=tries)
    return error


def is_locked(error: Exception) -> bool:
    """Whether the error says that somebody else holds the lock."""
    return "locked" in str(getattr(error, "orig", None) or error).lower()
