"""``help [COMMAND]``: what can be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.views import View

COMMAND = Command(
    summary="Explain the commands",
    arguments=(Argument("command", "command", "the one to explain", optional=True),),
    options=(
        Option("--all", flag=True, help="list every command"),
        Option("--version", flag=True, help="say which modelreg this is"),
    ),
    examples=("help", "help register", "help --all"),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[str]:
    """Return the ten commands that matter, all of them, or one explained."""
    from modelreg import views
    from modelreg.commands import COMMANDS, explain
    from modelreg.commands.meant import unknown

    if args.version:
        from modelreg import __version__

        lines = [f"modelreg {__version__}"]
    elif args.command is not None:
        if args.command not in COMMANDS:
            raise unknown(args.command, explain=True)
        lines = explain.command(args.command, COMMANDS[args.command].COMMAND, nb.program)
    elif args.all:
        lines = explain.everything(nb.program)
    else:
        lines = explain.overview(nb.program)
    return views.lines(lines, program=nb.program)
