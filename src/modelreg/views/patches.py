"""Differences of text, line by line: what came, what went, what stayed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.views import format as fmt
from modelreg.views import theme
from modelreg.views.escape import plain
from modelreg.views.html import tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelreg.views.html import Node

    Lines = Sequence[tuple[str, str]]

HTML: Final = 200
"""Lines that are shown in a notebook: they are written into it."""
TEXT: Final = 60
WIDE: Final = 200
_STYLES: Final[Mapping[str, str]] = {
    "+": theme.GOOD, "-": theme.BAD, "@": theme.MUTED, "=": theme.STRONG, "\\": theme.MUTED,
}  # fmt: skip
_GAP: Final = "⋯"
_BINARY: Final = "GIT binary patch"
_NOISE: Final = ("index ", "--- ", "+++ ")


def lines(patch: str) -> tuple[tuple[str, str], ...]:
    """Return a patch of git as pairs of mark and text; ``=`` names a file, ``@`` says where, or what is not shown."""
    return tuple(_lines(patch))


def _lines(patch: str) -> Iterator[tuple[str, str]]:
    inside, skipped = False, False
    for line in patch.split("\n"):
        if line.startswith("diff --git "):
            inside, skipped = False, False
            yield "=", line.removeprefix("diff --git ").partition(" b/")[2] or line
        elif line.startswith("@@"):
            inside = True
            yield "@", line
        elif inside and line[:1] in {"+", "-", " ", "\\"} and line:
            yield line[0], line[1:]
        elif line.startswith(_BINARY):
            skipped = True
            yield "@", "a binary file"
        elif line and not inside and not skipped and not line.startswith(_NOISE):
            yield "@", line


def html(found: Lines) -> Node:
    """Return the first lines with their marks, those that came and went coloured."""
    shown = [tag("span", _line(mark, text) + "\n", style=_STYLES.get(mark)) for mark, text in found[:HTML]]
    return [
        tag("pre", shown, style=theme.PRE),
        tag("div", _more(found, HTML), style=theme.FOOT) if found[HTML:] else None,
    ]


def text(found: Lines) -> str:
    """Return the same as text, less of it."""
    return fmt.sentence(
        [*(plain(_line(mark, line), keep="\t") for mark, line in found[:TEXT]), _more(found, TEXT)], "\n"
    )


def _line(mark: str, line: str) -> str:
    short = fmt.shorten(line, WIDE) if len(line) > WIDE else line
    if mark == "@":
        return short or _GAP
    return short if mark == "=" else f"{mark or ' '}{short}"


def _more(found: Lines, most: int) -> str:
    return f"and {fmt.count(len(found) - most, 'more line')}" if len(found) > most else ""
