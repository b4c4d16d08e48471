"""``unalias NAME ALIAS``: remove an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import ALIASED, FORCE, MESSAGE, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Remove an alias",
    arguments=ALIASED,
    options=(MESSAGE, FORCE),
    examples=("unalias churn staging",),
    group="stand",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.unalias(args.name, args.alias, message=args.message or "", force=args.force))
