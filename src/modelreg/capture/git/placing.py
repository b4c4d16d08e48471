"""Files put into a checkout, whose own files and links were made by whoever made the commit."""

from __future__ import annotations

import os
from itertools import chain, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["put"]


def put(directory: Path, name: str, content: bytes) -> str:
    """Write a new file, under another name where the checkout has one of this name; return the name.

    Parameters
    ----------
    directory : Path
        Where it goes.
    name : str
        Without folders.
    content : bytes
        What it holds.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # exclusive: no link is followed
    for called in chain([name, f"modelreg-{name}"], (f"modelreg-{at}-{name}" for at in count(2))):
        try:
            opened = os.open(directory / called, flags, 0o666)
        except FileExistsError:
            continue
        with os.fdopen(opened, "wb") as file:
            file.write(content)
        return called
    raise AssertionError  # the names have no end
