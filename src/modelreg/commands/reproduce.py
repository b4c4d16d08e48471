"""``reproduce REF``: run the code of a version again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records.replay import Reproduction
    from modelreg.views import View

COMMAND = Command(
    summary="Run the code that made a version again, in a fresh kernel, and compare what it makes",
    arguments=(Argument("ref", "ref", "the version: churn:v3, churn:production"),),
    options=(
        Option("--timeout", "number", "seconds that it may take; default: 600", metavar="S"),
        Option("--from", "path", "a clone that holds the commit; default: where it was registered"),
        Option("--trust", flag=True, help="run the code of somebody else, for this once"),
    ),
    examples=("reproduce churn:v3", "reproduce churn:production --timeout 3600"),
    more="The code runs in a temporary checkout, which is gone afterwards. What its model answers is compared with the\n"
    "answers of the stored one, and the version is marked reproduced, differs or failed, with the reason.",
)


def run(nb: Session, args: Arguments) -> View[Reproduction]:
    """Return what came of it."""
    more = {} if args.timeout is None else {"timeout": float(args.timeout)}
    source = getattr(args, "from")
    done = nb.registry.reproduce(args.ref, trust=args.trust, source=source, progress=nb.progress(unit="cells"), **more)
    return nb.view(done)
