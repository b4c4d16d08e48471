"""A class of the notebook comes back as it was stored; where the notebook has another one by now, that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
