"""Two classes are compared by their code: an equal one is never told as another, and each kind of difference is found."""

from __future__ import annotations

import tracemalloc
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
    "objects of libraries": (
        "import collections, torch\nMEAN = torch.tensor([0.5])\nclass A:\n"
        "    w, part = torch.tensor([1.0]), torch.nn.Linear(2, 1)\n    opt = torch.optim.Adam(part.parameters())\n"
        "    q = collections.deque([{0}])\n    def f(self, x): return x - MEAN"
    ),
    "documented": (
        "class A:\n    def f(self):\n        class In:\n            'In.'\n            def g(self): return {0}\n        return In"
    ),
    "patterns": "import re\nclass A:\n    r = re.compile('a{0}')",
    "generators": "class A:\n    def f(self): yield from (i for i in range({0}))\n    many = [lambda x: x, lambda x: x * 2]",
}
TOLD = ("the class A of this notebook is another now; the object keeps the one that it was stored with",)


@pytest.mark.parametrize("source", CLASSES.values(), ids=CLASSES)
def test_an_equal_class_is_no_other_however_often_it_is_loaded_and_another_is(tmp_path: Path, source: str) -> None:
    if "torch" in source:
        pytest.importorskip("torch")
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
        ("class A: x = {(1, 2)}", "class A: x = {(3, 4)}"),
        ("import collections\nclass A: x = collections.deque([1])", "import collections\nclass A: x = collections.deque([2])"),
        ("import collections\nclass A: x = collections.Counter(a=1)",
         "import collections\nclass A: x = collections.Counter(a=2)"),
        ("import functools\nclass A:\n    @functools.lru_cache\n    def f(self): return 1",
         "import functools\nclass A:\n    @functools.lru_cache\n    def f(self): return 2"),
        ("import functools\n@functools.cache\ndef g(): return 1\nclass A:\n    def f(self): return g()",
         "import functools\n@functools.cache\ndef g(): return 2\nclass A:\n    def f(self): return g()"),
        ("import contextlib\nclass A:\n    @contextlib.contextmanager\n    def f(self): yield 1",
         "import contextlib\nclass A:\n    @contextlib.contextmanager\n    def f(self): yield 2"),
        ("import functools\nclass A:\n    @functools.cached_property\n    def f(self): return 1",
         "import functools\nclass A:\n    @functools.cached_property\n    def f(self): return 2"),
        ("import functools\nclass A: x = functools.partial(int, base=2)",
         "import functools\nclass A: x = functools.partial(int, base=3)"),
        ("import datetime as d\nclass A: x = d.datetime(2020, 1, 1)", "import datetime as d\nclass A: x = d.datetime(2020, 1, 2)"),
        ("import fractions\nclass A: x = fractions.Fraction(1, 2)", "import fractions\nclass A: x = fractions.Fraction(1, 3)"),
        ("import pathlib\nclass A: x = pathlib.Path('a')", "import pathlib\nclass A: x = pathlib.Path('b')"),
        ("import re\nclass A: x = re.RegexFlag.I", "import re\nclass A: x = re.RegexFlag.M"),
        ("import numpy as np\nclass A: x = np.dtype('f4')", "import numpy as np\nclass A: x = np.dtype('f8')"),
        ("import numpy as np\nclass A: x = np.float32(1)", "import numpy as np\nclass A: x = np.float32(2)"),
        ("import statistics as s\nclass A:\n    def f(self, by=s.mean): ...",
         "import statistics as s\nclass A:\n    def f(self, by=s.mode): ..."),
        ("import math\nclass A: f = math.sin", "import math\nclass A: f = math.cos"),
        ("import threading\nclass A: x = None", "import threading\nclass A: x = threading.Lock()"),
        ("class A:\n    x = 1\n    def __init__(self, x): self.x = type(self), x",
         "class A:\n    x = 2\n    def __init__(self, x): self.x = type(self), x"),
        ("class A:\n    def f(self): return 'a'", "class A:\n    def f(self): return 'b'"),
        ("K = 1\nclass A:\n    def f(self): return K", "K = None\nclass A:\n    def f(self): return K"),
        ("class L(list): ...\nclass A: x = L([1])", "class L(list): ...\nclass A: x = L([2])"),
        ("class L(dict): ...\nclass A: x = L(a=1)", "class L(dict): ...\nclass A: x = L(a=2)"),
        ("class A:\n    def f(self): ...\n    f.x = 1", "class A:\n    def f(self): ...\n    f.x = 2"),
        ("def f():\n    if 1: x = 1\n    def g(): return x\n    return g\nclass A: g = f()",
         "def f():\n    if 1: x = 1\n    def g(): return x\n    del x\n    return g\nclass A: g = f()"),
    ],
)  # fmt: skip
def test_differences_are_found(one: str, other: str) -> None:
    assert differ(made(one), made(other))
    assert not differ(made(one), made(one))


