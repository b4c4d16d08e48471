"""A patch whose secrets were taken out, made to apply again.

The lines that a patch keeps or removes stand in the commit already: their marks give way to what the commit holds at
that line. Lines that it adds keep their marks; what stood there is nowhere any more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["mended"]

_MARK = re.compile(rb"\xc2\xabredacted:[a-z0-9-]+:[0-9a-f]{6}\xc2\xbb")
_FILE = re.compile(rb"^diff --git ", re.MULTILINE)
_OLD = re.compile(rb"^index ([0-9a-f]+)\.\.", re.MULTILINE)
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,\d+)? @@")


def mended(patch: bytes, blob: Callable[[str], bytes | None]) -> tuple[bytes, tuple[str, ...]]:
    """Return a patch that applies, and where added lines still hold a mark: ``config.py line 3``.

    Parameters
    ----------
    patch : bytes
        As ``git diff --full-index`` wrote it, secrets taken out.
    blob : callable
        Returns what the commit holds under git's id.
    """
    if _MARK.search(patch) is None:
        return patch, ()
    starts = [found.start() for found in _FILE.finditer(patch)]
    ends = [*starts[1:], len(patch)]
    pieces = [patch[: starts[0]] if starts else patch]
    lost: list[str] = []
    for start, end in zip(starts, ends, strict=True):
        piece = patch[start:end]
        if _MARK.search(piece):
            old = _OLD.search(piece)
            held = blob(old[1].decode()) if old and old[1].strip(b"0") else None
            lines = list(_lines(piece, held.split(b"\n") if held is not None else []))
            lost += _lost(lines)
            piece = b"\n".join(lines)
        pieces.append(piece)
    return b"".join(pieces), tuple(lost)


def _lost(lines: list[bytes]) -> Iterator[str]:
    """Yield where lines that a file gets hold a mark."""
    name, at = "", 0  # before the first hunk there is no line
    for line in lines:
        hunk = _HUNK.match(line)
        if hunk:
            at = int(hunk[3])
        elif not at:
            name = (
                line[4:].rstrip(b"\t").strip(b'"').removeprefix(b"b/").decode("utf-8", "replace")
                if line[:4] == b"+++ "
                else name
            )
        elif line[:1] in {b"+", b" "}:
            if line[:1] == b"+" and _MARK.search(line):
                yield f"{name} line {at}"
            at += 1


def _lines(piece: bytes, held: list[bytes]) -> Iterator[bytes]:
    at = -1  # the line of the commit; before the first hunk there is none
    for line in piece.split(b"\n"):
        hunk = _HUNK.match(line)
        if hunk:
            at = int(hunk[1]) - 1
            yield hunk[0] if _MARK.search(line) else line
            continue
        kept = at >= 0 and line[:1] in {b" ", b"-"}
        yield line[:1] + held[at] if kept and at < len(held) and _MARK.search(line) else line
        at += kept
