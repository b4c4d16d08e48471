"""``compare [NAME | REF…]``: versions side by side, only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command
from modelreg.errors import UsageError

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Comparison
    from modelreg.views import View

COMMAND = Command(
    summary="Compare versions: only what differs, with direction and delta",
    arguments=(
        Argument(
            "refs",
            "ref",
            "versions; a registered model alone is its newest against production",
            optional=True,
            many=True,
        ),
    ),
    examples=(
        "compare churn",
        "compare churn:v2 churn:v3",
        "compare churn:production churn-eu:v1 churn-us:v4",
    ),
)


def run(nb: Session, args: Arguments) -> View[Comparison]:
    """Return the comparison."""
    return nb.view(nb.registry.compare(*(args.refs or [_only(nb)])))


def _only(nb: Session) -> str:
    """Return the registered model that is meant when none is named: the last of this notebook, or the only one."""
    from modelreg.names import quote

    here = list(nb.notebook.registered_as.values())
    if here:
        return here[-1]
    page = nb.registry.models(limit=2)
    if len(page) == 1:
        return page[0].name
    msg = "compare what? Name a registered model or versions"
    raise UsageError(msg, tries=tuple(f"compare {quote(model.name)}" for model in page) or COMMAND.examples[:1])
