"""``untrust REF``: take an approval back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Take back the approval of a version's contents on this machine",
    arguments=(Argument("ref", "ref", "the version: churn:v3, train/clf:v0"),),
    examples=("untrust churn:v3",),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.untrust(args.ref))
