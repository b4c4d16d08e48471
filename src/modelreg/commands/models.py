"""``models [NAME] [QUERY]``: the registered models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.commands.declare import Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Page, RegisteredModel
    from modelreg.views import View

LONGEST: Final = 1000
"""How many records one list can hold."""

PAGING = (
    Option("--order", "field", "sort by a field of the query; with - before it descending", metavar="FIELD"),
    Option("--limit", "number", "how many rows, 1 to 1000"),
    Option("--page", "text", "the page after: .next of the list before", metavar="TOKEN"),
)
"""Options of lists."""

COMMAND = Command(
    summary="List the registered models",
    arguments=(
        Argument(
            "query",
            "query",
            'a name, a pattern or a condition: churn-*, "production" in aliases',
            optional=True,
            completer="model-query",
        ),
    ),
    options=PAGING,
    examples=(
        "models",
        "models churn-*",
        'models "production" in aliases and updated > "2026-01-01"',
        "models --order -versions",
    ),
)


def run(nb: Session, args: Arguments) -> View[Page[RegisteredModel]]:
    """Return one page of them."""
    from modelreg.commands.query import elsewhere, no_sql, of_models, typed
    from modelreg.errors import QueryError
    from modelreg.records import RegisteredModel

    no_sql("models", args.query, live=nb.kernel)
    query = of_models(args.query)
    try:
        page = nb.registry.models(
            query,
            order=args.order or "-updated",
            limit=limit(args),
            token=args.page,
            names=nb.scope if nb.kernel else None,
        )
    except QueryError as error:
        of = elsewhere(nb, args.query)
        if of is not None:
            error.tries = (f"versions {of}",)
            raise
        scope = nb.scope if nb.kernel else None
        raise typed(error, "models", query, args.order, live=nb.kernel, names=scope) from None
    return nb.view(page, of=RegisteredModel, query=query or "", line=ordered("models", args), shown=shown(nb, args))


def ordered(line: str, args: Arguments) -> str:
    """Return the line of a list with the order that was asked for."""
    from modelreg.names import quote

    return line if args.order is None else f"{line} --order {quote(args.order)}"


def shown(nb: Session, args: Arguments) -> int | None:
    """Return how many rows the table of a list shows; None: all that the line asks for."""
    return nb.page_size if args.limit is None else None


def limit(args: Arguments) -> int:
    """Return how many records a list holds: what the line says, else as many as a page can have."""
    return LONGEST if args.limit is None else int(args.limit)