METHOD = "class A:\n    def f(self): return g"
MEMO = "def memo(f):\n    kept = {{}}\n    def g(x): return kept, f\n    kept.update({})\n    return g\nclass A: f = memo(len)"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (METHOD, f"{METHOD}\ndef g(): ..."),
        (METHOD, f"{METHOD}\ng = 1"),
        (f"{METHOD}\ng = []", f"{METHOD}\ng = [1]"),
        (f"{METHOD}\ng = {{}}", f"{METHOD}\ng = {{'a': 1}}"),
        (f"{METHOD}\nimport random\ng = random.Random(0)", f"{METHOD}\nimport random\ng = random.Random(1)"),
        (f"{METHOD}\nimport numpy as np\ng = np.zeros(3)", f"{METHOD}\nimport numpy as np\ng = np.ones(3)"),
        (f"{METHOD}\ng = None", f"{METHOD}\ng = []"),
        ("n = 1\nclass A:\n    def f(self):\n        global n\n        n += 1",
         "n = 2\nclass A:\n    def f(self):\n        global n\n        n += 1"),
        ("n = 1\nclass A:\n    def f(self): return n\n    def g(self):\n        global n\n        n += 1",
         "n = 2\nclass A:\n    def f(self): return n\n    def g(self):\n        global n\n        n += 1"),
        ("class A:\n    n = 0\n    def f(self): A.n += 1", "class A:\n    n = 0\n    def f(self): A.n += 1\nA().f()"),
        ("class A:\n    n = 0\n    def f(self): type(self).n += 1",
         "class A:\n    n = 0\n    def f(self): type(self).n += 1\nA().f()"),
        ("class A:\n    @classmethod\n    def f(cls): cls.n = 1", "class A:\n    @classmethod\n    def f(cls): cls.n = 1\nA.f()"),
        (MEMO.format(""), MEMO.format("a=1")),
    ],
)  # fmt: skip
def test_data_that_moved_on_makes_no_other_class(one: str, other: str) -> None:
    assert not differ(made(one), made(other))
    assert not differ(made(other), made(one))


BODY = (
    "class A:\n    {0}\n    def f(self):\n        {0}\n        x = 1\n    @property\n    def z(self):\n        {0}\n"
    "        def g():\n            {0}\n            return None\n        g()"
)
INNER = "class A:\n    def f(self):\n        class In:\n            {}\n            x = 'y'\n        return In"


@pytest.mark.parametrize("body", [BODY, INNER], ids=["functions", "a class within"])
def test_docstrings_do_not_count(body: str) -> None:
    forms = [made(body.format(line)) for line in ("#", "'a'", "'b'")]
    assert not any(differ(one, other) for one in forms for other in forms)
    assert differ(forms[0], made(body.replace("x = ", "x = 0, ").format("'a'")))


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


def test_neither_a_metaclass_is_asked_nor_what_a_module_of_the_users_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse = "def no(*_): raise SystemExit\n"
    (tmp_path / "lent_by_a_user.py").write_text(
        refuse + "class Conn:\n    nbytes = property(no)\n    __reduce_ex__ = __getstate__ = __eq__ = __hash__ = no"
    )
    monkeypatch.syspath_prepend(tmp_path)
    meta = "class M(type):\n    __getattribute__ = __hash__ = __eq__ = __instancecheck__ = no\n    __dict__ = property(no)\n"
    source = "from lent_by_a_user import Conn\n{}{}class A(metaclass=M):\n    x = Conn()\n    def f(self): return {}, A"
    assert not differ(made(source.format(refuse, meta, 1)), made(source.format(refuse, meta, 1)))
    assert differ(made(source.format(refuse, meta, 1)), made(source.format(refuse, meta, 2)))


def deep(last: int) -> list[object]:
    found: list[object] = [last]
    for _ in range(30_000):
        found = [found]
    return found


def test_the_nearest_is_looked_at_first() -> None:
    assert not differ(deep(1), deep(2)), "there is an end to it"
    assert differ([deep(1), 1], [deep(2), 2])


def test_what_is_large_is_neither_read_nor_held() -> None:
    assert differ(list(range(1000)), [*range(999), 0])
    assert not differ(list(range(1001)), [*range(1000), 0]), "of a long one the length"
    assert differ(dict.fromkeys(range(1001)), dict.fromkeys(range(1002)))
    zeros, ones = np.zeros(1 << 17), np.ones(1 << 17)
    assert differ([zeros.copy() for _ in range(16)], [*(zeros.copy() for _ in range(15)), ones])
    many, others = [[zeros.copy() for _ in range(30)] for _ in range(2)]
    others[-1] = ones
    wide = [[[each] * 1000 for each in range(100)] for _ in range(2)]
    tracemalloc.start()
    try:
        assert not differ(many, others), "not all of them are read"
        assert not differ(*wide)
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()
