"""A class of the notebook comes back as it was stored; where the notebook has another one by now, that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.verbs.classes import changed, led
from tests.verbs.cells import Cells

if TYPE_CHECKING:
    from pathlib import Path

CLASS = """
import math
class A:
    def __init__(self, root):
        self.root = root
    def predict(self, x):
        return math.sqrt(x) + {}
"""


@pytest.fixture
def cells(tmp_path: Path) -> Cells:
    """Return a session that has registered an object of a class of its own, and a container of one."""
    made = Cells(tmp_path)
    made(CLASS.format(1))
    made("a = A(2)\npair = {'steps': [('a', A(A(3)))]}")
    made.register("a", "a")
    made.register("pair", "pair")
    return made


@pytest.mark.parametrize("name", ["a", "pair"])
def test_another_class_of_that_name_is_told(cells: Cells, name: str) -> None:
    cells(CLASS.format(100))
    loaded = cells.registry.fetch(f"{name}:v0")
    made = loaded.obj if name == "a" else loaded.obj["steps"][0][1]
    assert made.predict(4) == 3
    assert loaded.warnings == (
        "the class A of this notebook is another now; the object keeps the one that it was stored with",
    )


def test_the_same_class_needs_no_word_typed_again_or_not(cells: Cells) -> None:
    assert cells.registry.fetch("a:v0").warnings == ()
    cells("\n\n" + CLASS.format(1))
    assert cells.registry.fetch("a:v0").warnings == ()


@pytest.mark.parametrize("line", ["del A", "A = 3", "from fractions import Fraction as A"])
def test_where_the_notebook_has_no_class_of_that_name_there_is_nothing_to_say(cells: Cells, line: str) -> None:
    cells(line)
    loaded = cells.registry.fetch("a:v0")
    assert (loaded.obj.predict(4), loaded.warnings) == (3, ())


def test_what_an_object_holds_is_looked_at_without_its_leave(cells: Cells) -> None:
    cells("class V(tuple):\n    def __iter__(self):\n        raise TypeError('no')\n    __len__ = __iter__")
    cells("held = A(V((A(1), 2)))")
    cells.register("held", "held")
    assert cells.registry.fetch("held:v0").warnings == ()


def standing(cells: Cells) -> dict[str, tuple[str, str]]:
    """Return how the variables stand that hold a version."""
    return {one.variable: (one.state, one.why) for one in cells.registry.status() if one.version is not None}


def test_status_says_that_the_class_is_another_and_not_that_its_objects_changed(cells: Cells) -> None:
    cells.names["loaded"] = cells.registry.load("a:v0")
    assert standing(cells) == dict.fromkeys(("a", "loaded", "pair"), ("unchanged", ""))
    cells(CLASS.format(100) + "fresh = A(2)")
    another = "the class A of this notebook is another now"
    assert standing(cells) == dict.fromkeys(("a", "loaded", "pair"), ("unchanged", another))
    cells.names["later"] = cells.registry.load("a:v0")
    assert standing(cells)["later"] == ("unchanged", another)
    cells("loaded.root = 5")
    state, why = standing(cells)["loaded"]
    assert (state, why.endswith(f"; {another}")) == ("changed", True)
    cells(CLASS.format(1))
    assert standing(cells)["later"] == ("unchanged", "")


def test_an_object_that_was_registered_does_not_change_by_a_load_of_it(cells: Cells) -> None:
    cells("class B(A):\n    def predict(self, x):\n        return super().predict(x)\nb = B(1)")
    cells.register("b", "b")
    for _ in range(2):
        cells.names["loaded"] = cells.registry.load("b:v0")
        assert standing(cells) == dict.fromkeys(("a", "b", "loaded", "pair"), ("unchanged", ""))


def test_a_method_that_makes_another_of_its_class_makes_one_of_the_new_class_and_that_is_said(cells: Cells) -> None:
    maker = "class C:\n    def again(self):\n        return C()\n    def f(self):\n        return {}"
    cells(maker.format(1) + "\nc = C()")
    cells.register("c", "c")
    cells(maker.format(2))
    state, why = standing(cells)["c"]
    assert state == "changed"
    assert why.endswith("; the class C of this notebook is another now")
    cells.names["loaded"] = cells.registry.load("c:v0")
    assert standing(cells)["loaded"] == ("unchanged", "the class C of this notebook is another now")


def test_a_class_in_another_is_found(cells: Cells) -> None:
    nested = "class O:\n    class I:\n        def predict(self, x): return {}"
    cells(nested.format(1) + "\no = O.I()")
    cells.register("o", "o")
    cells(nested.format(1))
    assert cells.registry.fetch("o:v0").warnings == ()
    cells(nested.format(2))
    told = "the class O.I of this notebook is another now"
    assert cells.registry.fetch("o:v0").warnings == (f"{told}; the object keeps the one that it was stored with",)
    assert standing(cells)["o"] == ("unchanged", told)
    cells("del O.I")
    assert standing(cells)["o"] == ("unchanged", "")
    cells("O = 3")
    assert standing(cells)["o"] == ("unchanged", "")


def test_data_of_the_notebook_that_moved_on_is_no_other_class(cells: Cells) -> None:
    cells(
        "import numpy as np\nrng, history = np.random.default_rng(0), []\nclass M:\n    def fit(self, x):\n"
        "        history.append(rng.normal())\n        return self\n    def predict(self, x): return x\nm = M().fit(1)"
    )
    cells.register("m", "m")
    cells("m.fit(2)")
    assert cells.registry.fetch("m:v0").warnings == ()


REFUSES = (
    "class Meta(type):\n    def __getattribute__(cls, name):\n"
    "        if 'armed' in globals() and name in ('__module__', '__mro__', '__dict__', '__qualname__'): raise RuntimeError(name)\n"
    "        return type.__getattribute__(cls, name)\n"
    "class R(metaclass=Meta):\n    def fit(self, x): ...\n    def predict(self, x): ...\nr = R()"
)


def test_a_class_that_refuses_every_question_ends_no_status(cells: Cells) -> None:
    cells(REFUSES)
    cells.register("r", "r")
    cells("armed = True")
    assert standing(cells) == {
        "a": ("unchanged", ""),
        "pair": ("unchanged", ""),
        "r": ("unknown", "RuntimeError: __mro__"),
    }
    cells.names["A"] = cells.names["R"]
    assert cells.registry.fetch("a:v0").warnings != ()
    assert changed(cells.names["r"], {"R": cells.names["A"]}) == ()


def test_a_name_that_says_it_is_of_another_class_is_not_asked(cells: Cells) -> None:
    cells("class Lazy:\n    @property\n    def __class__(self): raise RuntimeError('asked')\nA = Lazy()")
    assert cells.registry.fetch("a:v0").warnings == ()
    assert standing(cells) == dict.fromkeys(("a", "pair"), ("unchanged", ""))


def test_what_an_object_says_that_it_holds_is_not_asked(cells: Cells) -> None:
    cells("class D:\n    @property\n    def __dict__(self): raise RuntimeError('asked')\nd = D()")
    assert changed([cells.names["d"]], cells.names) == ()
    assert led([cells.names["d"]]) == set()
