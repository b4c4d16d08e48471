"""Attached pictures and curves in real browsers: drawn wherever a notebook is opened, and nothing in them acts."""

from __future__ import annotations

import pytest
from nbconvert import HTMLExporter

from tests.panels.test_static import PAGE_PARTS

CELLS = ("%load_ext modelreg", "%modelreg show churn:v1", "%modelreg compare churn:v0 churn:v1")
HOSTILE = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="30"
 onload="alert(1)"><script>alert(2)</script><style>@import url(https://example.org/a.css);</style>
<image xlink:href="https://example.org/x.png" width="9" height="9"/><rect width="40" height="30" fill="teal"/>
<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml" onload="alert(3)"/></foreignObject></svg>"""
DRAWN = "images => images.map(image => image.complete && image.naturalWidth > 0)"


@pytest.fixture
def filled(registry):
    """A registry of two versions with curves and a picture that would do harm if it were part of the page."""
    for number in range(2):
        points = [1 / (step + number + 1) for step in range(20)]
        registry.register(
            {"n": number}, "churn", metrics={"loss": points}, attachments={"roc.svg": HOSTILE + b" " * number}
        )
    return registry


def drawn(place):
    """Return of each image below a place whether it was drawn."""
    return place.locator("img").evaluate_all(DRAWN)


def test_pictures_and_curves_are_drawn_in_the_notebook_and_in_a_page_made_by_nbconvert(book, filled):
    book.open(CELLS, theme="dark").run_all()
    assert drawn(book.output(1)) == [True] * 2
    assert drawn(book.output(2)) == [True] * 3
    html, _ = HTMLExporter(**PAGE_PARTS).from_notebook_node(book.save())
    page = book.blank()
    page.set_content(html)
    assert drawn(page.locator("body")) == [True] * 5


@pytest.mark.parametrize("app", [pytest.param("lab", marks=pytest.mark.slow), "nb7"])
def test_they_are_drawn_in_a_notebook_that_is_not_trusted(book, filled, app):
    book.open(CELLS, app=app).run_all()
    saved = book.save()
    for cell in saved.cells:
        cell.source += "  # somebody else's"
    book.reopen(saved)
    assert drawn(book.output(1)) == [True] * 2
    assert drawn(book.output(2)) == [True] * 3
