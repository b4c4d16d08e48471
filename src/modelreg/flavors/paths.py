"""Paths of stored files: relative, POSIX, NFC, and harmless wherever they are written."""

from __future__ import annotations

import unicodedata
from typing import Final

from modelreg.errors import InvalidError
from modelreg.names import shown

LONGEST: Final = 1024
_UNSAFE: Final = frozenset({"Cc", "Cs"})


def clean_path(text: str) -> str:
    """Return ``text`` as the path under which a file is stored.

    Raises
    ------
    InvalidError
        The path is absolute, leads upwards, or holds what not every file system can write.
    """
    if any(unicodedata.category(character) in _UNSAFE or character == "\\" for character in text):
        msg = f"the file name {shown(text)} holds a character that not every file system can write"
        raise InvalidError(msg)
    path = unicodedata.normalize("NFC", text)
    if len(path) > LONGEST:
        msg = f"the file name {shown(path)} has {len(path)} characters; {LONGEST} is the most"
        raise InvalidError(msg)
    if any(part in {"", ".", ".."} for part in path.split("/")):
        msg = f"the file name {shown(path)} is not a plain relative path"
        raise InvalidError(msg)
    return path
