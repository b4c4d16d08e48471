"""``unprotect NAME ALIAS``: take the guard away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Take the guard from an alias",
    arguments=(
        Argument("name", "model", "the registered model"),
        Argument("alias", "alias", "the guarded alias"),
    ),
    options=(MESSAGE,),
    examples=("unprotect churn production",),
    group="stand",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.unprotect(args.name, args.alias, message=args.message or ""))
