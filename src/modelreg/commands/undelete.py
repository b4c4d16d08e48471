"""``undelete REF``: bring back what was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Bring back a deleted version or registered model with its links",
    arguments=(Argument("ref", "ref", "as it was called: train/clf:v0, churn"),),
    options=(MESSAGE,),
    examples=("undelete train/clf:v0",),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.undelete(args.ref, message=args.message or ""))
