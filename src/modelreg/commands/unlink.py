"""``unlink REF``: end a membership."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import FORCE, MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="End a membership; the version stays in its artifact",
    arguments=(Argument("ref", "ref", "the member: churn:v3"),),
    options=(
        MESSAGE,
        FORCE,
    ),
    examples=(
        "unlink churn:v3",
        'unlink churn:v3 -m "trained on the wrong month"',
    ),
    group="keep",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.unlink(args.ref, message=args.message or "", force=args.force))
