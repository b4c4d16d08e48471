"""``status``: how every model in this kernel stands to the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.views import View

COMMAND = Command(
    summary="Say of every model in this kernel what it is registered as, and whether it changed since",
    examples=("status",),
    needs_kernel=True,
)


def run(nb: Session, args: Arguments) -> View[Any]:
    """Return a line per model."""
    from modelreg.records import LiveModel

    return nb.view(nb.registry.status(nb.scope), of=LiveModel, name=nb.notebook.stem)
