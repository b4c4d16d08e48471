"""``create NAME``: an empty registered model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import RegisteredModel
    from modelreg.views import View

COMMAND = Command(
    summary="Make an empty registered model",
    arguments=(Argument("name", "text", "its name"),),
    options=(
        Option("--description", "text", "what it is, in Markdown"),
        Option("--tag", "tag", "a tag", metavar="KEY[=VALUE]", repeatable=True),
        MESSAGE,
    ),
    examples=(
        "create churn",
        'create "MNIST Grayscale 28x28" --description "digits"',
    ),
    group="edit",
)


def run(nb: Session, args: Arguments) -> View[RegisteredModel]:
    """Make it and show it; a name that another one has but for its case is warned of."""
    from modelreg.records import Change
    from modelreg.verbs import withholding

    said = {"description": args.description or "", "tags": args.tag, "message": args.message or ""}
    made = nb.registry.create(args.name, **said)
    withheld = withholding.note(**said)
    if withheld:
        nb.note(Change(text=withheld, changed=False))
    for twin in nb.registry.twins(made.name):
        nb.note(Change(text=f"{made.name!r} is new and differs from {twin!r} by case only", changed=False))
    return nb.view(made)
