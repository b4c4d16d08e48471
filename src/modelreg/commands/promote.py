"""``promote REF [STAGE]``: give a version its next stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import FORCE, MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Give a version its next stage and take the previous one from it",
    arguments=(
        Argument("ref", "ref", "the version: churn:v3"),
        Argument("stage", "alias", "the stage; default the next one", optional=True, completer="stage"),
    ),
    options=(
        MESSAGE,
        FORCE,
    ),
    examples=(
        "promote churn:v3",
        "promote churn:v3 production",
    ),
    group="stand",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.promote(args.ref, args.stage, message=args.message or "", force=args.force))
