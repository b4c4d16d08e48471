"""A misspelt alias is told from one that only looks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.verbs.slip import meant

if TYPE_CHECKING:
    from modelreg.registry import Registry

KNOWN = [
    "staging",
    "production",
    "prod-eu",
    "model-a",
    "champion",
    "stable",
    "stage",
    "candidate",
    "v-a",
    "Best",
    "north",
]


@pytest.mark.parametrize(
    ("alias", "known"),
    [
        ("prodction", "production"),
        ("prodcton", "production"),
        ("porduction", "production"),
        ("productoin", "production"),
        ("rpoduction", "production"),
        ("producttion", "production"),
        ("productio", "production"),
        ("Production", "production"),
        ("stagng", "staging"),
        ("satge", "stage"),
        ("canddate", "candidate"),
        ("best", "Best"),
        ("prod_eu", "prod-eu"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(alias: str, known: str) -> None:
    assert meant(alias, KNOWN) == known


@pytest.mark.parametrize(
    "alias",
    [
        "production", "prod", "stag", "product", "prediction", "reproduction", "production-eu", "production2", "productionb",
        "productions", "prod-us", "prod-de", "prod-eu2", "model-b", "modela", "champions", "v-b", "v-a-2", "south", "forth",
        "unstable", "eu", "a", "???", "本番", "",
    ],
)  # fmt: skip
def test_what_is_short_numbered_or_said_otherwise_on_purpose_is_no_slip(alias: str) -> None:
    assert meant(alias, KNOWN) == ""
    assert meant(alias, []) == ""


def test_only_a_new_alias_is_doubted(registry: Registry) -> None:
    registry.register({"n": 0}, "churn", aliases=["production"])
    registry.register({"n": 1}, "churn")
    first = registry.alias("churn:v0", "prodction")
    assert first.notes == ("'prodction' is new; did you mean 'production'?",)
    assert registry.alias("churn:v1", "prodction").notes == ()
    assert registry.alias("churn:v1", "production").notes == ()
    assert registry.protect("churn", "stagin").notes == ("'stagin' is new; did you mean 'staging'?",)
    assert registry.alias("churn:v1", "stagin", force=True).notes == ()  # guarded before it was set


def test_a_stage_is_no_slip_of_an_alias_that_is_one(registry: Registry) -> None:
    registry.register({"n": 0}, "churn", aliases=["prodction"])
    assert registry.alias("churn:v0", "production").notes == ()


def test_an_alias_of_another_model_is_not_meant(registry: Registry) -> None:
    registry.register({"n": 0}, "other", aliases=["champion"])
    registry.register({"n": 0}, "churn")
    assert registry.alias("churn:v0", "chanpion").notes == ()
    assert registry.link("churn:v0", "other", aliases=["chanpion"]).aliases[0].meant == "champion"
