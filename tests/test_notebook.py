"""What the notebook is called, and which object in it is which version."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from modelreg import notebook
from modelreg.notebook import LiveObjects, Notebook, Origin
from modelreg.notebook.counters import counters, written
from modelreg.notebook.live import BARE

ORIGIN = Origin("r", "v", "train/clf:v0", "0" * 64)


class Model:
    """Something that allows weak references."""


@pytest.mark.parametrize(
    ("path", "project"),
    [
        ("work/churn.ipynb", "churn"),
        ("Untitled.ipynb", "scratch"),
        ("Untitled3.ipynb", "scratch"),
        ("", "scratch"),
        ("a:b.ipynb", "a-b"),
    ],
)
def test_the_project_is_the_stem_of_the_notebook(path: str, project: str) -> None:
    assert Notebook(path=path).project == project


def test_an_object_is_known_as_long_as_it_lives() -> None:
    live, model = LiveObjects(), Model()
    assert live.remember(model, ORIGIN)
    assert live.origin(model) == ORIGIN
    del model
    gc.collect()
    assert live._entries == {}


def test_another_object_is_never_taken_for_one_that_died() -> None:
    live = LiveObjects()
    for _ in range(1000):
        model = Model()
        assert live.origin(model) is None
        live.remember(model, ORIGIN)


def test_what_allows_no_weak_reference_is_not_remembered() -> None:
    live, model = LiveObjects(), [1, 2]
    assert not live.remember(model, ORIGIN)
    assert live.origin(model) is None


def test_a_container_is_known_while_it_holds_what_it_held_or_stands_where_it_was_registered() -> None:
    live, model = LiveObjects(), Model()
    loaded, registered = {"net": model, "epoch": 1}, {"epoch": 1}
    live.remember(loaded, ORIGIN)
    live.remember(registered, ORIGIN, "ck")
    loaded["epoch"] = registered["epoch"] = 2
    for known in (live.known(loaded, "other"), live.known(registered, "ck")):
        assert known is not None
        assert known.told("") == (ORIGIN,)
    assert live.known(registered, "other") is None, "its id may mean another dict by now"
    loaded["net"] = Model()
    assert live.known(loaded, "other") is None


def test_what_a_variable_was_registered_as_goes_before_what_came_later() -> None:
    live, model = LiveObjects(), Model()
    later = replace(ORIGIN, version="w")
    live.remember(model, ORIGIN, "clf")
    live.remember(model, later, "second")
    known = live.known(model)
    assert known is not None
    assert (known.told("clf"), known.told("second"), known.told("")) == (
        (ORIGIN, later),
        (later, ORIGIN),
        (later, ORIGIN),
    )
    assert live.origin(model) == later


def test_containers_that_nobody_can_forget_are_remembered_up_to_a_number() -> None:
    live = LiveObjects()
    kept = [[n] for n in range(BARE + 1)]
    for one in kept:
        live.remember(one, ORIGIN, "rows")
    assert live.known(kept[0], "rows") is None
    assert live.known(kept[1], "rows") is not None


def test_tensors_tell_that_they_were_written_to() -> None:
    torch = pytest.importorskip("torch")
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    before, weights = counters(net), counters(net.state_dict())
    assert set(before) == set(weights) == set(net.state_dict())
    assert written(before, net) == []
    optimizer = torch.optim.SGD(net[:1].parameters(), lr=0.1)
    net[0](torch.ones(3, 2)).sum().backward()
    optimizer.step()
    assert written(before, net) == ["0.weight", "0.bias"]
    assert counters(Model()) == {}


def test_a_tensor_of_a_class_with_a_mind_of_its_own_is_not_asked() -> None:
    torch = pytest.importorskip("torch")

    class Stubborn(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *_: object) -> object:
            raise TypeError

    net = torch.nn.Linear(2, 2)
    net.register_buffer("units", torch.zeros(3).as_subclass(Stubborn))
    assert set(counters(net)) == {"weight", "bias"}


def test_the_notebook_of_the_extension_is_the_current_one_until_it_is_unloaded() -> None:
    before, mine = Notebook.current(), Notebook(path="mine.ipynb")
    notebook.attach(mine)
    assert Notebook.current() is mine
    notebook.detach(mine)
    assert Notebook.current() is before
