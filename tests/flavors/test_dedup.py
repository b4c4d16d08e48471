"""What did not change between two versions is not stored again: bytes of objects, counted."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.ensemble import RandomForestRegressor
from tests.flavors.trips import trip

from modelreg.contents import pack
from modelreg.flavors import frames
from modelreg.flavors.python import PYTHON

MIB = 1 << 20


class Store:
    """The objects that are there."""

    def __init__(self) -> None:
        self.objects: dict[str, int] = {}

    def add(self, obj: object) -> int:
        """Store an object; return how many bytes were new."""
        packed = pack(obj, PYTHON)
        new = {name: size for name, size in packed.objects if name not in self.objects}
        self.objects.update(new)
        return sum(new.values())


def test_of_ten_networks_of_which_the_last_layer_changes_the_others_are_stored_once() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(*[torch.nn.Linear(600, 600) for _ in range(12)], torch.nn.Linear(600, 10))
    store = Store()
    first = store.add(net)
    last = sum(parameter.nbytes for parameter in net[-1].parameters())
    further = []
    for _ in range(9):
        with torch.no_grad():
            net[-1].weight += 1
        further.append(store.add(net))
    assert first > 16 * MIB
    assert min(further) > last
    assert first + sum(further) < 1.05 * (first + 9 * last)


def test_a_network_after_a_load_or_a_copy_is_stored_already() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(600, 600), torch.nn.LSTM(600, 300), torch.nn.Linear(300, 10))
    store = Store()
    store.add(net)
    assert store.add(trip(net)) < 20_000  # a stream at most
    assert store.add(copy.deepcopy(net)) < 20_000


def grown(trees: int, *, after: RandomForestRegressor | None = None) -> RandomForestRegressor:
    """Return a forest, or one with more trees."""
    noise = np.random.default_rng(0)
    x, y = noise.random((1500, 8)), noise.random(1500)
    forest = after or RandomForestRegressor(warm_start=True, random_state=0)
    return forest.set_params(n_estimators=trees).fit(x, y)


SAME = {
    "plain": lambda forest: forest,
    "copied": copy.deepcopy,
    "loaded": trip,
    "copied, loaded and copied": lambda forest: copy.deepcopy(trip(copy.deepcopy(forest))),
}


@pytest.mark.parametrize("how", SAME)
def test_of_a_forest_that_grows_the_new_trees_are_stored_and_the_group_that_they_begin_in(how: str) -> None:
    forest, store = grown(20), Store()
    first = store.add(forest)
    assert store.add(grown(20)) == 0
    new, whole = 0, 0
    for trees in (30, 40, 50, 60):
        forest = SAME[how](forest)
        assert store.add(forest) < 200_000  # a stream at most
        new += store.add(grown(trees, after=forest))
        whole += Store().add(forest)
    assert new < 2 * first + 4 * 2 * MIB  # two times as many trees as at first, in four steps
    assert new < whole / 2


def test_of_a_table_with_rows_appended_the_last_object_of_each_column_is_stored() -> None:
    noise = np.random.default_rng(0)
    table = pd.DataFrame({name: noise.random(500_000) for name in "abcd"} | {"n": np.arange(500_000)})
    longer = pd.concat([table, table[:10_000]], ignore_index=True)
    store = Store()
    assert store.add(table) > 5 * 500_000 * 8
    new = store.add(longer)
    assert 5 * 10_000 * 8 < new < 5 * (frames.STEP + 10_000 * 8)
    assert store.add(longer.assign(more=1.0)) < 2 * MIB + 1_000
    assert store.add(longer.drop(columns="b")) < 10_000


def test_how_a_column_is_cut_is_no_part_of_the_content_id(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"a": np.arange(1_200_000.0), "b": np.arange(1_200_000)})
    before = pack(table, PYTHON)
    monkeypatch.setattr(frames, "STEP", 3 * MIB)
    monkeypatch.setattr(frames._Whole, "step", 3 * MIB)
    after = pack(table, PYTHON)
    assert before.content_id == after.content_id
    assert before.objects != after.objects
    assert {size for _, size in before.objects if size > MIB} == set()
    assert {size for _, size in after.objects if size > MIB} == {3 * MIB, 2 * MIB, 9_600_000 - 8 * MIB}
