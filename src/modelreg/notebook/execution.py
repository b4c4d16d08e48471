"""One execution of a cell, as the notebook's log keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What is known of one run of a cell; a cell run twice leaves two of them."""

    source: str
    transformed: str = ""
    """The same as plain Python; the source when nothing was transformed."""
    cell_id: str | None = None
    count: int | None = None
    started: int = 0
    """UTC microseconds, like `ended`."""
    ended: int = 0
    ok: bool = True
    error: str | None = None
    """The type of the error that ended it."""
    failing_line: int | None = None
    """Counted from 1 in the transformed source; 0 where nothing of it ran, as with an error of syntax."""
    bound: frozenset[str] = frozenset()
    """The names that the namespace held anew afterwards."""
    running: bool = False
    """It has not ended: it stands at `failing_line`, and no later line of it has run."""
    before_load: bool = False
    """Taken from the history: whether it succeeded is not known."""

    @property
    def code(self) -> str:
        """The Python that ran."""
        return self.transformed or self.source
