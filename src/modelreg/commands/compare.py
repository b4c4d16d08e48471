"""``compare [NAME | REF…]``: versions side by side, only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command
from modelreg.errors import UsageError
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    from modelreg.errors import NotFoundError

    try:
        return nb.view(nb.registry.compare(*(args.refs or [_only(nb)])))
    except NotFoundError as error:
        raise _variables(nb, args.refs or ()) or error from None


def _variables(nb: Session, refs: Sequence[str]) -> UsageError | None:
    """Return the error for variables in the place of versions, with the line that compares what they are known to be."""
    known = {model.name for model in nb.registry.models(limit=1000)}
    names = [ref for ref in dict.fromkeys(refs) if ref in nb.scope and ref not in known]
    if not names:
        return None
    told = {name: nb.notebook.live.known(nb.scope[name], name) for name in names}
    stands = {name: one.told(name)[0].source for name, one in told.items() if one is not None and one.told(name)}
    said = [f"{name} {'was kept as ' + stands[name] if name in stands else 'is not registered'}" for name in names]
    msg = f"compare takes versions, not variables; {', '.join(said)}"
    line = [quote(stands.get(ref, ref)) for ref in refs]
    new = next((name for name in names if name not in stands), None)
    tries = [
        f"register {new} NAME" if new else f"compare {' '.join(line)}" if len(set(line)) > 1 else f"status {names[0]}"
    ]
    return UsageError(msg, tries=(*tries, *([f"status {names[0]}"] if len(set(line)) > 1 else [])))


def _only(nb: Session) -> str:
    """Return the registered model that is meant when none is named: the last of this notebook, or the only one."""
    here = list(nb.notebook.registered_as.values())
    if here:
        return here[-1]
    page = nb.registry.models(limit=2)
    if len(page) == 1:
        return page[0].name
    msg = "compare what? Name a registered model or versions"
    raise UsageError(msg, tries=tuple(f"compare {quote(model.name)}" for model in page) or COMMAND.examples[:1])
