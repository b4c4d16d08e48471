"""``show REF``: all of a version, a registered model or an artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from modelreg.errors import InvalidError, ModelRegError, NotFoundError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_version_is_shown_with_its_facts(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run('describe churn:v0 "first one"')
    churn.run("tag churn:v0 team=growth")
    text = churn.says("show churn:production")
    facts = dict(line.split(maxsplit=1) for line in text.splitlines()[2:])
    assert text.splitlines()[:2] == ["churn:v0", "first one"]
    assert facts["aliases"] == "production"
    assert facts["class"] == "sklearn.linear_model._logistic.LogisticRegression"
    assert facts["source"] == "train/clf:v0"
    assert facts["metrics"] == "auc 0.91"
    assert facts["tags"] == "team=growth"
    assert facts["content"] == f"b3:{churn.registry.get('churn:v0').content_id}"


def test_the_line_that_loads_works(churn: Desk) -> None:
    text = churn.says("show churn:v1")
    churn.run(text.rpartition("%modelreg ")[2] + "_again")
    assert churn.variables["better_again"].C == 10.0


def test_a_registered_model_is_shown_with_its_versions(churn: Desk) -> None:
    churn.run("metric churn auc higher")
    churn.run("protect churn production")
    churn.run("alias churn:v1 production --force")
    text = churn.says("show churn")
    assert text.splitlines()[0] == "churn  registered model, 2 versions"
    assert "production v1" in text
    assert "auc ↑ higher" in text
    assert text.index("churn:v1") < text.index("churn:v0")


def test_an_artifact_is_shown_with_its_versions(churn: Desk) -> None:
    text = churn.says("show train/clf")
    assert text.splitlines()[0] == "train/clf  model artifact, 1 version"
    assert "train/clf:v0" in text


def test_at_a_time_it_is_what_the_alias_meant_then(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    then = np.datetime64(churn.registry.history("churn")[0].at, "us")
    churn.run("alias churn:v1 production")
    assert churn.value(f"show churn:production --at {then}").version.number == 0
    assert churn.value("show churn:production").version.number == 1


def test_an_old_name_answers_with_the_new_one(churn: Desk) -> None:
    churn.run("rename churn attrition")
    assert churn.value("show churn:v0").version.ref == "attrition:v0"


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("show", "show needs REF", UsageError),
        ("show chrun", r"no registered model 'chrun'; did you mean 'churn'\?.*Try %modelreg models", NotFoundError),
        (
            "show train/clff",
            r"no artifact 'train/clff'; did you mean 'train/clf'\?.*Try %modelreg artifacts",
            NotFoundError,
        ),
        ("show churn:v7", "no version 7 of 'churn'; it has v0-v1. Try %modelreg versions churn", NotFoundError),
        ("show churn:best", "no alias 'best' in 'churn'", NotFoundError),
        ("show churn@v1@x", "says twice which version", InvalidError),
        ("show a/b/c", "an artifact is named project/name", InvalidError),
        ("show churn:v0 --at never", "'never' is no time", InvalidError),
    ],
)
def test_a_wrong_line_is_refused(churn: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    churn.refuses(line, message, kind)
