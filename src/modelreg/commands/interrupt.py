"""What became of a command that was interrupted, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.errors import ModelRegError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.commands.session import Session

DID: Final[Mapping[str, str]] = {"register": "registered", "log": "logged", "load": "loaded"}
"""What a command would have done; all others change something."""
UNKNOWN: Final = "interrupted; run it again, nothing is done twice"


def told(session: Session, name: str) -> str:
    """Say whether the command ``name`` had done its work when it was interrupted.

    The interrupt may have come after the commit, so the registry is asked.
    """
    book = session.notebook
    operation = book.wrote
    try:
        done = session.registry.done(operation) if operation is not None else ""
    except (ModelRegError, KeyboardInterrupt):  # it is locked, or somebody lost patience with this, too
        return UNKNOWN
    if not done:
        return f"interrupted: nothing was {DID.get(name, 'changed')} and nothing is lost; run it again"
    again = (
        "; run again unchanged it is not done twice" if session.kernel and operation in book.pending.values() else ""
    )
    return f"interrupted after it was done: {done}{again}"
