"""``gc``: free what no version needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Report
    from modelreg.views import View

COMMAND = Command(
    summary="Say what no version needs any more; with --run delete it",
    options=(
        Option("--run", flag=True, help="delete it"),
        Option("--grace", "number", "hours that something must have been unneeded; default 24", metavar="HOURS"),
    ),
    examples=(
        "gc",
        "gc --run",
        "gc --run --grace 0",
    ),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[Report]:
    """Return what is freed."""
    grace = 24.0 if args.grace is None else float(args.grace)
    return nb.view(nb.registry.gc(run=args.run, grace=grace))
