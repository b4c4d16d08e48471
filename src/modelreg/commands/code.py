"""``code REF``: the statements that made a version, the whole session, or the notebook as it was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Code
    from modelreg.views import View

COMMAND = Command(
    summary="Show or save the code that made a version",
    arguments=(Argument("ref", "ref", "the version: churn:v3, churn:production"),),
    options=(
        Option("--log", flag=True, help="all that ran in the session, as a notebook"),
        Option("--notebook", flag=True, help="the notebook file as it was saved"),
        Option("--patch", flag=True, help="what was not committed, as a patch"),
        Option("--to", "path", "a new file, or a folder to save it in"),
    ),
    examples=("code churn:v3", "code churn:production --log --to session.ipynb"),
    more="Only the statements that the object depends on are shown; what may be missing among them is said. Secrets are "
    "taken out of all code before it is kept.",
)


def run(nb: Session, args: Arguments) -> View[Code]:
    """Show it, or say where it was saved."""
    what = "session" if args.log else "notebook" if args.notebook else "patch" if args.patch else "slice"
    return nb.view(nb.registry.code(args.ref, what=what, to=args.to))
