"""Python source with its words coloured, as an editor shows it; what is no Python stays plain."""

from __future__ import annotations

import io
import keyword
import tokenize
from typing import TYPE_CHECKING, Final

from modelreg.views.html import tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.views.html import Node

KEYWORD: Final = "color:#8250df;color:var(--jp-mirror-editor-keyword-color,#8250df);font-weight:600;"
STRING: Final = "color:#d1495b;color:var(--jp-mirror-editor-string-color,#d1495b);"
NUMBER: Final = "color:#2e9e44;color:var(--jp-mirror-editor-number-color,#2e9e44);"
COMMENT: Final = "color:#7d8590;color:var(--jp-mirror-editor-comment-color,#7d8590);font-style:italic;"
"""Colours that read on white and on black, then those of the theme's editor."""

_STRINGS: Final = frozenset({"STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END"})


def python(text: str) -> Node:
    """Return the nodes of a source."""
    try:
        return list(_coloured(text))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return text


def _coloured(text: str) -> Iterator[Node]:
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    at = 0
    for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
        style = _style(token)
        start, end = (starts[min(line - 1, len(lines))] + column for line, column in (token.start, token.end))
        if style is None or start < at:
            continue
        yield text[at:start]
        yield tag("span", text[start:end], style=style)
        at = end
    yield text[at:]


def _style(token: tokenize.TokenInfo) -> str | None:
    name = tokenize.tok_name[token.type]
    if name == "NAME" and keyword.iskeyword(token.string):
        return KEYWORD
    if name in _STRINGS:
        return STRING
    return {"NUMBER": NUMBER, "COMMENT": COMMENT}.get(name)
