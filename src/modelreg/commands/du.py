"""``du [NAME]``: how much space versions take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Report
    from modelreg.views import View

COMMAND = Command(
    summary="Say how much space versions take, logically and on disk",
    arguments=(Argument("name", "home", "the registered model or artifact; default all", optional=True),),
    examples=(
        "du",
        "du churn",
    ),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[Report]:
    """Return the sizes."""
    return nb.view(nb.registry.du(args.name))
