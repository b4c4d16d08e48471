"""The search box, the change counter, and the undo of one change and no other."""

from __future__ import annotations

import pytest
from sklearn.dummy import DummyClassifier

import modelreg
from modelreg.errors import ConflictError


@pytest.fixture
def registry(tmp_path):
    return modelreg.connect(tmp_path / "registry")


def names(page):
    return [model.name for model in page]


def test_words_are_found_in_names_aliases_and_tags_whatever_their_case(registry):
    registry.create("Churn", tags=["team=growth"])
    registry.create("fraud", tags=["team=risk", "gpu"])
    registry.register(DummyClassifier(), "ranking", aliases=["Production"])
    assert names(registry.models(search="cHuR")) == ["Churn"]
    assert names(registry.models(search="production")) == ["ranking"]
    assert names(registry.models(search="team=risk")) == ["fraud"]
    assert names(registry.models(search="gpu fra")) == ["fraud"]
    assert names(registry.models(search="gpu churn")) == []


def test_a_search_means_its_signs_as_they_are(registry):
    registry.create("a_b")
    registry.create("axb")
    registry.create("100%")
    assert names(registry.models(search="a_b")) == ["a_b"]
    assert names(registry.models(search="%")) == ["100%"]


def test_a_search_counts_what_matches_and_pages_on(registry):
    for number in range(7):
        registry.create(f"model-{number}")
    registry.create("other")
    page = registry.models(search="model", limit=3, order="name")
    assert (page.total, names(page)) == (7, ["model-0", "model-1", "model-2"])
    assert names(registry.models(search="model", limit=3, order="name", token=page.next))[0] == "model-3"
    assert registry.models(search="").total == 8
    assert registry.models().total is None


def test_a_search_narrows_a_query(registry):
    registry.create("churn-a", tags=["x"])
    registry.create("churn-b")
    assert names(registry.models('"x" in tags', search="churn")) == ["churn-a"]


def test_the_pulse_changes_with_every_change_and_only_then(registry):
    assert registry.pulse() == 0
    registry.create("churn")
    first = registry.pulse()
    registry.models()
    assert registry.pulse() == first
    modelreg.connect(registry.location).tag("churn", "x")
    assert registry.pulse() > first


def test_what_undo_would_take_back_is_told(registry):
    assert registry.undoable() is None
    registry.create("churn")
    registry.tag("churn", "x")
    last = registry.undoable()
    assert last.command == "tag"
    assert "tag x set on churn" in last.sentences[0]


def test_undoing_one_change_leaves_a_later_one_alone(registry):
    registry.create("churn")
    first = registry.undoable().operation
    registry.tag("churn", "x")
    with pytest.raises(ConflictError, match=r"something else since \(tag\); nothing was undone"):
        registry.undo(only=first)
    assert "x" in registry.model("churn").tags
    registry.undo(only=registry.undoable().operation)
    assert "x" not in registry.model("churn").tags
    registry.undo(only=first)
    assert names(registry.models()) == []
