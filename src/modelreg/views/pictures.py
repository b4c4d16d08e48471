"""Pictures as what a page shows of them: an image whose bytes are in its address. Nothing in an image can act."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from modelreg import media
from modelreg.views.html import Element, tag

if TYPE_CHECKING:
    from modelreg.records import Attachment

SVG: Final = media.SVG.type


def is_picture(attachment: Attachment) -> bool:
    """Whether browsers know how to show it: by our own table, whatever the row says."""
    medium = media.MEDIA.get(attachment.media_type)
    return medium is not None and medium.role == media.PICTURE and attachment.role == media.PICTURE


def image(media_type: str, data: bytes, alt: str, *, style: str, width: int | None = None) -> Element:
    """Return an image.

    Pictures are never part of the page itself: as the source of an image, an SVG runs no script, loads nothing and styles
    nothing around it; and sanitizers that cut inline SVG away let an image stand.
    """
    address = f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
    return tag("img", src=address, alt=alt, width=width, style=style)
