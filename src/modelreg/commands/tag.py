"""``tag REF KEY=VALUE…``: set tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Set tags on a registered model, artifact or version",
    arguments=(
        Argument("ref", "ref", "churn, train/clf or churn:v3"),
        Argument("tags", "tag", "key or key=value", many=True),
    ),
    options=(MESSAGE,),
    examples=("tag churn:v3 reviewed team=growth",),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    return nb.view(nb.registry.tag(args.ref, *args.tags, message=args.message or ""))
