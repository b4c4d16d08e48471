"""The metrics and params of a home are those of its newest live versions, in a bounded list."""

from __future__ import annotations

import pytest

import modelreg
from modelreg.catalog import keys
from modelreg.errors import NotFoundError


@pytest.fixture
def registry(home):
    opened = modelreg.connect(home / "registry")
    for number, names in enumerate((["old"], ["auc", "b"], ["auc", "c"])):
        facts = dict.fromkeys(names, float(number))
        opened.register({"n": number}, "churn", metrics=facts, params=facts, project="train", artifact="clf")
    yield opened
    opened.close()


def told(registry, name="churn"):
    found = registry.keys(name)
    assert found.metrics == found.params
    return found.metrics


def test_those_of_the_newest_version_come_first(registry):
    assert told(registry) == told(registry, "train/clf") == ("auc", "c", "b", "old")
    assert registry.keys("churn").uid == registry.model("churn").uid


def test_what_no_version_has_any_more_is_not_told(registry):
    registry.unlink("churn:v0")
    assert told(registry) == ("auc", "c", "b")
    assert told(registry, "train/clf") == ("auc", "c", "b", "old")


def test_versions_and_keys_are_bounded(registry, monkeypatch):
    monkeypatch.setattr(keys, "NEWEST", 2)
    assert told(registry) == ("auc", "c", "b")
    monkeypatch.setattr(keys, "MOST", 1)
    assert told(registry) == ("auc",)


def test_an_empty_home_has_none_and_one_that_is_not_there_is_refused(registry):
    registry.create("fraud")
    assert told(registry, "fraud") == ()
    with pytest.raises(NotFoundError, match="no registered model 'chrun'"):
        registry.keys("chrun")
