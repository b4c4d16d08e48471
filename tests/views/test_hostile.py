"""Whatever somebody calls a thing, it shows as what it is and does nothing."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelreg import records, views
from modelreg.views.escape import plain

ATTACKS = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "{{7*7}}${7*7}{0.__class__}%s",
    "javascript:alert(1)",
    "</pre></td></table><h1>owned",
    "<!-- comment -->",
    "&lt;b&gt;&amp;",
    "\x1b[2J\x1b]0;owned\x07",
    "\u202egnp.exe",
    "a\r\nb\tc\x00",
    "\ud800",
    "[a](javascript:alert(1)) ![b](https://example.org/b.png)",
    "name:v3@x/y",
    "  ",
    "",
]
ELEMENTS = {
    *(
        "div",
        "span",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "time",
        "code",
        "pre",
        "details",
        "summary",
        "svg",
        "path",
        "img",
    ),
    *("p", "ul", "ol", "li", "em", "strong", "h3", "h4", "h5", "blockquote", "br", "hr", "a", "s", "del"),
}
ATTRIBUTES = {
    *("style", "title", "class", "datetime", "scope", "colspan", "href", "rel", "start", "target"),
    *("d", "viewbox", "width", "height", "fill", "aria-hidden", "src", "alt"),
}

SOURCE = re.compile(r"data:image/(svg\+xml|png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*")
"""What an image may show: bytes that stand in the page itself."""

hostile = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(alphabet=st.sampled_from("<>&\"'`=/\\ ab:\x1b\x9b\u202e\u2028\n\r\t\x00\ud800[]()!#*_-|{}"), max_size=40),
    st.text(max_size=20),
)


OURS = {
    records.Node: frozenset({"key", "kind"}),
    records.Edge: frozenset({"tail", "head"}),
    records.Lineage: frozenset({"focus"}),
}
"""Texts that nobody else writes: what ties a graph together."""


def spoiled(value, draw):
    """Return ``value`` with every text in it replaced, through records, mappings and sequences."""
    if isinstance(value, str):
        return draw(hostile)
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        own = OURS.get(type(value), frozenset())
        held = {field.name: getattr(value, field.name) for field in fields if field.name not in own}
        return dataclasses.replace(value, **{name: spoiled(item, draw) for name, item in held.items()})
    if isinstance(value, Mapping):
        return {spoiled(key, draw): spoiled(item, draw) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(spoiled(item, draw) for item in value)
    return value


STYLES = {
    *("align-items", "background", "background-color", "border", "border-bottom", "border-collapse", "border-left"),
    *(
        "border-radius",
        "color",
        "column-gap",
        "cursor",
        "display",
        "flex",
        "flex-wrap",
        "font-family",
        "font-size",
        "font-style",
    ),
    *("font-variant-numeric", "font-weight", "height", "justify-content", "line-height", "margin", "margin-left"),
    *("margin-right", "max-width", "min-width", "opacity", "overflow", "overflow-wrap", "overflow-x", "padding"),
    *("padding-left", "row-gap", "table-layout", "text-align", "text-overflow", "vertical-align", "white-space"),
    "width",
}
"""No position, z-index, animation or content: nothing that lies over the rest of a page or asks for a file."""


def check_html(html, read):
    """Whatever stands in the record, the page holds only elements, attributes and styles that cannot act."""
    seen = read(html)
    assert seen.balanced
    assert seen.names <= ELEMENTS
    assert {key for _, attributes in seen.elements for key in attributes} <= ATTRIBUTES
    assert {urlsplit(link).scheme for link in seen.values("href")} <= {"http", "https", "mailto"}
    assert all(SOURCE.fullmatch(source) for source in seen.values("src"))
    declared = [part.partition(":") for style in seen.values("style") for part in style.split(";") if part]
    assert {name for name, _, _ in declared} <= STYLES
    assert not [value for _, _, value in declared if "url" in value or "\\" in value]
    check_characters(html)


def check_characters(text):
    acting = {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert acting <= {"\n", "\t", "\u200c", "\u200d"}


@pytest.mark.parametrize("kind", [
    "version", "detail", "model detail", "model", "artifact", "models", "artifacts", "versions", "history", "registration",
    "change", "loaded", "comparison", "pictured", "attached", "moment", "lineage", "code", "patch", "checked out", "status",
    "reproduction", "report", "approvals",
])  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_text_of_any_record_becomes_markup_or_acts_on_a_screen(made, read, kind, data):
    record = spoiled(made.every()[kind], data.draw)
    model = spoiled(made.model(), data.draw)
    view = views.show(record, model=model, name=data.draw(hostile), query=data.draw(hostile))
    check_html(view._repr_html_(), read)
    check_characters(repr(view))
    check_characters(view.text(full=True))
    check_characters(view._repr_mimebundle_().get("text/vnd.mermaid", ""))
    view.to_frame()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_text_of_the_landing_page_does_either(made, read, data):
    detail, page = spoiled(made.model_detail(), data.draw), spoiled(made.page(made.model()), data.draw)
    live = spoiled((made.live(),), data.draw)
    for models, chosen in ((page, detail), (made.page(), None)):
        view = views.landing(models, chosen, live=live, location=data.draw(hostile), name=data.draw(hostile))
        check_html(view._repr_html_(), read)
        check_characters(view.text(full=True))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=hostile, query=hostile)
@pytest.mark.parametrize("of", [records.RegisteredModel, records.Artifact, records.Version, records.Action, None])
def test_no_text_of_an_empty_list_does_either(made, read, of, name, query):
    view = views.show(made.page(), of=of, name=name, query=query)
    check_html(view._repr_html_(), read)
    check_characters(repr(view))


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.strip()])
def test_a_hostile_name_shows_as_it_is(made, read, attack):
    seen = read(views.show(made.version(3, home=attack))._repr_html_())
    assert plain(attack, keep="\n") in seen.text  # a line break in HTML is a blank


def test_a_text_that_is_half_an_attribute_stays_one_attribute(made, read):
    attack = '" onmouseover="alert(1)'
    seen = read(views.show(made.page(made.version(3, aliases=(attack,))))._repr_html_())
    assert f"alias {attack}" in seen.values("title")


def test_the_tests_above_look_at_every_view(made):
    looked = {type(views.show(record)) for record in made.every().values()}
    unseen = {*views._ONE.values(), *views._MANY.values()} - looked
    assert {view.__name__ for view in unseen} == {"HelpView"}  # has a test of its own below


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile)
def test_help_shows_what_it_was_given_and_no_more(read, text):
    view = views.lines(["usage", text])
    check_html(view._repr_html_(), read)
    check_characters(repr(view))


def test_no_view_writes_markup_by_hand():
    """Text becomes markup in ``html.render`` alone: nowhere else stands a tag in a string."""
    folder = Path(views.__file__).parent
    written = {
        path.name: found
        for path in folder.glob("*.py")
        if (found := re.findall(r"""["'][^"'\n]*</?[a-z{][^"'\n]*>""", path.read_text(encoding="utf-8")))
    }
    assert set(written) <= {"html.py"}
    makers = {path.name for path in folder.glob("*.py") if "Sanitized(" in path.read_text(encoding="utf-8")}
    assert makers == {"cards.py"}
