"""What the name of an alias means that somebody types: where it stands, or a new one and which are near."""

from __future__ import annotations

import pytest


def test_an_alias_that_is_set_comes_with_where_it_stands(opened):
    assert opened.ask("aliased", name="churn", alias="production") == {"alias": "production", "number": 1, "near": ""}


@pytest.mark.parametrize("typed", ["prodction", "Production", "PRODUCTOIN"])
def test_a_new_alias_names_the_one_that_it_is_near_to(opened, typed):
    assert opened.ask("aliased", name="churn", alias=typed) == {"alias": typed, "number": None, "near": "production"}


def test_a_stage_that_is_set_nowhere_is_known_and_near(opened):
    assert opened.ask("aliased", name="churn", alias="staging") == {"alias": "staging", "number": None, "near": ""}
    assert opened.ask("aliased", name="fraud", alias="stagng")["near"] == "staging"


def test_what_is_near_to_nothing_is_only_new(opened):
    assert opened.ask("aliased", name="churn", alias="champion")["near"] == ""
    assert opened.ask("aliased", name="scratch/churn", alias="prodction")["near"] == ""


@pytest.mark.parametrize("typed", ["latest", "v3", "7", "", "a b"])
def test_what_can_be_no_alias_is_refused(opened, typed):
    if typed == "a b":
        assert opened.ask("aliased", name="churn", alias=typed)["number"] is None
    else:
        assert opened.refused("aliased", name="churn", alias=typed)["text"]
