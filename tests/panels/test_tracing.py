"""What a panel reads of a lineage."""

from __future__ import annotations

import json

import pytest

from .descent import CHILDREN, descend


@pytest.fixture
def panel(unopened, traced):
    """Return a notebook with a panel over a model with ancestors and descendants."""
    unopened.open("browse churn")
    return unopened


def boxes(told):
    """Return the boxes by their labels and kinds."""
    return {(box["label"], box["kind"]): box for box in told["boxes"]}


def test_the_version_that_is_named_is_drawn_with_its_neighbours(panel):
    told = panel.ask("lineage", name="churn", of="staging")
    assert (told["ref"], told["number"]) == ("churn:v0", 0)
    found = boxes(told)
    assert {"data/train:v0", "train/clf:v0", "churn:v0", "7 runs", "7 models", "7 links"} <= {
        label for label, _ in found
    }
    own = found["train/clf:v0", "model"]
    assert own["focus"]
    assert own["ref"] == "train/clf:v0"
    assert [line["role"] for line in told["lines"] if line["tail"] == found["data/train:v0", "dataset"]["key"]] == [
        "train"
    ]
    width, height = told["box"]
    assert all(
        0 <= box["x"] <= told["width"] - width and 0 <= box["y"] <= told["height"] - height for box in told["boxes"]
    )


def test_where_none_is_named_it_is_the_version_that_a_user_wants(panel):
    assert panel.ask("lineage", name="churn")["ref"] == "churn:v0"  # staging, the last stage that is set
    panel.somebody().alias("churn:v3", "production")
    assert panel.ask("lineage", name="churn")["ref"] == "churn:v3"


def test_a_run_tells_who_did_what_and_why_and_a_group_its_members(panel):
    told = boxes(panel.ask("lineage", name="churn", of="v0"))
    runs = [box for (label, kind), box in told.items() if (label, kind) == ("evaluate.ipynb", "run")]
    assert runs[0]["facts"] == [["did", "loaded"], ["by", "jonas"]]
    assert runs[0]["ref"] == ""
    group = told["7 models", "model"]
    assert group["many"] == CHILDREN
    assert [each["ref"] for each in group["members"]] == [
        f"tune{number}/tuned:v0" for number in reversed(range(CHILDREN))
    ]


@pytest.mark.slow
def test_an_answer_is_bounded_however_many_used_it(panel):
    one = len(json.dumps(panel.ask("lineage", name="churn", of="v0")))
    descend(panel.desk.place)
    descend(panel.desk.place)
    assert len(json.dumps(panel.ask("lineage", name="churn", of="v0"))) < 3 * one
    assert one < 20_000


@pytest.mark.parametrize("of", ["v99", "nothing", "v0:v1", "<b>"])
def test_a_version_that_is_not_there_is_refused(panel, of):
    assert panel.refused("lineage", name="churn", of=of)["kind"] in {"not-found", "invalid"}
