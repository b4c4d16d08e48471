"""Figures of matplotlib, and what holds one (seaborn, scikit-learn): SVG, or PNG where the SVG would be large."""

from __future__ import annotations

import io
from typing import Any, Final

from modelreg import media, sizes
from modelreg.attachments.base import Made

LARGEST: Final = 300_000
"""Bytes of the largest picture that views show by themselves. A scatter of many points is smaller, and drawn faster, as
PNG."""

_DPI: Final = (144, 100, 72)
"""Finest first; the first that gives a picture of this size is taken."""
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
        svg = _svg(figure)
        if svg is not None:
            return Made(medium=media.SVG, data=svg)
        pngs = [_saved(figure, "png", metadata={"Software": None}, dpi=_DPI[0])]
        while len(pngs[-1]) > LARGEST and len(pngs) < len(_DPI):
            pngs.append(_saved(figure, "png", metadata={"Software": None}, dpi=_DPI[len(pngs)]))
        png = pngs[-1] if len(pngs[-1]) <= LARGEST else pngs[0]
        note = f"{name} is kept as PNG: as SVG it would have more than {sizes.human(LARGEST)}"
        return Made(medium=media.PNG, data=png, note=note)


MATPLOTLIB: Final = Matplotlib()


def _figure(obj: Any) -> Any:
    """Return the whole figure: a subfigure or axes stand for the figure they lie on."""
    figure = getattr(obj, "figure", None) or getattr(obj, "figure_", None)
    while figure is not None and figure is not getattr(figure, "figure", None):
        figure = getattr(figure, "figure", None)
    return figure if hasattr(figure, "savefig") else None


class _FullError(Exception):
    """More was written than is kept."""


class _Short(io.BytesIO):
    """A file that takes no more than :data:`LARGEST` bytes."""

    def write(self, data: Any, /) -> int:
        """Write, or end the writing: the SVG of a million points takes minutes, and nobody would look at it."""
        if self.tell() + len(data) > LARGEST:
            raise _FullError
        return super().write(data)


def _svg(figure: Any) -> bytes | None:
    """Return a figure as SVG; None where that would be too large."""
    try:
        return _saved(figure, "svg", _Short(), metadata={"Date": None, "Creator": None})
    except _FullError:
        return None


def _saved(figure: Any, form: str, file: io.BytesIO | None = None, **options: Any) -> bytes:
    from matplotlib import rc_context

    file = io.BytesIO() if file is None else file
    with rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        figure.savefig(file, format=form, bbox_inches="tight", **options)
    return file.getvalue()
