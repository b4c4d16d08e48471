"""``metric NAME METRIC lower``: which way is better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.commands.declare import MESSAGE, Argument, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.errors import UsageError
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


_WORDS: Final = {
    "higher": frozenset({"up", "high", "more", "max", "maximize", "maximise", "greater", "larger", "asc", "+"}),
    "lower": frozenset({"down", "low", "less", "min", "minimize", "minimise", "smaller", "desc"}),
}
"""Direction -> what else it is called."""


def mistaken(nb: Session, given: Sequence[str]) -> UsageError | None:
    """Return the error for a line that gives a metric a value, with the line that does; None for any other."""
    from modelreg.errors import UsageError
    from modelreg.names import quote

    metric = next((text for text in given[1:] if "=" in text), None)
    if metric is None:
        meant = next((way for way, words in _WORDS.items() if given[2:3] and given[2].casefold() in words), None)
        if meant is None:
            return None
        msg = f"DIRECTION is lower or higher or none, not {given[2]!r}"
        return UsageError(msg, tries=(" ".join(["metric", quote(given[0]), quote(given[1]), meant]),))
    name = given[0].replace("@", ":").partition(":")[0]
    held = next((variable for variable, home in nb.notebook.registered_as.items() if home == name), "OBJ")
    msg = f"metric says which way a metric is better; its value comes with the model: --metric {metric}"
    obj = held if nb.kernel else "--path FILE"
    return UsageError(msg, tries=(f"register {obj} {quote(name)} --metric {metric}",))


def run(nb: Session, args: Arguments) -> View[Change]:
    """Do it and say what changed."""
    if (error := mistaken(nb, (args.name, args.metric))) is not None:
        raise error
    direction = None if args.direction == "none" else args.direction
    return nb.view(nb.registry.metric(args.name, args.metric, direction, message=args.message or ""))
