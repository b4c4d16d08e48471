"""``rename NAME NEW``: call it otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Rename a registered model; the old name keeps answering",
    arguments=(
        Argument("name", "model", "the registered model"),
        Argument("new", "text", "the new name"),
    ),
    options=(MESSAGE,),
    examples=('rename churn "churn 2026"',),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.rename(args.name, args.new, message=args.message or ""))
