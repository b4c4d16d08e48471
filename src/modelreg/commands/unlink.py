"""``unlink REF…``: end memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import FORCE, MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="End memberships; the versions stay in their artifacts",
    arguments=(Argument("refs", "ref", "the members: churn:v3", many=True),),
    options=(
        MESSAGE,
        FORCE,
    ),
    examples=(
        "unlink churn:v3",
        'unlink churn:v3 churn:v4 -m "trained on the wrong month"',
    ),
    group="keep",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.unlink(*args.refs, message=args.message or "", force=args.force))
