"""``lineage REF``: what a version came from and led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from modelreg.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_the_graph_of_a_version_is_told(churn: Desk) -> None:
    churn.variables["table"] = np.array(churn.variables["rows"])
    churn.run("log table data/rows --kind dataset")
    churn.run("register tree churn --data train=table -a staging")
    lines = churn.says("lineage churn:staging").splitlines()
    assert lines[0] == "lineage of churn:v2"
    assert [line.split("  ")[0] for line in lines[2:]] == [
        "train.ipynb", "data/rows:v0", "train.ipynb", "train/tree:v0", "churn:v2",
    ]  # fmt: skip
    assert "train.ipynb (train)" in lines[3]


def test_the_value_is_the_graph(churn: Desk) -> None:
    found = churn.value("lineage churn:v0 --depth 1")
    assert {node.kind for node in found.nodes} == {"model", "run", "link"}


def test_a_variable_with_data_leads_to_the_models_that_used_it(churn: Desk) -> None:
    churn.variables["table"] = np.array(churn.variables["rows"])
    churn.run("register tree churn --data train=table")
    assert [one.ref for one in churn.leads_on("lineage table", "no registered model 'table'", NotFoundError)] == [
        "churn:v2"
    ]


def test_what_cannot_be_shown_is_refused_with_the_next_line(churn: Desk) -> None:
    churn.refuses("lineage churn:v9", "no version 9", NotFoundError)
    churn.refuses("lineage churn:v0 --depth 99", "1 to 50, not 99", InvalidError)
