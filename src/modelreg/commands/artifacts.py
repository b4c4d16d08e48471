"""``artifacts [QUERY]``: where the versions come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option
from modelreg.commands.models import limit, shown

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Collection, Page
    from modelreg.views import View

COMMAND = Command(
    summary="List the artifacts: what was logged, also where no registered model has it",
    arguments=(Argument("query", "query", "a name, a pattern or a condition", optional=True, completer="model-query"),),
    options=(
        Option("--limit", "number", "how many rows, 1 to 1000"),
        Option("--page", "text", "the page after: .next of the list before", metavar="TOKEN"),
    ),
    examples=("artifacts", "artifacts train/*"),
)


def run(nb: Session, args: Arguments) -> View[Page[Collection]]:
    """Return one page of them."""
    from modelreg.commands.query import of_models
    from modelreg.records import Artifact

    query = of_models(args.query)
    page = nb.registry.artifacts(query, limit=limit(args), token=args.page)
    return nb.view(page, of=Artifact, query=query or "", line="artifacts", shown=shown(nb, args))
