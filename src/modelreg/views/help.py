"""Help: plain lines that keep their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.views import theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class HelpView(View[str]):
    """Preformatted text."""

    def html(self) -> Node:
        """Return the text as it stands."""
        return tag("pre", self.record, style=theme.PRE)

    def text(self, *, full: bool = False) -> str:
        """Return the text as it stands."""
        return plain(self.record, keep="\n")

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per line."""
        return {"line": self.record.split("\n")}
