"""The grammar of names and references, with the traps of Unicode."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg import names
from modelreg.errors import InvalidError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("churn", "churn:latest"),
        ("churn:v3", "churn:v3"),
        ("churn:V3", "churn:v3"),
        ("churn:3", "churn:v3"),
        ("churn@v3", "churn:v3"),
        ("churn:production", "churn:production"),
        ("churn@production", "churn:production"),
        ("churn:LATEST", "churn:latest"),
        ("train/clf", "train/clf:latest"),
        ("train/clf:v0", "train/clf:v0"),
        ("MNIST Grayscale 28x28:v0", "MNIST Grayscale 28x28:v0"),
        ("2024:v1", "2024:v1"),
    ],
)
def test_a_reference_is_read(text: str, said: str) -> None:
    assert str(names.parse(text)) == said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (":v3", "empty"),
        ("churn:", "without a version"),
        ("churn:v3:v4", "says twice"),
        ("churn@a:b", "says twice"),
        ("a/b/c", "project/name"),
        ("/clf", "empty"),
        ("train/", "empty"),
        (" churn", "blank"),
        ("churn ", "blank"),
        ("churn\n", "cannot be seen"),
        ("churn:v3\n", "cannot be seen"),
        ("churn:v٣", "reads like a version number"),
        ("churn:٣", "reads like a version number"),
        ("churn:lateſt", "always means the newest"),
        ("-churn", "like an option"),
        ("ch\x00urn", "cannot be seen"),
        ("ch\u202eurn", "cannot be seen"),
        ("ch\ud800urn", "cannot be seen"),
        ("x" * 129, "128 is the most"),
    ],
)
def test_what_is_no_reference_is_refused_with_the_rule(text: str, message: str) -> None:
    with pytest.raises(InvalidError, match=message):
        names.parse(text)


@pytest.mark.parametrize("value", [None, 3, b"churn", ["churn"]])
def test_what_is_no_text_is_no_reference(value: object) -> None:
    with pytest.raises(InvalidError, match=type(value).__name__):
        names.parse(value)


@pytest.mark.parametrize(
    "alias",
    ["latest", "LATEST", "lateſt", "v3", "V3", "3", "007", "v٣", "٣", "ｖ３", "", "a/b", "a:b", "a@b"],
)
def test_reserved_aliases_are_refused_in_any_case_and_script(alias: str) -> None:
    with pytest.raises(InvalidError):
        names.clean_alias(alias)


@pytest.mark.parametrize("alias", ["production", "v3-rc", "vNext", "3rd", "best model", "日本"])
def test_other_aliases_are_fine(alias: str) -> None:
    assert names.clean_alias(alias) == alias


@pytest.mark.parametrize(("text", "instead"), [("a/b", "a-b"), ("a/b/c", "a-b-c"), ("/a", "a"), ("a/", "a")])
def test_a_registered_model_has_no_slash_and_the_message_says_what_to_write(text: str, instead: str) -> None:
    with pytest.raises(InvalidError, match=f"no slash in its name: '{text}' names an artifact .*; write '{instead}'$"):
        names.clean_model(text)


def test_names_are_normalised_so_that_two_spellings_are_one_name() -> None:
    assert names.clean("e\u0301") == names.clean("\xe9") == "\xe9"


def test_a_long_message_is_cut_and_shows_nothing_that_acts_on_a_screen() -> None:
    with pytest.raises(InvalidError) as caught:
        names.clean("\x1b[31m" + "x" * 5000)
    assert len(str(caught.value)) < 200
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("gpu", ("gpu", "")),
        ("team=growth", ("team", "growth")),
        ("a=b=c", ("a", "b=c")),
        ("k= v ", ("k", "v")),
    ],
)
def test_a_tag_is_a_key_with_or_without_a_value(text: str, pair: tuple[str, str]) -> None:
    assert names.clean_tag(text) == pair


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_our_words(text: str) -> None:
    try:
        reference = names.parse(text)
    except InvalidError:
        return
    assert names.parse(str(reference)) == names.Reference(
        name=reference.name, number=reference.number, alias=reference.alias, explicit=True
    )
    assert unicodedata.is_normalized("NFC", reference.name)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_a_quoted_name_has_no_bare_blank_or_quote(text: str) -> None:
    typed = names.quote(text)
    assert typed == text or (typed.startswith('"') and typed.endswith('"'))
