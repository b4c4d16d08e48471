import pytest

from modelreg.views.html import Sanitized, render, tag


def test_text_and_attributes_are_escaped_by_rendering():
    assert render(tag("td", "<script>", title='"><img>')) == ('<td title="&quot;&gt;&lt;img&gt;">&lt;script&gt;</td>')


def test_nothing_and_nested_lists_disappear():
    assert render(tag("p", None, ["a", ["b", None]], 3, hidden=None)) == "<p>ab3</p>"


def test_attribute_names_follow_python_names():
    assert render(tag("span", class_="x", aria_label="y")) == '<span class="x" aria-label="y"></span>'


def test_void_elements_are_not_closed():
    assert render(tag("br")) == "<br>"


def test_sanitized_markup_is_not_escaped_again():
    assert render(tag("div", Sanitized("<em>a</em>"))) == "<div><em>a</em></div>"


@pytest.mark.parametrize("name", ["", "a b", "a>", "1", "ä"])
def test_names_that_are_no_names_are_refused(name):
    with pytest.raises(ValueError, match="no name of an element"):
        tag(name)


def test_attribute_names_cannot_be_smuggled():
    with pytest.raises(ValueError, match="no name of an element"):
        tag("a", **{"x onclick": "1"})
