"""The landing page: registered models on the left, the newest one on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg import names
from modelreg.views import format as fmt
from modelreg.views import parts, theme
from modelreg.views.detail import ModelDetailView, below
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag
from modelreg.views.models import ModelsView, guarded, overview
from modelreg.views.status import register_line

if TYPE_CHECKING:
    from modelreg.records import Collection, LiveModel, ModelDetail, Page, RegisteredModel
    from modelreg.views.base import Context


KNOWN: Final = 3
"""How many models of the kernel an empty registry names."""


class LandingView(ModelsView):
    """The registry at a glance."""

    def __init__(
        self,
        record: Page[RegisteredModel],
        context: Context,
        *,
        detail: ModelDetail | None,
        live: tuple[LiveModel, ...],
        location: str,
    ) -> None:
        super().__init__(record, context)
        self.detail = detail
        self.live = live
        self.location = location

    def html(self) -> Node:
        """Return two columns that stand below each other in a narrow cell."""
        where = parts.foot("registry ", parts.place(self.location)) if self.location else None
        if not self.items():
            return [self._welcome(), where]
        chosen = self.detail.model.name if self.detail is not None else None
        side = tag(
            "div",
            self.heading(),
            [self._item(m, chosen=m.name == chosen) for m in self.items()],
            self._more_html(),
            style=theme.SIDE,
        )
        return [tag("div", side, self._newest(), style=theme.COLUMNS), where]

    def text(self, *, full: bool = False) -> str:
        """Return the list of registered models, then the newest one."""
        where = f"registry {plain(self.location)}" if full and self.location else ""
        if not self.items():
            return fmt.sentence([*self._welcome_lines(), where], "\n")
        newest = ModelDetailView(self.detail, self.context).text(full=full) if self.detail is not None else ""
        return fmt.sentence([super().text(full=full), newest, where], "\n\n")

    def _item(self, model: Collection, *, chosen: bool) -> Node:
        name = tag("span", model.name, title=model.name, style=theme.STRONG + theme.CUT)
        many = tag("span", fmt.count(model.versions, "version"), style=theme.MUTED + theme.NOWRAP + theme.NUMBERS)
        chips = parts.standing(model.aliases, protected=guarded(model), row=True)
        return tag(
            "div",
            tag("div", name, " ", many, style=theme.SPREAD),
            tag("div", chips) if chips else None,
            style=theme.CHOSEN if chosen else theme.ITEM,
        )

    def _newest(self) -> Node:
        if self.detail is None:
            return None
        note = tag("div", self.detail.note, style=theme.WARN) if self.detail.note else None
        return tag(
            "div",
            overview(self.detail.model, self.context),
            note,
            below(self.detail, self.context, compact=True),
            style=theme.MAIN,
        )

    def _welcome(self) -> Node:
        head, words, *lines = self._welcome_lines(typed=False)
        return [
            tag("div", head, style=theme.TITLE),
            tag("div", words, style=theme.MUTED),
            [tag("div", parts.command(line, self.context.program), style=theme.BLOCK) for line in lines],
        ]

    def _welcome_lines(self, *, typed: bool = True) -> list[str]:
        head = "No registered models yet"
        if not self.live:
            words = "Fit a model, then keep it with one line:"
            lines = [f"register {self.context.thing} {names.quote(self.context.name or 'my-model')}"]
        else:
            known = [f"{live.variable} ({live.class_name.rpartition('.')[2]})" for live in self.live[:KNOWN]]
            left = len(self.live) - len(known)
            known.extend([f"{left} more"] if left else [])
            words = plain(f"In this kernel: {', '.join(known)}. Keep it with one line:")
            lines = [register_line(m, self.context.name) for m in self.live[:1]]
        return [head, words, *(self.context.typed(line) if typed else line for line in lines)]
