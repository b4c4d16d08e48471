"""Two classes are compared by their code: an equal one is never told as another, and each kind of difference is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from modelreg.verbs.alike import differ
from tests.verbs.cells import Cells

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = {
    "attributes": "class A:\n    z = [1, {0}]\n    b = {{'q': 1, 'a': {{1, 2, 3}}}}",
    "closure": "def make(n):\n    class A:\n        def f(self): return n\n    return A\nA = make({0})",
    "annotations": "class A:\n    x: int = {0}\n    y: 'list[str]'\n    def f(self, q: int = 3) -> 'A': ...",
    "dataclass": (
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = {0}\n"
        "    y: list = dataclasses.field(default_factory=list)"
    ),
    "frozen with slots": (
        "import dataclasses\n@dataclasses.dataclass(frozen=True, slots=True)\nclass A:\n    x: int = {0}\n    y: int = 1"
    ),
    "inner": "class A:\n    class In:\n        def h(self): return {0}\n    class Other(In): ...",
    "defaults": "class A:\n    def f(self, x={0}, *, k={{'a': 1}}): ...\n    def g(self, *, k={{'a': {0}}}): ...",
    "property": (
        "class A:\n    @property\n    def z(self): return 1\n    @z.setter\n    def z(self, x): self.x = {0}\n"
        "    @staticmethod\n    def s(): ...\n    @classmethod\n    def c(cls): ..."
    ),
    "static": "class A:\n    @staticmethod\n    def s(): return {0}",
    "super": (
        "class B:\n    def f(self): return 1\n"
        "class A(B):\n    def f(self): return super().f()\n    def g(self): return super().f(), {0}"
    ),
    "abstract": (
        "import abc\nclass P(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n    @abc.abstractmethod\n"
        "    def a(self): ...\nclass A(P):\n    def f(self): return {0}\n    def a(self): ..."
    ),
    "protocol": (
        "import typing\nclass P(typing.Protocol):\n    def f(self) -> int: ...\nclass A(P):\n    def f(self): return {0}"
    ),
    "generic": "import typing\nT = typing.TypeVar('T')\nclass A(typing.Generic[T]):\n    def f(self, x: T) -> T: return {0}",
    "metaclass": "class M(type):\n    def __len__(cls): return {0}\nclass A(metaclass=M): ...",
    "enum": "import enum\nclass E(enum.Enum):\n    Z = 9\n    B = {0}\nclass A:\n    e = E.Z",
    "names of the notebook": "K = {0}\ndef help(x): return x + K\nclass A:\n    def f(self): return help(1)",
    "itself": "class A:\n    def f(self): return A, {0}\nA.me, A.one = A, A()",
    "objects": (
        "class C:\n    def __init__(self, x): self.x = x\n    def __reduce__(self): return C, (self.x,)\n"
        "class A:\n    c = C({0})\n    def f(self, c=C([1])): ..."
    ),
    "slots": "class C:\n    __slots__ = ('x', 'y')\nclass A:\n    c = C()\n    c.x = {0}",
    "parts of libraries": (
        "import re, functools, numpy as np\nclass A:\n    r, p = re.compile('a'), functools.partial(int, base=2)\n"
        "    w = np.arange(3) * {0}\n    def f(self): return np.linalg.norm(self.w)"
    ),
    "patterns": "import re\nclass A:\n    r = re.compile('a{0}')",
    "generators": "class A:\n    def f(self): yield from (i for i in range({0}))\n    many = [lambda x: x, lambda x: x * 2]",
}
TOLD = ("the class A of this notebook is another now; the object keeps the one that it was stored with",)


@pytest.mark.parametrize("source", CLASSES.values(), ids=CLASSES)
def test_an_equal_class_is_no_other_however_often_it_is_loaded_and_another_is(tmp_path: Path, source: str) -> None:
    cells = Cells(tmp_path)
    cells(source.format(1) + "\na = A()")
    cells.register("a", "a")
    for _ in range(2):
        assert cells.registry.fetch("a:v0").warnings == ()
    assert cells.registry.register(cells.names["a"], "a", variable="a").outcome == "identical", "a load noted nothing"
    cells(f"# moved\n{source.format(1)}")
    assert cells.registry.fetch("a:v0").warnings == ()
    cells(source.format(7))
    assert cells.registry.fetch("a:v0").warnings == TOLD


def made(source: str) -> Any:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(source, names)
    return names["A"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("class A: x = 1", "class A: x = True"),
        ("class A: x = 1", "class A: x = 1.0"),
        ("class A: x = 0.0", "class A: x = -0.0"),
        ("class A: x = (1, 2)", "class A: x = [1, 2]"),
        ("class A: x = {1, 2}", "class A: x = {1, 3}"),
        ("class A: x = {'a': 1}", "class A: x = {'b': 1}"),
        ("class A: x = 1", "class A: y = 1"),
        ("class A(dict): ...", "class A(list): ..."),
        ("class A:\n    def f(self, x): ...", "class A:\n    def f(self, *x): ..."),
        ("class A:\n    def f(self): return a.x", "class A:\n    def f(self): return a.y"),
        ("class L(list): ...\nclass A: x = L([1])", "class L(list): ...\nclass A: x = L([2])"),
        ("class L(dict): ...\nclass A: x = L(a=1)", "class L(dict): ...\nclass A: x = L(a=2)"),
        ("class A:\n    def f(self): return g()", "def g(): ...\nclass A:\n    def f(self): return g()"),
        ("class A:\n    def f(self): ...\n    f.x = 1", "class A:\n    def f(self): ...\n    f.x = 2"),
        ("def f():\n    if 1: x = 1\n    def g(): return x\n    return g\nclass A: g = f()",
         "def f():\n    if 1: x = 1\n    def g(): return x\n    del x\n    return g\nclass A: g = f()"),
    ],
)  # fmt: skip
def test_differences_are_found(one: str, other: str) -> None:
    assert differ(made(one), made(other))
    assert not differ(made(one), made(one))


def test_what_cannot_be_told_is_no_difference() -> None:
    lock = "import threading\nclass A: x = threading.Lock()"
    assert not differ(made(lock), made(lock))
    assert not differ(np.zeros(1 << 20), np.ones(1 << 20)), "too large to be read for this"
    nan = "class A: x = float('nan')"
    assert not differ(made(nan), made(nan))


def test_no_code_of_the_notebook_runs_and_nothing_is_noted() -> None:
    source = (
        "class C:\n    def __reduce_ex__(self, protocol): raise SystemExit\n    __eq__ = __hash__ = __repr__ = __reduce_ex__\n"
        "class D(list):\n    def __iter__(self): raise SystemExit\nclass A(D):\n    c, d = C(), D([1])"
    )
    one, other = made(source), made(source)
    assert not differ(one, other)
    assert not any("__slotnames__" in vars(kind) for kind in (one, type(one.c), type(one.d), *one.__mro__[:2]))


def deep(last: int) -> list[object]:
    found: list[object] = [last]
    for _ in range(30_000):
        found = [found]
    return found


def test_the_nearest_is_looked_at_first() -> None:
    assert not differ(deep(1), deep(2)), "there is an end to it"
    assert differ([deep(1), 1], [deep(2), 2])
