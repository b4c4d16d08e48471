"""``versions [NAME] [QUERY]``: the versions of a registered model, an artifact, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command
from modelreg.commands.models import PAGING, limit, ordered, shown

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Page, RegisteredModel, Version
    from modelreg.views import View

COMMAND = Command(
    summary="List versions; the query spans everything when no name is given",
    arguments=(
        Argument(
            "query",
            "query",
            "a name, then a condition: churn metrics.auc > 0.9 and params.max_depth <= 8",
            optional=True,
            completer="version-query",
        ),
    ),
    options=PAGING,
    examples=(
        "versions churn",
        "versions churn metrics.auc > 0.9 and params.max_depth <= 8",
        'versions "production" in aliases',
        "versions churn --order -metrics.auc --limit 5",
    ),
)


def run(nb: Session, args: Arguments) -> View[Page[Version]]:
    """Return one page of them."""
    from modelreg.commands.query import asked, no_sql, of_versions, typed
    from modelreg.errors import QueryError
    from modelreg.names import quote
    from modelreg.records import Version

    scope = nb.scope if nb.kernel else None
    no_sql("versions", args.query, live=nb.kernel)
    name, query = of_versions(args.query, scope)
    begun = "versions" if name is None else f"versions {quote(name)}"
    try:
        page = nb.registry.versions(
            name, query, order=args.order or "-version", limit=limit(args), token=args.page, names=scope
        )
    except QueryError as error:
        raise typed(error, begun, query, args.order, live=nb.kernel, names=scope) from None
    line = ordered(begun, args)
    return nb.view(
        page,
        of=Version,
        name=name or "",
        query=query or "",
        fields=asked(query, args.order, scope or {}),
        line=line,
        shown=shown(nb, args),
        model=_model(nb, name),
    )


def _model(nb: Session, name: str | None) -> RegisteredModel | None:
    """Return the registered model whose versions are listed: it tells protected aliases and metric directions."""
    return None if name is None or "/" in name else nb.registry.model(name)
