"""``rollback NAME ALIAS``: where the alias stood before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import ALIASED, FORCE, MESSAGE, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Point an alias back at the version it stood at before; again: one step further",
    arguments=ALIASED,
    options=(MESSAGE, FORCE),
    examples=(
        "rollback churn production",
        'rollback churn production -m "too many false alarms"',
    ),
    group="stand",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.rollback(args.name, args.alias, message=args.message or "", force=args.force))
