"""``untag REF KEY…``: remove tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Remove tags by their keys",
    arguments=(
        Argument("ref", "ref", "churn, train/clf or churn:v3"),
        Argument("keys", "tag", "a key", many=True, completer="tagged"),
    ),
    options=(MESSAGE,),
    examples=("untag churn:v3 reviewed",),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.untag(args.ref, *args.keys, message=args.message or ""))
