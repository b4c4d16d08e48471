"""``status``: how every model in this kernel stands to the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.views import View

COMMAND = Command(
    summary="Say of every model in this kernel what it is registered as, and whether it changed since",
    arguments=(
        Argument("obj", "object", "only this one, whatever its class and size; left out: every model", optional=True),
    ),
    examples=("status", "status clf"),
    needs_kernel=True,
)


def run(nb: Session, args: Arguments) -> View[Any]:
    """Return a line per model, or that of the one that is named."""
    from modelreg.commands import objects
    from modelreg.records import LiveModel

    named = objects.find(args.obj, nb.scope, first=nb.made) if args.obj is not None else None
    told = nb.registry.status(nb.scope) if named is None else nb.registry.status({named.variable: named.obj}, full=True)
    return nb.view(told, of=LiveModel, name=nb.notebook.stem)
