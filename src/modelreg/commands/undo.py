"""``undo``: take back the last change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Take back the last change made from this notebook; again: the one before",
    options=(MESSAGE,),
    examples=("undo",),
    group="stand",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Take it back and say what is as before."""
    return nb.view(nb.registry.undo(message=args.message or ""))
