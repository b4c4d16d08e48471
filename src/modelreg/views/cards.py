"""Descriptions: Markdown that somebody wrote, as HTML that can do nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from modelreg.views import theme
from modelreg.views.escape import plain
from modelreg.views.html import Element, Sanitized, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt

_TAGS: Final = frozenset({
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
"""No pictures: showing one would ask another machine for it."""

_SCHEMES: Final = frozenset({"http", "https", "mailto"})


_STYLES: Final[Mapping[str, str]] = {
    "p": "margin:0 0 6px 0;",
    "ul": "margin:0 0 6px 0;padding-left:1.6em;",
    "ol": "margin:0 0 6px 0;padding-left:1.6em;",
    "h3": "margin:2px 0 6px 0;font-size:14px;font-weight:600;",
    "h4": "margin:2px 0 6px 0;font-size:13px;font-weight:600;",
    "h5": "margin:2px 0 6px 0;font-size:13px;font-weight:400;",
}
"""Elements of a card -> their style."""

_HEADINGS: Final[Mapping[str, str]] = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}
"""Headings stand below the title of the view that they are in."""


def card(description: str) -> Element:
    """Return a description as a card."""
    return tag("div", markdown(description), style=theme.CARD)


def markdown(text: str) -> Sanitized:
    """Return Markdown as sanitized HTML: no scripts, pictures, raw HTML or styles but ours.

    A link opens a page of its own, which knows nothing of this one. One without a host would lead somewhere into the
    notebook's own server, with the reader's rights there: its text stays, and leads nowhere.
    """
    import nh3

    parser = _parser()
    tokens = parser.parse(plain(text, keep="\n\t"))
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        if token.nesting == 1 and token.tag in _STYLES:
            token.attrSet("style", _STYLES[token.tag])
    clean = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=set(_TAGS),
        attributes={
            **{name: {"style"} for name in _STYLES},
            "a": {"href", "title"},
            "ol": {"start", "style"},
        },
        attribute_filter=_allowed,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
    )
    return Sanitized(clean)


def _allowed(element: str, attribute: str, value: str) -> str | None:
    """Drop every style that is not one of ours, and every address without a scheme, which is one of the notebook's server."""
    if attribute == "style":
        return value if value == _STYLES.get(element) else None
    return None if attribute == "href" and value.partition(":")[0].lower() not in _SCHEMES else value


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
