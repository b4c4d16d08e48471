"""The story of a version, had again: as files, or run once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from modelreg.records.version import Version

REPRODUCED: Final = "reproduced"
DIFFERS: Final = "differs"
FAILED: Final = "failed"
OUTCOMES: Final = (REPRODUCED, DIFFERS, FAILED)
"""What comes of running the code of a version again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOut:
    """The files of a version in a directory of their own."""

    version: Version
    directory: str
    """As it was given."""
    work: str
    """Below it, where the notebook was: there the code finds its files."""
    how: str
    """``worktree``, ``clone`` or ``files``."""
    commit: str | None = None
    patched: bool = False
    """The changes to the commit's files, or modules that git does not know, are there too."""
    files: tuple[str, ...] = ()
    """What was written: the slice, the session, the requirements, and where there is no repository the user's own modules."""
    code: str | None = None
    """Which of them is the slice."""
    notes: tuple[str, ...] = ()
    """What is not as it was, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What came of running the code of a version again, the last time."""

    outcome: str
    """One of :data:`OUTCOMES`."""
    text: str
    """What was compared, how long it took and, where it is not reproduced, why."""
    at: int
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """What came of running the code of a version again, now."""

    version: Version
    outcome: str
    text: str
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it is reproduced."""
        return self.outcome == REPRODUCED
