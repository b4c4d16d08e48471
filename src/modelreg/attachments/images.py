"""Pictures of PIL, as PNG."""

from __future__ import annotations

import io
from typing import Any, Final

from modelreg import media
from modelreg.attachments.base import Made

_MODES: Final = frozenset({"1", "I", "I;16", "L", "LA", "P", "RGB", "RGBA"})
"""What PNG can hold."""


class Images:
    """A picture in memory."""

    def serves(self, obj: Any) -> bool:
        """Serve pictures."""
        return hasattr(obj, "mode") and hasattr(obj, "save")

    def make(self, name: str, obj: Any) -> Made:
        """Return it as PNG; other colour spaces become RGB."""
        file = io.BytesIO()
        (obj if obj.mode in _MODES else obj.convert("RGB")).save(file, format="PNG")
        return Made(medium=media.PNG, data=file.getvalue())


IMAGES: Final = Images()
