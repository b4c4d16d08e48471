"""``protect NAME ALIAS``: guard an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Guard an alias: moving it, and unlinking or deleting under it, then needs --force",
    arguments=(
        Argument("name", "model", "the registered model"),
        Argument("alias", "alias", "the alias to guard"),
    ),
    options=(MESSAGE,),
    examples=("protect churn production",),
    group="stand",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.protect(args.name, args.alias, message=args.message or ""))
