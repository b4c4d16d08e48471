"""``metric NAME METRIC lower``: which way is better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Say whether lower or higher values of a metric are better",
    arguments=(
        Argument("name", "model", "the registered model"),
        Argument("metric", "metric", "the metric"),
        Argument("direction", "text", "what is better; none: not known", choices=("lower", "higher", "none")),
    ),
    options=(MESSAGE,),
    examples=("metric churn rmse lower",),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    direction = None if args.direction == "none" else args.direction
    return nb.view(nb.registry.metric(args.name, args.metric, direction, message=args.message or ""))
