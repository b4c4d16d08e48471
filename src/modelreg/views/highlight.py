"""Python source with its words coloured, as an editor shows it; what is no Python stays plain."""

from __future__ import annotations

import io
import keyword
import tokenize
from typing import TYPE_CHECKING, Final

from modelreg.views import theme
from modelreg.views.html import tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.views.html import Node

STYLES: Final[Mapping[str, str]] = {
    "keyword": theme.KEYWORD, "string": theme.STRING, "number": theme.NUMBER, "comment": theme.COMMENT,
}  # fmt: skip
"""Kind of a word -> how it looks."""

_KINDS: Final[Mapping[str, str]] = {
    "STRING": "string",
    "FSTRING_START": "string",
    "FSTRING_MIDDLE": "string",
    "FSTRING_END": "string",
    "NUMBER": "number",
    "COMMENT": "comment",
}


def python(text: str) -> Node:
    """Return the nodes of a source."""
    return [tag("span", word, style=STYLES[kind]) if kind else word for kind, word in words(text)]


def words(text: str) -> list[tuple[str, str]]:
    """Return a source as pieces, each with the kind of word it is: of :data:`STYLES`, or empty. Joined they are the source."""
    try:
        return list(_pieces(text))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return [("", text)]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")  # as the tokenizer counts them, and nothing else that ends a line
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    at = 0
    for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
        kind = _kind(token)
        start, end = (starts[min(line - 1, len(lines))] + column for line, column in (token.start, token.end))
        if not kind or start < at:
            continue
        if start > at:
            yield "", text[at:start]
        yield kind, text[start:end]
        at = end
    if at < len(text):
        yield "", text[at:]


def _kind(token: tokenize.TokenInfo) -> str:
    name = tokenize.tok_name[token.type]
    if name == "NAME" and keyword.iskeyword(token.string):
        return "keyword"
    return _KINDS.get(name, "")
