"""Figures of matplotlib, and what holds one (seaborn, scikit-learn): SVG, or PNG where the SVG would be large."""

from __future__ import annotations

import io
from typing import Any, Final

from modelreg import media, sizes
from modelreg.attachments.base import Made

LARGEST_SVG: Final = 1_000_000
"""Bytes; a scatter of many points is smaller, and drawn faster, as PNG."""

_DPI: Final = 144
_SALT: Final = "modelreg"


class Matplotlib:
    """A figure, or what lies on one or has drawn one: axes, a grid of seaborn, a display of scikit-learn."""

    def serves(self, obj: Any) -> bool:
        """Serve what is a figure or lies on one."""
        return _figure(obj) is not None

    def make(self, name: str, obj: Any) -> Made:
        """Return the figure as it would be saved: the same bytes for the same figure, in every kernel.

        SVG is written without a date and with ids that come from the content; matplotlib's settings are put back.
        """
        figure = _figure(obj)
        svg = _saved(figure, "svg", metadata={"Date": None, "Creator": None})
        if len(svg) <= LARGEST_SVG:
            return Made(medium=media.SVG, data=svg)
        png = _saved(figure, "png", metadata={"Software": None}, dpi=_DPI)
        note = f"{name} is kept as PNG: as SVG it would have {sizes.human(len(svg))}"
        return Made(medium=media.PNG, data=png, note=note)


MATPLOTLIB: Final = Matplotlib()


def _figure(obj: Any) -> Any:
    """Return the whole figure: a subfigure or axes stand for the figure they lie on."""
    figure = getattr(obj, "figure", None) or getattr(obj, "figure_", None)
    while figure is not None and figure is not getattr(figure, "figure", None):
        figure = getattr(figure, "figure", None)
    return figure if hasattr(figure, "savefig") else None


def _saved(figure: Any, form: str, **options: Any) -> bytes:
    from matplotlib import rc_context

    file = io.BytesIO()
    with rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        figure.savefig(file, format=form, bbox_inches="tight", **options)
    return file.getvalue()
