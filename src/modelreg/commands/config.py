"""``config [KEY [VALUE]]``: what the user prefers, in one file for kernels and terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Argument, Command, Option, missing

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.views import View

COMMAND = Command(
    summary="Show or change settings; they hold for all kernels and terminals of the user",
    arguments=(
        Argument("key", "text", "the setting", optional=True, completer="setting"),
        Argument("value", "text", "its new value", optional=True),
    ),
    options=(Option("--unset", flag=True, help="go back to the default"),),
    examples=("config", "config page_size 50", "config page_size --unset"),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[Any]:
    """Return the settings, or what was changed."""
    from modelreg import settings
    from modelreg.records import Change, Report

    if args.unset and args.key is None:
        raise missing("config --unset", COMMAND, "KEY (the setting)", COMMAND.examples[2:])
    if args.value is not None or args.unset:
        path = settings.write(args.key, None if args.unset else args.value)
        now = settings.read()[args.key]
        if args.key == "capture":
            nb.notebook.log.on = now == "on"  # other kernels find it when they load the extension
        said = "is the default again" if args.unset else f"is {now}"
        return nb.view(Change(text=f"{args.key} {said} (in {path})"))
    values = settings.read()
    if args.key is not None and args.key not in values:
        settings.write(args.key, None)  # raises: there is no such setting
    shown = [key for key in settings.KEYS if args.key in {None, key}]
    rows = [{"setting": key, "value": values[key], "meaning": settings.KEYS[key][2]} for key in shown]
    return nb.view(Report(title="settings", rows=rows, summary=str(settings.config_file())))
