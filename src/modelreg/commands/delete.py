"""``delete REF…``: refused while something holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Delete versions or a registered model; refused while something holds it",
    arguments=(Argument("refs", "ref", "train/clf:v0, or churn for a registered model", many=True),),
    options=(
        MESSAGE,
        Option("--force", flag=True, help="also what is linked, aliased or protected"),
    ),
    examples=(
        "delete train/clf:v0",
        "delete train/clf:v1 train/clf:v2",
        "delete churn --force",
    ),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.delete(*args.refs, message=args.message or "", force=args.force))
