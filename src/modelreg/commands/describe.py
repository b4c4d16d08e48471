"""``describe REF TEXT``: what it is, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Describe a registered model, artifact or version, in Markdown",
    arguments=(
        Argument("ref", "ref", "churn, train/clf or churn:v3"),
        Argument("text", "text", "the description; quote it", many=True),
    ),
    options=(MESSAGE,),
    examples=(
        'describe churn "Churn within 30 days, from the billing frame"',
        'describe churn:v3 "deeper trees"',
    ),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.describe(args.ref, " ".join(args.text), message=args.message or ""))
