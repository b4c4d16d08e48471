"""``checkout REF DIRECTORY``: the files that made a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records.replay import CheckedOut
    from modelreg.views import View

COMMAND = Command(
    summary="Lay out the files that made a version: commit, changes, modules, code and requirements",
    arguments=(
        Argument("ref", "ref", "the version: churn:v3, churn:production"),
        Argument("directory", "path", "a new or empty directory"),
    ),
    options=(Option("--from", "path", "a clone that holds the commit; default: where it was registered"),),
    examples=("checkout churn:v3 ../churn-v3",),
    more="A worktree of your repository at the commit of the version, with what was not committed then. Your own files,\n"
    "index and branches stay as they are, and nothing runs. `git worktree remove DIRECTORY` takes it away again.",
)


def run(nb: Session, args: Arguments) -> View[CheckedOut]:
    """Write the files and say where the code is."""
    return nb.view(nb.registry.checkout(args.ref, args.directory, source=getattr(args, "from")))
