"""``delete REF``: refused while something holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Delete a version or a registered model; refused while something holds it",
    arguments=(Argument("ref", "ref", "train/clf:v0, or churn for a registered model"),),
    options=(
        MESSAGE,
        Option("--force", flag=True, help="also what is linked, aliased or protected"),
    ),
    examples=(
        "delete train/clf:v0",
        "delete churn --force",
    ),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.delete(args.ref, message=args.message or "", force=args.force))
