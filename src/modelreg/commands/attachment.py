"""``attachment REF [NAME]``: a picture, table or file that is kept with a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Attached
    from modelreg.views import View

COMMAND = Command(
    summary="Show or save a picture, table or file that is attached to a version",
    arguments=(
        Argument("ref", "ref", "the version: churn:v3, churn:production"),
        Argument(
            "name", "text", "the attachment; left out where there is one only", optional=True, completer="attachment"
        ),
    ),
    options=(Option("--to", "path", "a new file, or a folder to save it in"),),
    examples=("attachment churn:v3 confusion", "attachment churn:production scores --to scores.csv"),
    more="What is attached to a version is listed by show. With --frame a table comes back as a DataFrame.",
)


def run(nb: Session, args: Arguments) -> View[Attached]:
    """Show it, or say where it was saved."""
    return nb.view(nb.registry.attachment(args.ref, args.name, to=args.to))
