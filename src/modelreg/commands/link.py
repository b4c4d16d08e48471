"""``link REF NAME``: make a version a member of a registered model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Registration
    from modelreg.views import View

COMMAND = Command(
    summary="Link a version to a registered model; copies no bytes",
    arguments=(
        Argument("ref", "ref", "the version: train/clf:v0, churn:v3"),
        Argument("name", "model", "the registered model; made when it does not exist"),
    ),
    options=(Option("-a/--alias", "alias", "an alias that the version gets there", repeatable=True), MESSAGE),
    examples=("link train/clf:v0 churn", "link churn:production churn-eu -a staging"),
    group="keep",
)


def run(nb: Session, args: Arguments) -> View[Registration]:
    """Link the version and say where it stands."""
    done = nb.registry.link(args.ref, args.name, aliases=args.alias, message=args.message or "")
    return nb.view(done, model=nb.registry.model(done.version.home))
