"""What a version came from and led to: over data, runs, versions and registered models."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import modelreg
from modelreg import views
from modelreg.catalog import datasets, facts, transaction
from modelreg.errors import InvalidError, NotFoundError
from modelreg.notebook import Notebook
from modelreg.records import DataUse, Edge

if TYPE_CHECKING:
    from modelreg.records import Lineage, Node
    from modelreg.registry import Registry

X = np.arange(40.0).reshape(20, 2)
Y = (X[:, 0] > 20).astype(int)
REQUEST = transaction.Request(command="capture", actor="mara", session="", host="", notebook="")


def seat(registry: Registry, notebook: str, actor: str = "mara") -> Registry:
    """Return the registry in a kernel session of its own."""
    return modelreg.connect(registry.location, actor=actor, notebook=Notebook(path=f"{notebook}.ipynb"))


def child(registry: Registry, notebook: str, strength: float, parent: str = "churn:v0") -> None:
    """Load a version in a session of its own, fit it otherwise and register what came of it."""
    here = seat(registry, notebook)
    model = here.load(parent).set_params(C=strength).fit(X, Y)
    here.register(model, "churn", variable="model")


@pytest.fixture
def story(registry: Registry) -> Registry:
    """Return a registry where ``train.ipynb`` logged data and registered ``churn:v0`` with it."""
    here = seat(registry, "train")
    here.log(X, "data/train", kind="dataset")
    here.log(Y, "data/labels", kind="dataset")
    data = {"train": "data/train:v0", "labels": "data/labels:v0"}
    here.register(
        LogisticRegression().fit(X, Y), "churn", aliases=["staging"], data=data, variable="clf", message="first"
    )
    return registry


def called(lineage: Lineage, label: str, kind: str) -> Node:
    """Return the one node of a kind with a label."""
    [node] = [node for node in lineage.nodes if (node.label, node.kind) == (label, kind)]
    return node


def arrows(lineage: Lineage) -> set[tuple[str, str]]:
    """Return the lines by the labels of their ends."""
    return {(lineage.node(edge.tail).label, lineage.node(edge.head).label) for edge in lineage.edges}


def test_data_lead_over_the_run_to_the_version_and_its_registered_model(story):
    found = story.lineage("churn:staging")
    assert found.version.ref == "churn:v0"
    assert found.node(found.focus).label == "train/clf:v0"
    assert arrows(found) == {
        ("train.ipynb", "data/train:v0"), ("train.ipynb", "data/labels:v0"), ("data/train:v0", "train.ipynb"),
        ("data/labels:v0", "train.ipynb"), ("train.ipynb", "train/clf:v0"), ("train/clf:v0", "churn:v0"),
    }  # fmt: skip
    run = next(node for node in found.nodes if node.act == "register")
    assert (run.actor, run.variable, run.message) == ("mara", "clf", "first")
    assert Edge(called(found, "data/train:v0", "dataset").key, run.key, "train") in found.edges
    assert called(found, "churn:v0", "link").aliases == ("staging",)
    assert found.note == ""


def test_from_the_data_one_sees_the_models_made_with_them_and_theirs(story):
    child(story, "tune", 3.0)
    found = story.lineage("data/train:v0")
    assert {
        ("data/train:v0", "train.ipynb"),
        ("train/clf:v0", "tune.ipynb"),
        ("tune.ipynb", "tune/model:v0"),
    } <= arrows(found)
    assert called(found, "churn:v1", "link").ref == "churn:v1"
    assert "data/labels:v0" not in {node.label for node in found.nodes}


def test_a_version_knows_its_ancestors_and_what_they_are_called_in_registered_models(story):
    child(story, "tune", 3.0)
    found = story.lineage("churn:v1")
    parent = called(found, "train/clf:v0", "model")
    assert parent.also == ("churn:v0",)
    assert {"data/train:v0", "data/labels:v0"} <= {node.label for node in found.nodes}


def test_a_session_that_only_loads_is_a_user_and_one_that_registers_a_child_is_not_told_twice(story):
    seat(story, "evaluate", "jonas").load("churn:v0")
    child(story, "tune", 3.0)
    found = story.lineage("churn:v0")
    assert called(found, "evaluate.ipynb", "run").act == "use"
    assert [node.act for node in found.nodes if node.label == "tune.ipynb"] == ["register"]


def test_many_siblings_stand_as_one_node_that_knows_them(story):
    for number in range(5):
        child(story, f"tune{number}", 3.0 + number)
    story.alias("churn:v3", "production")
    found = story.lineage("churn:v0")
    runs, models, links = (called(found, f"5 {what}", kind) for what, kind in
                           (("runs", "run"), ("models", "model"), ("links", "link")))  # fmt: skip
    assert {("train/clf:v0", "5 runs"), ("5 runs", "5 models"), ("5 models", "5 links")} <= arrows(found)
    assert [node.label for node in runs.members] == [f"tune{number}.ipynb" for number in (4, 3, 2, 1, 0)]
    assert [node.ref for node in links.members] == ["churn:v5", "churn:v4", "churn:v3", "churn:v2", "churn:v1"]
    assert links.aliases == ("production",)
    assert models.ref == ""


def test_four_siblings_stand_alone(story):
    for number in range(4):
        child(story, f"tune{number}", 3.0 + number)
    assert not any(node.members for node in story.lineage("churn:v0").nodes)


def test_many_datasets_of_one_run_stand_as_one(registry):
    here = seat(registry, "train")
    for number in range(6):
        here.log(X + number, f"data/part{number}", kind="dataset")
    data = {f"part{number}": f"data/part{number}:v0" for number in range(6)}
    here.register(LogisticRegression().fit(X, Y), "churn", data=data, variable="clf")
    found = registry.lineage("churn:v0")
    assert ("6 datasets", "train.ipynb") in arrows(found)
    assert ("6 runs", "6 datasets") in arrows(found)


def test_the_data_of_a_training_is_named_one_by_one_and_many_of_it_stand_as_one(registry):
    here = seat(registry, "train")
    for many in (6, 12):
        data = {f"part{number}": X + number for number in range(many)}
        here.register(LogisticRegression(C=many).fit(X, Y), "churn", data=data, variable="clf")
    few, lot = registry.lineage("churn:v0"), registry.lineage("churn:v1")
    assert [node.variable for node in few.nodes if node.kind == "data"] == ["20 × 2"] * 6
    assert ("12 data", "train.ipynb") in arrows(lot)
    assert re.search(r"12 data +data: part\d+, part\d+, part\d+, part\d+ and 8 more  ", repr(views.show(lot)))


def test_data_stands_behind_the_file_that_it_was_read_from(registry):
    inputs = [
        {"role": "train", "expression": "X", "origin": [{"kind": "file", "relative": "raw.csv"}]},
        {"role": "target", "expression": "y", "origin": [{"kind": "file", "path": "/elsewhere/raw.csv"}, "?"]},
        {"role": "eval", "expression": "Z", "origin": "?"},
        "?",
    ]
    uses = [
        DataUse(role="train", name="X", digest="mrfp1:1", rows=20, columns=2),
        DataUse(role="target", name="y", digest="mrfp1:2", rows=20),
        DataUse(role="eval", name="Z", digest="mrfp1:3", rows=5),
        DataUse(role="file", name="raw.csv", digest="mrfp1:4", kind="file"),
        DataUse(role="file", name="other.csv", digest="mrfp1:5", kind="file"),
    ]
    seat(registry, "train").register(LogisticRegression().fit(X, Y), "churn", variable="clf")
    run_id = 1
    with transaction.write(registry._context.catalog, REQUEST, registry._context.clock) as tx:
        datasets.use(tx, run_id, 1, uses)
        facts.complete(tx, run_id, state="complete", capture=json.dumps({"data": {"inputs": inputs}}))
    found = registry.lineage("churn")
    assert {(tail, head) for tail, head in arrows(found) if found.version.ref != head} >= {
        ("raw.csv", "X"), ("raw.csv", "y"), ("X", "train.ipynb"), ("y", "train.ipynb"), ("Z", "train.ipynb"),
        ("other.csv", "train.ipynb"),
    }  # fmt: skip
    assert ("raw.csv", "train.ipynb") not in arrows(found)
    lines = repr(views.show(found)).splitlines()
    assert ["raw.csv", "data file", "X, y"] in [re.split("  +", line) for line in lines]
    assert ["Z", "data 5 rows", "train.ipynb (eval)"] in [re.split("  +", line) for line in lines]


def test_the_depth_is_kept_and_what_is_left_out_is_said(story):
    for number in range(3):
        child(story, f"tune{number}", 3.0 + number, parent=f"churn:v{number}")
    near = story.lineage("churn:v0", depth=1)
    assert "tune0/model:v0" in {node.label for node in near.nodes}
    assert "tune1/model:v0" not in {node.label for node in near.nodes}
    assert near.note == "left out: what lies further back, what came later still"
    assert story.lineage("churn:v0").note == ""


def test_a_deleted_version_is_told_as_such(story):
    child(story, "tune", 3.0)
    story.delete("tune/model:v0", force=True)
    assert called(story.lineage("churn:v0"), "tune/model:v0", "model").deleted


def test_a_circle_of_versions_ends(story):
    child(story, "there", 3.0)
    here = seat(story, "back")
    here.register(here.load("churn:v1").set_params(C=1.0).fit(X, Y), "churn", variable="model")
    found = story.lineage("churn:v0")
    assert ("back.ipynb", "train/clf:v0") in arrows(found)


def test_what_is_not_there_and_a_depth_that_cannot_be_are_refused(story):
    with pytest.raises(NotFoundError, match="churn"):
        story.lineage("churn:v9")
    with pytest.raises(InvalidError, match="depth of a lineage is 1 to 50, not 0"):
        story.lineage("churn:v0", depth=0)
