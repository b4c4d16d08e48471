"""``history [NAME] [--at TIME]``: who did what, when and why; and what was production then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Argument, Command, Option
from modelreg.commands.models import limit, shown
from modelreg.errors import UsageError

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.views import View

COMMAND = Command(
    summary="Show who did what, when and why; with --at what every alias meant then",
    arguments=(Argument("name", "ref", "a registered model, artifact or version; default everything", optional=True),),
    options=(
        Option("--at", "time", "a time: 2026-10-01, '2026-10-01 14:30', yesterday, '3 hours ago'"),
        Option("--kind", "text", "only actions of this kind: alias-moved-here, linked, deleted", repeatable=True),
        Option("--oldest-first", flag=True, help="begin at the beginning"),
        Option("--limit", "number", "how many rows, 1 to 1000"),
        Option("--page", "text", "the page after: .next of the list before", metavar="TOKEN"),
    ),
    examples=("history churn", "history churn:v3", "history churn --at yesterday"),
)


def run(nb: Session, args: Arguments) -> View[Any]:
    """Return one page of the history, or one moment of it."""
    from modelreg.names import quote
    from modelreg.records import Action

    if args.at is not None:
        if args.name is None:
            msg = "history --at needs the name of a registered model or artifact"
            raise UsageError(msg, tries=COMMAND.examples[2:3])
        return nb.view(nb.registry.moment(args.name, args.at))
    page = nb.registry.history(
        args.name, limit=limit(args), token=args.page, kinds=args.kind, newest_first=not args.oldest_first
    )
    line = "history" if args.name is None else f"history {quote(args.name)}"
    line = " ".join(
        [line, *(f"--kind {kind}" for kind in args.kind), *(["--oldest-first"] if args.oldest_first else [])]
    )
    return nb.view(page, of=Action, name=args.name or "", line=line, shown=shown(nb, args))
