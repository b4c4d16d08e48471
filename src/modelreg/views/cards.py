"""Descriptions: Markdown that somebody wrote, as HTML that can do nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from modelreg.views import theme
from modelreg.views.escape import plain
from modelreg.views.html import Element, Sanitized, tag

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS: Final = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
"""No pictures: showing one would ask another machine for it."""

_SCHEMES: Final = frozenset({"http", "https", "mailto"})


def card(description: str) -> Element:
    """Return a description as a card."""
    return tag("div", markdown(description), style=theme.CARD)


def markdown(text: str) -> Sanitized:
    """Return Markdown as sanitized HTML: no scripts, styles, pictures or raw HTML."""
    import nh3

    rendered = _parser().render(plain(text, keep="\n\t"))
    clean = nh3.clean(
        rendered,
        tags=set(_TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
    )
    return Sanitized(clean)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
