"""Alias, unalias, protect: answers, guards, compare-and-set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import ConflictError, InvalidError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from modelreg.registry import Registry


@pytest.fixture(autouse=True)
def _three(registry: Registry) -> None:
    for number in range(3):
        registry.register({"n": number}, "churn", project="train", artifact="clf")


def test_each_change_is_said_in_a_few_words(registry: Registry) -> None:
    assert registry.alias("churn:v0", "best").text == "churn:v0 · + best"
    assert registry.alias("churn:v2", "best").text == "churn:v2 · best moved from v0"
    assert registry.alias("churn:v2", "best").text == "churn:v2 · best already stands at v2"
    change = registry.unalias("churn", "best")
    assert (change.text, change.next) == ("churn · best removed from v2", "alias churn:v2 best")
    assert registry.unalias("churn", "best").text == "churn has no alias 'best'; there is none yet"


def test_an_alias_can_be_set_through_another_reference(registry: Registry) -> None:
    registry.alias("churn:v1", "best")
    registry.alias("churn:best", "staging")
    registry.alias("churn", "newest")
    assert registry.model("churn").aliases == {"best": 1, "newest": 2, "staging": 1}


def test_an_alias_of_a_member_is_none_of_its_source(registry: Registry) -> None:
    registry.alias("churn:v0", "best")
    with pytest.raises(NotFoundError, match=r"no alias 'best' in 'train/clf'"):
        registry.get("train/clf:best")


@pytest.mark.parametrize("expect", [1, "v1", "V1", "1"])
def test_what_is_expected_is_written_in_any_way(registry: Registry, expect: Any) -> None:
    registry.alias("churn:v1", "best")
    registry.alias("churn:v2", "best", expect=expect)
    assert registry.get("churn:best").number == 2


@pytest.mark.parametrize("expect", ["best", "", True, 1.0, "vv1"])
def test_what_is_no_number_is_not_expected(registry: Registry, expect: Any) -> None:
    with pytest.raises(InvalidError, match="expect says where the alias stands"):
        registry.alias("churn:v2", "best", expect=expect)


def test_the_second_of_two_who_expect_the_same_is_told_who_was_first(registry: Registry, other: Registry) -> None:
    registry.alias("churn:v0", "best")
    other.alias("churn:v1", "best", expect=0)
    with pytest.raises(ConflictError, match=r"moved meanwhile to v1 by anna; nothing was changed.*history churn"):
        registry.alias("churn:v2", "best", expect=0)
    other.unalias("churn", "best")
    with pytest.raises(ConflictError, match=r"is not set \(removed by anna\)"):
        registry.alias("churn:v2", "best", expect=1)
    with pytest.raises(ConflictError, match=r"'never' of 'churn' is not set; nothing"):
        registry.alias("churn:v2", "never", expect=1)
    assert registry.model("churn").aliases == {}


def test_force_does_not_overrule_what_is_expected(registry: Registry) -> None:
    registry.alias("churn:v0", "best")
    with pytest.raises(ConflictError):
        registry.alias("churn:v1", "best", expect=2, force=True)


def test_a_refusal_names_the_lines_that_go_on(registry: Registry) -> None:
    registry.alias("churn:v0", "best")
    registry.protect("churn", "best", message="freeze")
    with pytest.raises(RefusedError, match=r"alias churn:v1 best --force or %modelreg unprotect churn best"):
        registry.alias("churn:v1", "best")
    with pytest.raises(RefusedError, match=r"unalias churn best --force"):
        registry.unalias("churn", "best")
    (entry,) = registry.history("churn", kinds=["alias-protected"])
    assert (entry.alias, entry.number, entry.reason) == ("best", 0, "freeze")


def test_protection_outlives_a_forced_removal(registry: Registry) -> None:
    registry.alias("churn:v0", "best")
    registry.protect("churn", "best")
    registry.unalias("churn", "best", force=True)
    assert registry.model("churn").aliases == {}
    with pytest.raises(RefusedError, match="is protected \\(is not set\\)"):
        registry.alias("churn:v1", "best")
    registry.alias("churn:v1", "best", force=True)
    assert registry.model("churn").protected == ("best",)


def test_guards_say_what_they_did(registry: Registry) -> None:
    assert registry.protect("churn", "best").text == "churn: best is protected now (not set yet)"
    assert registry.protect("churn", "best").text == "churn: best is protected already (not set yet)"
    assert registry.unprotect("churn", "best").text == "churn: best is not protected now"
    assert registry.unprotect("churn", "best").text == "churn: best was not protected"
    registry.alias("churn:v1", "best")
    assert registry.protect("churn", "best").text == "churn: best is protected now (stands at v1)"


def test_a_forced_change_is_in_the_history_like_any(registry: Registry) -> None:
    registry.alias("churn:v0", "best")
    registry.protect("churn", "best")
    registry.alias("churn:v1", "best", force=True, message="incident 7")
    here, away = registry.history("churn", limit=2)
    assert [(a.kind, a.number, a.before, a.after, a.reason) for a in (here, away)] == [
        ("alias-moved-here", 1, 0, 1, "incident 7"),
        ("alias-moved-away", 0, 0, 1, "incident 7"),
    ]


def test_aliases_differ_by_case(registry: Registry) -> None:
    registry.alias("churn:v0", "best")
    registry.alias("churn:v1", "Best")
    assert registry.model("churn").aliases == {"Best": 1, "best": 0}


def test_an_alias_is_removed_only_from_where_it_is_expected(registry: Registry, other: Registry) -> None:
    registry.alias("churn:v0", "best")
    other.alias("churn:v1", "best")
    with pytest.raises(ConflictError, match=r"'best' of 'churn' moved meanwhile to v1 by anna; nothing was changed"):
        registry.unalias("churn", "best", expect=0, force=True)
    assert registry.model("churn").aliases == {"best": 1}
    registry.unalias("churn", "best", expect="v1")
    with pytest.raises(ConflictError, match=r"is not set \(removed by"):
        registry.unalias("churn", "best", expect=1)
    assert not registry.unalias("churn", "best", expect=None).changed
