"""``export REF DIRECTORY``: the library's own file format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Report
    from modelreg.views import View

COMMAND = Command(
    summary="Write a version in its library's own file format",
    arguments=(
        Argument("ref", "ref", "the version: churn:v3, train/clf:v0"),
        Argument("directory", "path", "a new or empty directory"),
    ),
    options=(
        Option("--trust", flag=True, help="approve the contents for this once"),
        Option("--expect", "text", "the content id that must come, which is an approval too", metavar="b3:…"),
    ),
    examples=("export churn:production exported",),
    group="back",
)


def run(nb: Session, args: Arguments) -> View[Report]:
    """Write the files and list them."""
    return nb.view(nb.registry.export(args.ref, args.directory, trust=args.trust, expect=args.expect))
