"""Where style sheets, scripts or styles are stripped (GitHub, nbconvert, mail), a view still says the same."""

import re
from html.parser import HTMLParser

import nbformat
import nh3
import pytest

from modelreg import views

KINDS = (
    "version", "detail", "model detail", "model", "artifact", "models", "artifacts", "versions", "history",
    "registration", "change", "loaded", "comparison", "pictured", "attached", "moment", "status", "report", "approvals",
)  # fmt: skip
INLINE = {"span", "code", "time", "a", "em", "strong", "s", "del", "svg", "path"}


class _Bare(HTMLParser):
    """The text that is left without any style: only elements that are blocks by themselves begin a new line."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces = []

    def handle_starttag(self, tag, attrs):
        self.pieces.append("" if tag in INLINE else "\n")

    def handle_endtag(self, tag):
        self.handle_starttag(tag, None)

    def handle_data(self, data):
        self.pieces.extend(["\0", data, "\0"])


def bare(html):
    parser = _Bare()
    parser.feed(html)
    return "".join(parser.pieces)


@pytest.mark.parametrize("kind", KINDS)
def test_without_styles_words_stay_apart(made, kind):
    text = bare(views.show(made.every()[kind], model=made.model())._repr_html_())
    assert re.findall(r"[^\W_]+\0+[^\W_]+", text) == []


def test_without_styles_words_of_the_landing_page_stay_apart(made):
    page = views.landing(made.page(made.model(), made.model("fraud")), made.model_detail(), location="/m")
    assert re.findall(r"[^\W_]+\0+[^\W_]+", bare(page._repr_html_())) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_needs_a_style_sheet_or_a_script(made, read, kind):
    seen = read(views.show(made.every()[kind], model=made.model())._repr_html_())
    assert not seen.names & {"style", "script", "link", "iframe", "object", "form", "input", "button"}
    assert all(source.startswith("data:image/") for source in seen.values("src"))
    assert not [key for _, attributes in seen.elements for key in attributes if key.startswith("on")]
    assert set(seen.values("class")) <= {"modelreg", "modelreg-who", "modelreg-place"}  # names for tests, not for looks


def words(html):
    return " ".join(bare(html).replace("\0", "").split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_sanitizer_that_strips_styles_leaves_every_word(made, kind):
    html = views.show(made.every()[kind], model=made.model())._repr_html_()
    assert words(nh3.clean(html)) == words(html)


def test_nbconvert_shows_every_view(made):
    bundles = [views.show(record)._repr_mimebundle_() for record in made.every().values()]
    outputs = [nbformat.v4.new_output("display_data", bundle) for bundle in bundles]
    cell = nbformat.v4.new_code_cell("%modelreg", outputs=outputs)
    nbconvert = pytest.importorskip("nbconvert")
    page, _ = nbconvert.HTMLExporter(template_name="basic").from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert [words(bundle["text/html"]) for bundle in bundles if words(bundle["text/html"]) not in words(page)] == []
    assert page.count('class="modelreg"') == len(bundles)
