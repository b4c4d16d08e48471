"""What a panel works at: the registry, the variables of the kernel, and how lines are typed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.notebook import Notebook
    from modelreg.registry import Registry


class Desk(Protocol):
    """The kernel session that a panel is opened in."""

    @property
    def notebook(self) -> Notebook:
        """The notebook that acts."""

    @property
    def registry(self) -> Registry:
        """The registry that is in use now."""

    @property
    def scope(self) -> dict[str, Any]:
        """The variables of the user."""

    @property
    def assign(self) -> Callable[[str, object], None]:
        """Binds a variable of the user."""

    @property
    def program(self) -> str:
        """What stands before a line to type."""

    @property
    def page_size(self) -> int:
        """How many rows a list shows."""
