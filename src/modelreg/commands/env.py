"""``env REF``: the packages that a version needs, and how this kernel differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Report
    from modelreg.views import View

COMMAND = Command(
    summary="Show the Python and the packages that a version needs, and how this kernel differs",
    arguments=(Argument("ref", "ref", "the version: churn:v3, churn:production"),),
    examples=("env churn:v3", "env churn:production --frame"),
    more="What would keep the model from loading stands first, with the line that installs it.",
)


def run(nb: Session, args: Arguments) -> View[Report]:
    """Return packages and differences."""
    return nb.view(nb.registry.env(args.ref))
