"""A slice cut where its cells change, so that a run of it tells how far it is and where it fails."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from modelreg import syntax

__all__ = ["Piece", "pieces"]

_MARK: Final = re.compile(r"# (cell \d+), line \d+")


class Piece(NamedTuple):
    """Some statements of one cell."""

    place: str
    """``cell 3``; empty where the text does not tell."""
    code: str


def pieces(source: str) -> list[Piece]:
    """Return the statements of a slice, those of one cell that stand together in one piece."""
    lines = source.split("\n")
    try:
        # a decorated definition begins above its own line
        spans = [
            (min([one.lineno, *(mark.lineno for mark in getattr(one, "decorator_list", ()))]) - 1, one.end_lineno or 0)
            for one in syntax.parse(source).body
        ]
    except (SyntaxError, ValueError, RecursionError):
        return [Piece("", source)]
    found: list[Piece] = []
    place, begun, after = "", 0, 0
    for start, end in spans:
        marks = [(at, mark) for at in range(after, start) if (mark := _MARK.fullmatch(lines[at]))]
        if marks and marks[0][0] > begun:
            found.append(Piece(place, "\n".join(lines[begun : marks[0][0]]) + "\n"))
            begun = marks[0][0]
        place = marks[-1][1][1] if marks else place
        after = end
    found.append(Piece(place, "\n".join(lines[begun:])))
    return [one for one in found if one.code.strip() and not all(_is_remark(line) for line in one.code.split("\n"))]


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
