"""Modules of the user's own, whose functions do what their text says."""

from __future__ import annotations

import importlib
import sys

import pytest

from modelreg.capture.slice import slice_log
from modelreg.notebook.execution import Execution


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Write and load a module of a name; it is gone after the test."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name, text, *, load=True):
        path = tmp_path.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        importlib.invalidate_caches()
        if load:
            importlib.import_module(name.removesuffix(".__init__"))
        return path

    before = set(sys.modules)
    yield make
    for one in set(sys.modules) - before:
        del sys.modules[one]


def sliced(*cells, target="m"):
    return slice_log([Execution(source=one) for one in cells], target)


def test_a_function_changes_what_its_text_says_and_nothing_else(project):
    project("own_cleaning", "def cleaned(v):\n    v.append(1)\n\n\ndef shown(v):\n    print(v)\n")
    found = sliced("import own_cleaning\nm = []", "own_cleaning.shown(m)", "own_cleaning.cleaned(m)")
    assert [one.text for one in found.kept] == ["import own_cleaning", "m = []", "own_cleaning.cleaned(m)"]
    assert not found.uncertain


def test_a_function_draws_and_seeds_by_its_text(project):
    text = (
        "import numpy as np\n\n\ndef begin():\n    np.random.seed(1)\n\n\ndef noise():\n    return np.random.rand()\n"
    )
    project("own_noise", text)
    plain = sliced("from own_noise import noise", "m = noise()")
    begun = sliced("from own_noise import *\nbegin()", "noise()", "m = noise()")
    assert plain.uncertain == (("rand draws from numpy.random, which nothing seeded", "cell 2"),)
    assert [one.text for one in begun.kept] == ["from own_noise import *", "begin()", "noise()", "m = noise()"]
    assert not begun.uncertain


def test_what_a_module_remembers_is_an_input_of_its_functions(project):
    text = "N = 0\nSET = {}\n\n\ndef count():\n    global N\n    N += 1\n    return N\n\n\ndef get():\n    return SET['a']\n"
    project("own_memory", text)
    counted = sliced("import own_memory\nN = 5", "own_memory.count()", "m = own_memory.count()")
    kept = sliced("import own_memory", "own_memory.SET['a'] = 1", "own_memory.SET2 = 3", "m = own_memory.get()")
    assert [one.text for one in counted.kept][1:] == ["own_memory.count()", "m = own_memory.count()"]
    assert "SET['a'] = 1" in kept.source


def test_a_class_of_a_module_is_followed_through_its_package(project):
    project(
        "own_package.inner",
        "class Model:\n    def __init__(self):\n        self.seen = []\n\n    def learn(self, x):\n"
        "        self.seen.append(x)\n\n    def tell(self):\n        return len(self.seen)\n",
        load=False,
    )
    project("own_package.__init__", "from .inner import Model\n")
    found = sliced("from own_package import Model\nm = Model()", "m.learn(1)", "m.tell()")
    assert [one.text for one in found.kept] == ["from own_package import Model", "m = Model()", "m.learn(1)"]
    assert not found.uncertain


def test_names_of_a_module_are_none_of_the_session(project):
    project("own_names", "LOW = 1\n\n\ndef above(v):\n    return v > LOW\n")
    assert "LOW" not in sliced("LOW = 7\nfrom own_names import above", "m = above").source


def test_a_module_that_cannot_be_read_makes_its_calls_doubtful(project):
    path = project("own_gone", "def tune(v):\n    pass\n")
    path.unlink()
    found = sliced("import own_gone\nm = []", "own_gone.tune(m)")
    assert found.uncertain == (("nothing is known of own_gone.tune(), which was given variables", "cell 2"),)


def test_an_enclosed_variable_that_a_function_changes_is_its_state():
    first = "def begun():\n    n = 0\n    def more():\n        nonlocal n\n        n += 1\n        return n\n    return more"
    assert "count()\nm" in sliced(first, "count = begun()\ncount()\nm = count()").source


def test_a_statement_that_calls_very_many_functions_of_modules_is_doubtful(project):
    project("own_many", "def one(v):\n    return v\n\n\ndef all_of(v):\n" + "    one(v)\n" * 60)
    found = sliced("import own_many\nm = []", "own_many.all_of(m)")
    assert found.kept[-1].text == "own_many.all_of(m)"
    assert found.uncertain == (("it calls more functions of the user's modules than were read", "cell 2"),)
