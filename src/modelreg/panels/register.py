"""The register form: the model in memory, what explains it, and a button, in the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from modelreg.panels import assets, reading, registering
from modelreg.panels.base import Panel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.panels.desk import Desk
    from modelreg.records import Json
    from modelreg.views import View


class RegisterForm(Panel):
    """The register form as a panel of its own."""

    _esm = assets.script("register_panel.js")
    _css = assets.style()

    methods: ClassVar[Mapping[str, Callable[..., Json]]] = {
        **registering.METHODS,
        "start": lambda panel: {"program": panel.desk.program, "writable": panel.registry.writable},
        "named": reading.named,
    }

    def __init__(self, desk: Desk, *, still: Callable[[RegisterForm], View[Any]], **traits: Any) -> None:
        self._still = still
        super().__init__(desk, **traits)

    def twin(self) -> View[Any]:
        """Return the models of the kernel with the line that registers one."""
        return self._still(self)


def open(desk: Desk, *, still: Callable[[RegisterForm], View[Any]]) -> RegisterForm:  # noqa: A001  (what every panel module has)
    """Return the form over the registry that is in use."""
    return RegisterForm(desk, still=still)
