"""A panel in a notebook is two outputs: the static twin, and below it the widget, of which one is seen.

JupyterLab shows a widget of a kernel that is gone as an error, whatever else its output holds. So the twin is an output of its
own. While the widget lives the twin is hidden; when nothing came of the widget, its empty place is. Style sheets say so where
there are any (JupyterLab, Notebook 7), else the widget hides its twin itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from modelreg.views import theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import render, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.views.html import Node

HEIGHT: Final = 620
"""Pixels that the twin takes at most: as many as the panel, so that nothing jumps when one takes the other's place."""

_OUTPUT: Final = ".jp-OutputArea-child"
STYLE: Final = (
    "<style>"
    f"{_OUTPUT}:has(.modelreg-twin):has(+{_OUTPUT} .mr-browser){{display:none}}"
    f"{_OUTPUT}:has(.modelreg-twin)+{_OUTPUT}:not(:has(>.jp-OutputArea-output>*)){{display:none}}"
    "</style>"
)
"""The first rule hides the twin of a live widget; the second the place of a widget that is loading or that cannot come: there is
text in it, and no element."""


class Formats:
    """Something to display, in the formats that it comes in."""

    def __init__(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> None:
        self._data = dict(data)
        self._metadata = dict(metadata or {})

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return self._data, self._metadata


class Sentence(View[str]):
    """What stands for a panel whose registry cannot be read: why."""

    def html(self) -> Node:
        """Return the sentence."""
        return tag("p", self.record)

    def text(self, *, full: bool = False) -> str:
        """Return the sentence; ``full`` adds nothing."""
        return plain(self.record)


def twin(view: View[Any], name: str) -> Formats:
    """Return the static twin of the panel that goes by ``name``, as an output of its own.

    It is read at any time later, so it says of when it is.
    """
    of_when = f"As of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; run the cell for the registry as it is now."
    head = tag("div", of_when, style=f"{theme.CAPTION}margin:0 0 6px 0;")
    page = tag("div", head, view.html(), class_="modelreg", style=theme.ROOT)
    box = tag("div", page, class_=f"modelreg-twin {name}", style=f"max-height:{HEIGHT}px;overflow:auto;")
    return Formats({"text/html": f"{STYLE}{render(box)}", "text/plain": repr(view)})


def widget(bundle: Any) -> Formats:
    """Return the widget as an output of its own: nothing where no widget runs."""
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
    return Formats({**{kind: held for kind, held in data.items() if "widget" in kind}, "text/plain": ""}, metadata)
