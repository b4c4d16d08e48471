"""Media types of attachments: one table, so that a type never comes from what somebody claims."""

from __future__ import annotations

from typing import Final, NamedTuple


class Medium(NamedTuple):
    """A media type."""

    type: str
    role: str
    """``picture``, ``table`` or ``file``."""
    endings: tuple[str, ...]
    """Of file names, the usual one first."""
    starts: tuple[bytes, ...] = ()
    """How its bytes begin; empty where anything may."""


PICTURE, TABLE, FILE = "picture", "table", "file"
ROLES: Final = (PICTURE, TABLE, FILE)

BYTES: Final = Medium("application/octet-stream", FILE, ())
SVG: Final = Medium("image/svg+xml", PICTURE, (".svg",))
PNG: Final = Medium("image/png", PICTURE, (".png",), (b"\x89PNG\r\n\x1a\n",))
CSV: Final = Medium("text/csv", TABLE, (".csv",))
TSV: Final = Medium("text/tab-separated-values", TABLE, (".tsv",))
PLOTLY: Final = Medium("application/vnd.plotly.v1+json", FILE, (".plotly.json",))

_ALL: Final = (
    SVG, PNG, CSV, TSV, PLOTLY, BYTES,
    Medium("image/jpeg", PICTURE, (".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    Medium("image/gif", PICTURE, (".gif",), (b"GIF87a", b"GIF89a")),
    Medium("image/webp", PICTURE, (".webp",), (b"RIFF",)),
    Medium("application/json", FILE, (".json",)),
    Medium("application/pdf", FILE, (".pdf",), (b"%PDF-",)),
    Medium("application/vnd.apache.parquet", FILE, (".parquet",), (b"PAR1",)),
    Medium("application/x-ipynb+json", FILE, (".ipynb",)),
    Medium("application/zip", FILE, (".zip",), (b"PK\x03\x04", b"PK\x05\x06")),
    Medium("text/html", FILE, (".html", ".htm")),
    Medium("text/markdown", FILE, (".md",)),
    Medium("text/plain", FILE, (".txt", ".log")),
)  # fmt: skip

MEDIA: Final = {medium.type: medium for medium in _ALL}
"""Media type -> what is known of it."""

_LONGEST_HEAD: Final = 4096


def of(name: str, data: bytes) -> Medium:
    """Return the medium of bytes that are called ``name``.

    The ending of the name decides, if the bytes begin as such bytes do; else the beginning of the bytes does.
    """
    ended = named(name)
    if ended is not None and _begins(ended, data):
        return ended
    return next((medium for medium in _ALL if medium.starts and _begins(medium, data)), BYTES)


def named(name: str) -> Medium | None:
    """Return the medium that the ending of a file name says, None where it says none of ours."""
    return next((medium for medium in _ALL if name.lower().endswith(medium.endings)), None)


def misnamed(name: str, media_type: str, data: bytes) -> bool:
    """Whether a file of this name would say that it is something that these bytes are not.

    Examples
    --------
    >>> misnamed("out.png", SVG.type, b"<svg/>"), misnamed("out.svg", SVG.type, b"<svg/>")
    (True, False)
    """
    said, held = named(name), MEDIA.get(media_type, BYTES)
    if said is None or said is held:
        return said is None and held.role == PICTURE and _is_picture(name)
    return not _begins(said, data) or (held.role != FILE and said.type != "text/plain")


def _is_picture(name: str) -> bool:
    """Whether the ending of a file name says that it is a picture, also of a kind that is not one of ours."""
    from mimetypes import guess_type

    return (guess_type(name)[0] or "").startswith("image/")


def filename(name: str, media_type: str) -> str:
    """Return what an attachment is called as a file.

    Examples
    --------
    >>> filename("confusion", "image/svg+xml"), filename("roc.png", "image/png"), filename("notes", "no/such")
    ('confusion.svg', 'roc.png', 'notes')
    """
    endings = MEDIA[media_type].endings if media_type in MEDIA else ()
    return name if not endings or name.lower().endswith(endings) else name + endings[0]


def _begins(medium: Medium, data: bytes) -> bool:
    if medium is SVG:
        return b"<svg" in data[:_LONGEST_HEAD]
    if medium.type == "image/webp":
        return data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    return not medium.starts or data.startswith(medium.starts)
