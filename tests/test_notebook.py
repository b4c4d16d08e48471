"""What the notebook is called, and which object in it is which version."""

from __future__ import annotations

import gc

import pytest

from modelreg import notebook
from modelreg.notebook import LiveObjects, Notebook, Origin

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


def test_the_notebook_of_the_extension_is_the_current_one_until_it_is_unloaded() -> None:
    before, mine = Notebook.current(), Notebook(path="mine.ipynb")
    notebook.attach(mine)
    assert Notebook.current() is mine
    notebook.detach(mine)
    assert Notebook.current() is before
