import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg.views.cards import markdown


def test_markdown_becomes_html():
    html = markdown("# Churn\n\n*who* leaves\n\n- a\n\n| a | b |\n|---|---|\n| 1 | 2 |").text
    assert "<h3 style=" in html
    assert "<em>who</em>" in html
    assert "<li>a</li>" in html
    assert "<td>1</td>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,xx)",
        '[a](https://x.org "t" onclick=alert(1))',
        "![a](https://example.org/a.png)",
        "<style>*{display:none}</style>",
        '<p style="position:fixed">a</p>',
        '<https://example.org/"onmouseover=alert(1)>',
    ],
)
def test_nothing_in_a_description_acts_or_asks_another_machine(text, read):
    seen = read(markdown(text).text)
    assert seen.names <= {"p", "a", "code"}
    assert {key for _, attributes in seen.elements for key in attributes} <= {"style", "href", "rel", "target", "title"}
    assert all(link.startswith("https://") for link in seen.values("href"))
    assert "fixed" not in "".join(seen.values("style"))


def test_links_open_pages_of_their_own_without_telling_where_they_come_from(read):
    ((_, link),) = [one for one in read(markdown("[a](https://example.org)").text).elements if one[0] == "a"]
    assert link == {"href": "https://example.org", "rel": "noopener noreferrer", "target": "_blank"}


@pytest.mark.parametrize("address", ["/api/shutdown", "../lab", "#cell-1", "?reset", "//example.org/x", "notes.md", ""])
def test_a_link_without_a_host_keeps_its_text_and_leads_nowhere(address, read):
    html = markdown(f"[here]({address})").text
    assert ">here</a>" in html
    assert read(html).values("href") == []


def test_a_style_that_is_not_ours_is_dropped():
    from modelreg.views import cards

    assert cards._allowed("p", "style", "color:red") is None
    assert cards._allowed("p", "style", cards._STYLES["p"]) == cards._STYLES["p"]
    assert cards._allowed("a", "href", "https://example.org") == "https://example.org"


@given(st.text(alphabet=st.sampled_from("<>&\"'`![]()#*_\\\x1b\u202e ja:/\n|-"), max_size=60))
def test_no_description_leaves_control_characters(text):
    html = markdown(text).text
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "<img" not in html
