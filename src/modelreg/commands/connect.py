"""``connect [DIRECTORY]``: use another registry in this kernel, or say where the registry is and why."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from modelreg.commands.declare import Argument, Command, Option
from modelreg.errors import ModelRegError, UsageError

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Use another registry in this kernel, or say where the registry is and why",
    arguments=(
        Argument("directory", "path", "a directory; made at the first write when it does not exist", optional=True),
    ),
    options=(Option("--default", flag=True, help="go back to the registry of the settings"),),
    examples=("connect", "connect ~/models", "connect --default"),
    group="house",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Connect, or say where the registry is."""
    from modelreg import settings
    from modelreg.catalog import create, places
    from modelreg.records import Change

    if not nb.kernel and (args.directory or args.default):
        msg = f"connect changes the registry of one kernel; in a terminal set {settings.VARIABLE}, or the config file"
        raise UsageError(msg, tries=("config registry DIRECTORY",))
    before = settings.registry(nb.notebook.place or None)
    if args.default:
        nb.stayed.clear()
        nb.notebook.place = ""
    elif args.directory:
        try:
            wanted = settings.registry(args.directory)
            places.must_serve(wanted)
        except ModelRegError as error:
            error.message += f"; this kernel stays with {before}"
            nb.stayed[:] = [f"this went to {before}: connect had refused {args.directory}"]
            raise
        nb.stayed.clear()
        nb.notebook.place = str(wanted)
        nb.reopen(wanted)
    place = settings.registry(nb.notebook.place or None)
    state = "" if nb.registry.writable else "read-only"
    if create.is_vacant(place):
        state = "nothing there yet; the first register makes it"
    text = f"registry {place} ({_why(nb)}{', ' + state if state else ''})"
    return nb.view(Change(text=text, changed=place != before))


def _why(nb: Session) -> str:
    """Say what decided where the registry is."""
    from modelreg import settings

    if nb.notebook.place:
        return "connect in this kernel"
    if os.environ.get(settings.VARIABLE):
        return settings.VARIABLE
    return f"config file {settings.config_file()}" if settings.read()["registry"] else "the default"
