"""The one place where text that somebody made becomes text that is safe to show."""

from __future__ import annotations

import html
import unicodedata
from typing import Final

_ACTS: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that act on a screen (or cannot be encoded) instead of showing."""

_JOINERS: Final = frozenset("\u200c\u200d")
"""Zero-width (non-)joiners: letters of several scripts need them, and they move nothing."""


def plain(text: str, *, keep: str = "") -> str:
    r"""Return ``text`` with every character that would act on a screen written out.

    Parameters
    ----------
    text : str
        What somebody wrote: a name, a description, a value.
    keep : str
        Acting characters that may stay (newlines, in a description).

    Examples
    --------
    >>> plain("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep or not _acts(c) else ascii(c)[1:-1] for c in text)


def markup(text: str, *, keep: str = "") -> str:
    """Return ``text`` as it must stand in HTML, between tags and in quoted attributes alike."""
    return html.escape(plain(text, keep=keep), quote=True)


def _acts(character: str) -> bool:
    return unicodedata.category(character) in _ACTS and character not in _JOINERS
