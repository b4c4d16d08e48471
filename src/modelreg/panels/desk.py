"""What a panel works at: the registry, the variables of the kernel, and how lines are typed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.notebook import Notebook
    from modelreg.registry import Registry


class Named(Protocol):
    """An object with what it is called."""

    @property
    def obj(self) -> Any:
        """The object."""

    @property
    def variable(self) -> str:
        """As status writes it: ``models["rf"]``."""

    @property
    def artifact(self) -> str:
        """What its artifact is called: ``models-rf``."""


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
    def beside(self) -> Callable[[object], None]:
        """Shows something in the output of the cell."""

    def at(self, place: str, value: object, *, again: bool = False) -> None:
        """Show something beside the result; ``again`` puts it where something of that place stands, wherever that is."""

    @property
    def program(self) -> str:
        """What stands before a line to type."""

    @property
    def page_size(self) -> int:
        """How many rows a list shows."""

    def models(self) -> Mapping[str, Any]:
        """Return the models of the kernel by how they are typed: ``clf``, ``grid.best_estimator_``, ``models["rf"]``."""

    def home(self, variable: str) -> str | None:
        """Return the registered model that a variable goes to where nobody names one."""

    def find(self, source: str) -> Named:
        """Return the model that a variable, attribute or item holds."""

    def value(self, source: str, what: str) -> Any:
        """Return the value of the user's expression; ``what`` names it in messages."""

    def metric(self, source: str, what: str) -> float | list[float]:
        """Return the number, or the numbers of a curve, that the user's expression gives."""

    def metrics(self, source: str) -> Mapping[str, float | list[float]]:
        """Return the metrics of an expression: all of a dict or DataFrame, else the one that it is."""

    def attachment(self, source: str) -> tuple[str, Any]:
        """Return name and object of what the user attaches by an expression or a path."""
