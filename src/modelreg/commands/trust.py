"""``trust REF``: approve contents on this machine; ``trust --list``: what is approved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Argument, Command, Option, missing

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.views import View

COMMAND = Command(
    summary="Approve the contents of a version on this machine, so that it loads",
    arguments=(Argument("ref", "ref", "the version: churn:v3", optional=True),),
    options=(Option("--list", flag=True, help="list what is approved"),),
    examples=("trust churn:v3", "trust --list"),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[Any]:
    """Approve it, or list what is approved."""
    from modelreg.records import Approval

    if args.list:
        return nb.view(nb.registry.approvals(), of=Approval)
    if args.ref is None:
        raise missing("trust", COMMAND, "REF (the version), or --list")
    done = nb.registry.trust(args.ref)
    return nb.view(done if nb.kernel else replace(done, next=None))  # a terminal cannot load
