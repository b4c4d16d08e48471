"""``lineage REF``: what a version came from, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option
from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Lineage
    from modelreg.views import View

COMMAND = Command(
    summary="Show the data, runs and versions that a version came from and led to",
    arguments=(Argument("ref", "ref", "a version: churn:v3, churn:production, data/train:v0"),),
    options=(Option("--depth", "number", "how many versions away, 1 to 50; default 4"),),
    examples=("lineage churn:production", "lineage data/train:v0"),
)


def run(nb: Session, args: Arguments) -> View[Lineage]:
    """Return the graph."""
    depth = {} if args.depth is None else {"depth": args.depth}
    try:
        return nb.view(nb.registry.lineage(args.ref, **depth))
    except NotFoundError as error:
        from modelreg.capture.data.flows import is_data

        if is_data(nb.scope.get(args.ref)):  # which models used it is asked of the list
            error.tries = (f"versions data == {args.ref}",)
        raise
