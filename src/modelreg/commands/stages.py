"""``stages NAME a,b,c``: the stages of a registered model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Set the stages of a registered model, in order",
    arguments=(
        Argument("name", "model", "the registered model"),
        Argument("stages", "text", "their names with commas between", completer="stage"),
    ),
    options=(MESSAGE,),
    examples=("stages churn staging,canary,production",),
    group="stand",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    stages = [stage.strip() for stage in args.stages.split(",") if stage.strip()]
    return nb.view(nb.registry.stages(args.name, stages, message=args.message or ""))
