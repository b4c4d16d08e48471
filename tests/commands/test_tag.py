"""``tag REF KEY[=VALUE]…``: tags of registered models, artifacts and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_labels_and_values_are_set(churn: Desk) -> None:
    assert churn.says("tag churn:v0 reviewed team=growth") == "churn:v0 (train/clf:v0) tagged reviewed, team=growth"
    assert churn.registry.get("churn:v0").tags == {"reviewed": "", "team": "growth"}


def test_a_registered_model_and_an_artifact_are_tagged(churn: Desk) -> None:
    churn.run('tag churn "note=a = b" -m why')
    churn.run("tag train/clf origin=train")
    assert churn.registry.model("churn").tags == {"note": "a = b"}
    assert churn.registry.show("train/clf").model.tags == {"origin": "train"}
    assert churn.registry.history("churn")[0].reason == "why"


def test_a_value_changes(churn: Desk) -> None:
    churn.run("tag churn team=growth")
    churn.run("tag churn team=risk")
    assert churn.registry.model("churn").tags == {"team": "risk"}


def test_the_same_tag_changes_nothing(churn: Desk) -> None:
    churn.run("tag churn team=growth")
    churn.unchanged_by(lambda: churn.run("tag churn team=growth"))


def test_one_wrong_tag_sets_none(churn: Desk) -> None:
    churn.refuses("tag churn good =bad", "the tag is empty", InvalidError)
    churn.refuses("tag churn", "tag needs TAGS")
    churn.refuses("tag churn:v9 good", "no version 9", NotFoundError)
    assert churn.registry.model("churn").tags == {}
