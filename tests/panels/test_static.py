"""What ``%modelreg`` leaves in a notebook that no kernel stands behind."""

from __future__ import annotations

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect
from sklearn.linear_model import LinearRegression

CELLS = ("%load_ext modelreg", "%modelreg")
HOSTILE = '<img src="https://example.org/x.png" onerror="alert(1)"> & <script>alert(2)</script>'
PAGE_PARTS = dict.fromkeys(("require_js_url", "jquery_url", "mathjax_url", "mermaid_js_url", "widget_renderer_url"), "")
"""What nbconvert itself loads from elsewhere, for whatever notebook."""


@pytest.fixture
def filled(registry):
    """A registry of two models, one of which says what would do harm if it were not escaped."""
    model = LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0])
    registry.register(model, "churn", aliases=["production"], metrics={"auc": 0.9125})
    registry.create("fraud", description=HOSTILE, tags=[f"note={HOSTILE}"])
    registry.register(model, "fraud", message=HOSTILE)
    return registry


@pytest.mark.parametrize(("app", "theme"), [pytest.param("lab", "dark", marks=pytest.mark.slow), ("nb7", "light")])
def test_the_registry_stands_in_the_cell(book, filled, app, theme):
    shown = book.open(CELLS, app=app, theme=theme).run_all()
    expect(shown).to_contain_text("churn")
    expect(shown).to_contain_text("fraud")


@pytest.mark.parametrize("app", [pytest.param("lab", marks=pytest.mark.slow), "nb7"])
def test_a_notebook_that_is_not_trusted_shows_the_twin(book, filled, app):
    book.open(CELLS, app=app).run_all()
    saved = book.save()
    saved.cells[1].source += "  # somebody else's"
    twin = book.reopen(saved).output(1)
    expect(twin).to_contain_text("churn")
    expect(twin).to_contain_text("production")
    assert book.mimes(1)[0] == "text/html"


LONG = "retention-propensity-for-the-nordic-and-baltic-markets-with-weekly-refresh"
FITTED = "from sklearn.linear_model import LinearRegression\nmodel = LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0])"
LOOKS = (
    "%modelreg",
    f"%modelreg show {LONG}",
    f"%modelreg versions {LONG}",
    "%modelreg models",
)
ENVIRONMENT = (f"%modelreg env {LONG}:v0",)
OUT_OF_SIGHT = """outputs => {
  const whole = outputs.getBoundingClientRect(), right = whole.right + 1;
  return [...outputs.querySelectorAll("td, th, p, time, span")]
    .filter(e => e.offsetParent && !e.children.length && e.textContent.trim())
    .filter(e => {
      const range = document.createRange();
      range.selectNodeContents(e);
      const cut = getComputedStyle(e).textOverflow === "ellipsis";
      return (cut ? e : range).getBoundingClientRect().right > right;
    })
    .map(e => e.textContent.slice(0, 40));
}"""
"""Words that begin or end beyond the right edge of the output, where one has to scroll to."""


@pytest.mark.parametrize(("width", "looks"), [(1000, LOOKS), (640, ENVIRONMENT)], ids=["wide", "narrow"])
def test_in_a_saved_page_long_names_and_many_aliases_push_nothing_out_of_sight(book, registry, width, looks):
    first = f"%load_ext modelreg\n{FITTED}\n%modelreg register model {LONG} --metric auc=0.9125"
    book.open((first, *looks), width=width)
    book.run(0)
    registry.describe(LONG, "Who stays with us.\n\nSee https://example.org/" + "x" * 300)
    for number in range(14):
        registry.alias(f"{LONG}:v0", f"market-number-{number:02d}")
    book.run_all()
    saved = book.save()
    for cell in saved.cells:
        cell.source += "  # somebody else's"
    book.reopen(saved)
    for at, line in enumerate(looks, start=1):
        expect(book.output(at)).to_contain_text(LONG[:20])
        assert book.output(at).evaluate(OUT_OF_SIGHT) == [], line


@pytest.mark.parametrize("app", ["lab", pytest.param("nb7", marks=pytest.mark.slow)])
def test_a_notebook_that_is_opened_again_in_another_kernel_shows_the_twin_and_nothing_else(book, filled, app):
    book.open(CELLS, app=app).run_all()
    expect(book.panel.locator(".mr-version").first).to_be_visible()
    assert not twin_of(book).is_visible()
    book.save()
    book.reopen()
    expect(twin_of(book)).to_be_visible()
    expect(twin_of(book)).to_contain_text("production")
    book.page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    assert "Error displaying widget" not in book.output(1).inner_text()
    book.guard.errors.clear()  # the front end's own: widget model not found


def test_a_saved_notebook_holds_the_twin_and_shows_the_panel_again_while_the_kernel_lives(book, filled):
    book.open(CELLS).run_all()
    expect(book.panel.locator(".mr-version").first).to_be_visible()
    saved = book.save()
    bundle, widget = (output["data"] for output in saved.cells[1].outputs)
    assert "churn" in bundle["text/html"]
    assert "churn" in bundle["text/plain"]
    assert "widgets" not in saved.metadata
    assert "<script" not in bundle["text/html"]
    assert widget["text/plain"] == ""
    assert "text/html" not in widget

    # a page made of it by nbconvert
    html, _ = HTMLExporter(**PAGE_PARTS).from_notebook_node(saved)
    page = book.blank()
    page.set_content(html)
    expect(page.locator("body")).to_contain_text("churn")
    expect(page.locator("body")).to_contain_text("production")
    page.close()

    # the page of the notebook, loaded again
    book.page.reload()
    expect(book.panel.locator(".mr-version").first).to_be_visible()
    assert not twin_of(book).is_visible()


def twin_of(book):
    """Return the static twin of the panel in a notebook."""
    return book.page.locator(".modelreg-twin").first


def test_without_models_the_twin_says_how_to_register_the_one_in_the_kernel(book):
    book.open(["%load_ext modelreg\nfrom sklearn.svm import SVC\nsvc = SVC()", "%modelreg"]).run_all()
    output, _ = book.save().cells[1].outputs
    assert "%modelreg register svc" in output["data"]["text/html"]


def test_a_line_that_cannot_be_meant_is_one_line_in_the_cell(book, filled):
    book.open(["%load_ext modelreg"]).run(0)
    at = book.add("%modelreg show chrn")
    with pytest.raises(AssertionError, match="did you mean 'churn'"):
        book.run(at)
    assert "Traceback" not in book.output(at).inner_text()
