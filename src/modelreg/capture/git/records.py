"""What is known of the code's repository, and what a checkout of it gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.capture.secrets import Found

__all__ = ["Changed", "Git", "Kept", "Restored", "Untracked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A tracked file that is not what the commit holds."""

    path: str
    status: str
    """One letter as git writes it: A added, D deleted, M modified, R renamed, T another type, U unmerged."""
    blob: str | None = None
    """What the commit holds: git's own id."""
    size: int | None = None
    """Bytes in the working tree; None where it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An imported module that the commit and the patch do not hold."""

    path: str
    """Below the top level, with slashes."""
    size: int
    content: bytes | None = None
    """Without secrets; None where it is too large or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untracked:
    """A file that git does not know."""

    path: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """The state of the code when a model was registered; every secret is taken out."""

    commit: str | None = None
    branch: str | None = None
    """None when HEAD is detached."""
    remote: str | None = None
    """Where it came from, without user, query and fragment."""
    top: str | None = None
    """Its top level on this machine; without a repository the directory itself."""
    relative: str = ""
    """From the top level to the directory, with slashes."""
    dirty: bool | None = None
    """Whether tracked files differ from the commit; None where git did not tell."""
    patch: bytes | None = None
    """From the commit (or from nothing, where there is none) to the working tree; None where it could not be kept."""
    stat: str = ""
    """The summary of a patch that was too large."""
    changed: tuple[Changed, ...] = ()
    modules: tuple[Kept, ...] = ()
    untracked: tuple[Untracked, ...] = ()
    untracked_count: int = 0
    pushed: bool | None = None
    """Whether a remote branch holds the commit, as far as this clone knows."""
    redactions: tuple[Found, ...] = ()
    warnings: tuple[str, ...] = ()
    """What a person should know who counts on this record."""
    errors: tuple[str, ...] = ()
    """What could not be found out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A checkout of a record."""

    directory: Path | None
    """Its top level; None where nothing was made."""
    how: str = ""
    """``worktree``, ``clone`` or ``files``."""
    origin: Path | None = None
    """The repository whose worktree it is."""
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
