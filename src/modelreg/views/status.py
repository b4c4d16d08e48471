"""The models of this kernel and how they stand to the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg import names
from modelreg.records import LiveModel
from modelreg.views import parts, theme
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag
from modelreg.views.lists import ListView, heading
from modelreg.views.tables import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "unchanged": ("unchanged", theme.GOOD),
    "changed": ("changed since", theme.WARN),
    "never": ("not registered", theme.MUTED),
    "large": ("large, not checked", theme.MUTED),
    "unknown": ("cannot be checked", theme.MUTED),
}
"""State -> its words and colour."""

_LOSSES: Final = "torch.nn.modules.loss."
"""Modules of torch that nobody means to register."""


class StatusView(ListView[tuple[LiveModel, ...], LiveModel]):
    """Every model in this kernel."""

    def heading(self) -> Node:
        """Return what is listed."""
        return heading("Models in this kernel")

    def table(self) -> Sequence[Column[LiveModel]]:
        """Return the columns."""
        return [
            Column(
                title="variable",
                text=lambda m: plain(m.variable),
                html=lambda m: tag("code", m.variable, style=theme.MONO),
            ),
            Column(title="class", text=_class, html=lambda m: tag("span", _class(m), title=m.class_name)),
            Column(
                title="state",
                text=_state,
                html=lambda m: tag("span", _state(m), style=_STATES.get(m.state, ("", ""))[1]),
            ),
            Column(
                title="version",
                text=lambda m: plain(m.version.ref) if m.version is not None else "",
                html=lambda m: tag("span", m.version.ref, style=theme.STRONG) if m.version is not None else None,
                folds=True,
            ),
            Column(
                title="aliases",
                text=lambda m: plain(", ".join(m.version.aliases)) if m.version is not None else "",
                html=lambda m: parts.aliases(m.version.aliases, row=True) if m.version is not None else None,
                folds=True,
            ),
            Column(title="why", text=self._why, html=self._why_html, wrap=True),
        ]

    def body(self) -> Node:
        """Return the table and the line for the first model that is not registered as it is."""
        line = self._next()
        foot = parts.foot("next: ", parts.command(line, self.context.program)) if line else None
        return [super().body(), foot]

    def text(self, *, full: bool = False) -> str:
        """Return aligned lines, and the line for the first model that is not registered as it is."""
        line = self._next()
        return super().text(full=full) + (f"\nnext: {self.context.typed(line)}" if line else "")

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per model."""
        return {
            "variable": [m.variable for m in self.items()],
            "class_name": [m.class_name for m in self.items()],
            "state": [m.state for m in self.items()],
            "ref": [m.version.ref if m.version is not None else None for m in self.items()],
            "why": [m.why for m in self.items()],
        }

    def nothing(self) -> str:
        """Return that there is no model."""
        return "No models in this kernel: a fitted estimator or a network in a variable shows here"

    def _next(self) -> str | None:
        """Return the line for what is not registered as it is: a variable before a part of one; else for what was not read."""
        items = [m for m in self.items() if not m.class_name.startswith(_LOSSES)]
        waiting = sorted(
            (m for m in items if m.state in {"never", "changed"}), key=lambda m: not m.variable.isidentifier()
        )
        if waiting:
            return register_line(waiting[0], self.context.name)
        large = next((m for m in items if m.state == "large"), None)
        return f"status {large.variable}" if large is not None else None

    def _why(self, live: LiveModel) -> str:
        """Return why, with the line that reads what was not."""
        line = self.context.typed(f"status {live.variable}") if live.state == "large" else ""
        return "; ".join(part for part in (plain(live.why), f"{line} checks it" if line else "") if part)

    def _why_html(self, live: LiveModel) -> Node:
        if live.state != "large":
            return live.why
        line = parts.command(f"status {live.variable}", self.context.program)
        return [f"{live.why}; " if live.why else "", line, " checks it"]


def register_line(live: LiveModel, name: str = "") -> str:
    """Return the line that registers a model of this kernel, or logs data of it."""
    if live.version is not None and live.version.kind == "dataset":
        return f"log {live.variable} {names.quote(live.version.artifact)} --kind dataset"
    known = live.version.home if live.version is not None and "/" not in live.version.home else ""
    return f"register {live.variable} {names.quote(known or name or 'my-model')}"


def _class(live: LiveModel) -> str:
    return plain(live.class_name.rpartition(".")[2])


def _state(live: LiveModel) -> str:
    return _STATES.get(live.state, (plain(live.state), ""))[0]
