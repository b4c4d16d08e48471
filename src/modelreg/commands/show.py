"""``show REF``: all of a version, a registered model or an artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Detail, ModelDetail
    from modelreg.views import View

COMMAND = Command(
    summary="Show all of a version, a registered model or an artifact",
    arguments=(Argument("ref", "ref", "churn:v3, churn:production, churn, train/clf"),),
    options=(Option("--at", "time", "what the reference meant then"),),
    examples=("show churn", "show churn:production", "show churn:production --at yesterday"),
)


def run(nb: Session, args: Arguments) -> View[Detail | ModelDetail]:
    """Return it."""
    from modelreg.records import Detail, RegisteredModel

    shown = nb.registry.show(args.ref, at=args.at)
    home = shown.version.home if isinstance(shown, Detail) else shown.model.name
    if isinstance(shown, Detail):
        return nb.view(shown, model=None if "/" in home else nb.registry.model(home))
    return nb.view(shown, model=shown.model if isinstance(shown.model, RegisteredModel) else None)
