"""``backup DIRECTORY``: a consistent copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Report
    from modelreg.views import View

COMMAND = Command(
    summary="Copy the live registry, consistently",
    arguments=(Argument("destination", "path", "where the copy goes"),),
    examples=("backup ~/models-copy",),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[Report]:
    """Return what was copied."""
    return nb.view(nb.registry.backup(args.destination))
