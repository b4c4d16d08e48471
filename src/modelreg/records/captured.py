"""What was captured around a version, as those who ask for it get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelreg.records.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Code that was captured with a version."""

    version: Version
    name: str
    """``slice.py``: the statements that made it; ``session.ipynb``: all that ran; ``notebook.ipynb``: the saved file."""
    data: bytes = field(repr=False)
    cells: tuple[str, ...] = field(default=(), repr=False)
    """What is shown of it: the sources, one after the other."""
    heads: tuple[str, ...] = ()
    """Of each of them when it ran and how that ended, ``[3] failed: ValueError``; of statements nothing."""
    uncertain: tuple[tuple[str, str], ...] = ()
    """Why the statements may not be all: pairs of reason and place."""
    outside: tuple[str, ...] = ()
    """Names that they need and do not bind."""
    saved: str = ""
    """The file that it was written to, if it was."""
