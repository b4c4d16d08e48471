"""Which version is told as the parent of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.registry import connect
from tests.verbs.cells import Cells

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cells:
    """Return a session in which ``churn:v0`` is a model with a class of the notebook."""
    monkeypatch.chdir(tmp_path)
    made = Cells(tmp_path)
    made.names["modelreg"] = made.registry
    made("class Net:\n    def __init__(self, w): self.w = w\n    def see(self, X): X.append(self.w)")
    made("net = Net(1)")
    made.register("net")
    return made


def parents(cells: Cells, ref: str) -> list[str]:
    return [one for run in cells.registry.show(ref).runs for one in run.inputs]


@pytest.mark.parametrize("held", ["{'model': {'w': on.w}, 'epoch': 3}", "[on.w, 3]", "(on.w, 3)"])
def test_a_checkpoint_of_a_model_that_was_loaded_and_trained_on_names_it(cells: Cells, held: str) -> None:
    cells("on = modelreg.load('churn:v0')\non.w = 2\n")
    cells(f"held = {held}")
    answer = cells.registry.register(cells.names["held"], "kept", variable="held")
    assert answer.derived_from == "train/net:v0"
    assert parents(cells, "kept:v0") == ["train/net:v0"]


def test_of_several_versions_none_is_what_a_checkpoint_is_derived_from(cells: Cells) -> None:
    cells("two = Net(2)")
    cells.register("two")
    cells("a = modelreg.load('churn:v0')\nb = modelreg.load('churn:v1')\nheld = [a.w, b.w]")
    answer = cells.registry.register(cells.names["held"], "kept", variable="held")
    assert answer.derived_from is None
    assert sorted(parents(cells, "kept:v0")) == ["train/net:v0", "train/two:v0"]


def test_what_another_registry_has_is_not_named_as_a_version_of_this_one(cells: Cells, tmp_path: Path) -> None:
    cells.names["elsewhere"] = connect(tmp_path / "elsewhere", notebook=cells.notebook)
    cells("first = elsewhere.register(net, 'away')\non = elsewhere.load('away')\non.w = 3\n")
    cells.register("on", "goes")
    assert cells.registry.code("goes").cells[-1].endswith("on = elsewhere.load('away')\non.w = 3\n")
    assert parents(cells, "goes:v0") == []
    cells.names["elsewhere"].close()


def test_what_goes_on_from_a_checkpoint_names_it_though_a_dict_cannot_be_told_from_others(cells: Cells) -> None:
    cells("held = {'w': 5}")
    cells.register("held", "kept")
    cells("again = modelreg.load('kept:v0')\non = Net(again['w'])\nheld2 = {'w': on.w + 1}")
    cells.register("held2", "kept")
    assert parents(cells, "kept:v1") == ["train/held:v0"]


def test_a_variable_that_holds_another_model_since_does_not_change_what_was_loaded(cells: Cells) -> None:
    cells("again = modelreg.load('churn:v0')\nheld = {'w': again.w, 'n': 1}")
    cells("net = Net(7)")
    cells.register("net", "other")
    cells("again = net")
    cells.register("held", "kept")
    assert parents(cells, "kept:v0") == ["train/net:v0"]


def test_a_model_that_was_only_shown_the_same_data_is_no_parent(cells: Cells) -> None:
    cells("X = [1]\nold = modelreg.load('churn:v0')\nold.see(X)\nfresh = {'n': len(X)}")
    cells.register("fresh", "kept")
    assert "load('churn:v0')" in cells.registry.code("kept").cells[0]  # to run it again takes the load all the same
    assert parents(cells, "kept:v0") == []


def test_a_version_that_was_there_before_gets_no_parent_by_contents_that_are_equal(cells: Cells) -> None:
    cells("two = Net(2)")
    cells.register("two", "churn")
    cells("on = modelreg.load('churn:v0')\non.w = 2\n")
    answer = cells.registry.register(cells.names["on"], "churn", variable="on")
    assert (answer.outcome, answer.derived_from) == ("identical", None)
    assert parents(cells, "churn:v1") == []


def test_code_that_goes_on_from_a_loaded_version_loads_that_one_when_it_is_run_again(cells: Cells) -> None:
    cells("on = modelreg.load('churn')\non.w = 2\n")
    cells("newer = Net(9)")
    cells.register("newer")  # from now on the name means another
    cells.register("on", "goes")
    assert cells.registry.code("goes").cells[-1].endswith("on = modelreg.load('train/net:v0')\non.w = 2\n")
    cells("on = modelreg.load('churn')\non.w += 1\n")
    cells.register("on", "goes")
    assert cells.registry.code("goes:v1").cells[-1].endswith("on = modelreg.load('train/newer:v0')\non.w += 1\n")


def test_a_reference_that_a_variable_holds_is_named_too(cells: Cells) -> None:
    cells("ref = 'chu' + 'rn'\non = modelreg.load(ref)\non.w = 2\n")
    cells.register("on", "goes")
    assert cells.registry.code("goes").cells[-1].endswith("on = modelreg.load('train/net:v0')\non.w = 2\n")


def test_what_was_trained_on_to_what_was_there_before_is_run_again(cells: Cells) -> None:
    cells("two = Net(2)")
    cells.register("two", "churn")
    cells("import modelreg as package\non = package.connect().load('churn:v0')\non.w = 2\n")
    cells.register("on", "goes")
    assert cells.registry.get("goes:v0").content_id == cells.registry.get("churn:v1").content_id
    assert cells.registry.reproduce("goes").outcome == "reproduced"
