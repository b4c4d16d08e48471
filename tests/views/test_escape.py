import pytest

from modelreg.views.escape import markup, plain


@pytest.mark.parametrize("text", ["churn", "Größe 3", "MNIST Grayscale 28x28", "日本語", "a\u200db"])
def test_text_that_only_shows_stays_as_it_is(text):
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("a\u2028b", "a\\u2028b"),
        ("a\ud800b", "a\\ud800b"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\x9bb", "a\\x9bb"),
        ("a\U000e0041b", "a\\U000e0041b"),
    ],
)
def test_characters_that_act_on_a_screen_are_written_out(text, shown):
    assert plain(text) == shown


def test_kept_characters_stay():
    assert plain("a\nb\x1b", keep="\n") == "a\nb\\x1b"


def test_markup_escapes_tags_and_both_quotes():
    assert markup("<b a='1' c=\"2\">&") == "&lt;b a=&#x27;1&#x27; c=&quot;2&quot;&gt;&amp;"


def test_markup_can_always_be_encoded():
    assert markup("\ud800").encode("utf-8") == b"\\ud800"
