"""Figures of plotly: SVG where a renderer is at hand, else the figure itself as JSON."""

from __future__ import annotations

from typing import Any, Final

from modelreg import media
from modelreg.attachments.base import Made

_RENDERER: Final = "kaleido"


class Plotly:
    """A plotly figure."""

    def serves(self, obj: Any) -> bool:
        """Serve figures."""
        return hasattr(obj, "to_json") and hasattr(obj, "to_image")

    def make(self, name: str, obj: Any) -> Made:
        """Return a picture, if plotly can draw one here; else the JSON that every plotly can show again."""
        picture, why = _drawn(obj)
        if picture is not None:
            return Made(medium=media.SVG, data=picture)
        text = obj.to_json(engine="json")
        note = f"{name} is kept as the data of a plotly figure, without a picture: {why}"
        return Made(medium=media.PLOTLY, data=text.encode(), note=note)


PLOTLY: Final = Plotly()


def _drawn(figure: Any) -> tuple[bytes | None, str]:
    """Return the figure as SVG, or why there is none; the renderer draws in a browser of its own, which may be missing."""
    from importlib.util import find_spec

    if find_spec(_RENDERER) is None:
        return None, f"plotly draws pictures with the package {_RENDERER}, which is not installed"
    try:
        return bytes(figure.to_image(format="svg")), ""
    except Exception as error:  # noqa: BLE001  whatever a renderer without its browser raises: the figure is kept anyway
        text = " ".join(str(error).split())[:120]
        return None, f"{_RENDERER} could not draw it ({type(error).__name__}: {text})"
