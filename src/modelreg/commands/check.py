"""``check``: is everything there and whole?"""  # noqa: D400

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Report
    from modelreg.views import View

COMMAND = Command(
    summary="Check the registry",
    options=(
        Option("--read-data", flag=True, help="read and check every stored byte"),
        Option("--rebuild", flag=True, help="bring back a lost catalog from its records and backups"),
    ),
    examples=(
        "check",
        "check --read-data",
    ),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[Report]:
    """Return what was found."""
    return nb.view(nb.registry.check(read_data=args.read_data, rebuild=args.rebuild, progress=nb.progress()))
