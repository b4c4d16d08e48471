"""Models of every kind have the content ids that they always had: who registers them again finds what was kept before."""

from __future__ import annotations

import pickle
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cloudpickle
import numpy as np
import pytest
import sklearn
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from modelreg.contents import pack
from modelreg.flavors.python import PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = (DecisionTreeClassifier(), DecisionTreeRegressor(), RandomForestClassifier(), GradientBoostingRegressor())
"""Made when tests are collected: where the first object of a class in a process was loaded, names of attributes are not
the objects that they are else, and the content id, not the canonical one, is another."""

X = (np.arange(600.0).reshape(200, 3) * 7 % 64) / 8
Y = np.arange(200) * 5 % 16 // 8
"""Numbers of few bits: no sum of them depends on the order in which a processor takes them."""

ROOT = Path(__file__).parents[2]
PADDED = np.dtype({"names": ["a", "b"], "formats": ["i1", "<f8"], "offsets": [0, 8], "itemsize": 24})

CELL = '''
import abc, enum
import numpy as np

class Kind(enum.Enum):
    SMALL = 1
    LARGE = "large"

class Base(abc.ABC):
    """What every net does."""
    @abc.abstractmethod
    def predict(self, x): ...

class Net(Base):
    kinds = ("wide", "deep", "small")
    def __init__(self, size):
        self.weights = np.arange(float(size))
        self.kind = Kind.LARGE
    def predict(self, x):
        return float(self.weights.sum()) * x if x in {1, 2, "three"} else super().predict(x)
'''
"""What is typed into a cell."""


def notebook() -> dict[str, Any]:
    """Return what the cell leaves in a notebook."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(CELL, "<ipython-input-1>", "exec"), space)
    return space


def forest() -> Any:
    return RandomForestClassifier(30, random_state=0).fit(X, Y)


def pipeline() -> Any:
    return make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0)).fit(X, Y)


def boosted() -> Any:
    return GradientBoostingRegressor(n_estimators=20, max_depth=3, random_state=0).fit(X, Y.astype(float))


def net() -> Any:
    return notebook()["Net"](500)


def function() -> Any:
    return eval("lambda x, y=2: x**y in {4, 9, 'never'}", {"__name__": "__main__"})


def structured() -> Any:
    array = np.zeros(5000, PADDED)
    array["a"], array["b"] = np.arange(5000) % 100, np.arange(5000)
    return array


def scattered() -> Any:
    table = np.arange(40_000, dtype="<i4").reshape(200, 200)
    halves = [table[::2, 10:150], table.reshape(8, 50, 100).transpose(1, 0, 2)[:, ::-1], table[5, ::3]]
    for half in halves[1:]:
        half.flags.writeable = False
    return halves


def shared() -> Any:
    table = np.arange(1000, dtype="<f8")
    return {"one": table, "the same": table, "a part": table[:500], "turned": table.reshape(10, 100).T}


def assorted() -> Any:
    return {
        "dtypes": [np.dtype("<f4"), np.dtype("<f4"), PADDED, np.dtype("M8[ns]")],
        "scalars": [np.float64(1.5), np.int8(3), np.bool_(1)],
        "functions": [np.mean, len, print, str.upper, Path_like, forest],
        "kinds": [int, dict, np.ndarray, RandomForestClassifier, type(None), type(...)],
        "objects": np.array([1, "two", [3], None], dtype=object),
        "noise": np.random.RandomState(0),
    }


def Path_like() -> None:  # noqa: N802
    """Be pickled by reference."""


MADE: dict[str, Callable[[], Any]] = {
    made.__name__: made
    for made in (forest, pipeline, boosted, net, function, structured, scattered, shared, assorted)
}  # fmt: skip

IDS: dict[str, tuple[str, str | None]] = {
    "forest": (
        "8b4accad94c1652ac00f36a43d80dcaebcefb6f47b3238108a1db92c9b58ecfd",
        "bf28424a7b24bfe3b9c8435b0d72f975d9fd0da1ac83dba7034dd1b3a020886c",
    ),
    "pipeline": (
        "793cc1a48a3411911584ff104859749f9d683a423bf04ca85b2b8db6e15295bc",
        "cc37fb32b78cbe75dbb0bad49276a027bd4d5ed4f7ac353ce892412154d6a91f",
    ),
    "boosted": (
        "9c74802a3d4cd9dcbf5cc998ca1e942c2140ca49dc15df90332e82756a065540",
        "4a528b13996feccd3816b49d472afc828bd09ac646a6364e260fb605a6f82467",
    ),
    "net": (
        "9e7b75089b91d7c798480cf076002ed07898ed0006fbe4c20cb54ab9b74b158a",
        "a2a84a24fe2bbd344157c0ec226b636fc6a65dbb194162d9b7e4775f76cb82d1",
    ),
    "function": (
        "abe75c1fb7cdb876e6e277aeae1e72d05b61794460c13119be1005d20df4b192",
        "960b200730864056b731b40eb883db8836db4178b4533ce684c819b569283f97",
    ),
    "structured": (
        "79bca15e9f9e0e9066e2b403abd91af91a608134d5ee17845906b4d18a34e6c3",
        "8d00c0648e0afa48d1fcdbcef3fe16ad1218f40ae50ad0e28958e76a63f73f4a",
    ),
    "scattered": (
        "c42a8ab7f1abda7737f2cb551fb14930285a27529eb5c3fdf2d7f15dc80883f4",
        "708a8e29ff7664389906df5ab3d2a9ba29f663e7e88974a933da3b84b26009b2",
    ),
    "shared": (
        "14d7ecb6f5b2d7118a41ebe15d52a50e50351a4aa543d8668cef40afa50526d2",
        "61a3bc2cd7c01756b155668d07f854a7d6bb3971d628debcff9f22b6bb3121d5",
    ),
    "assorted": (
        "a143df7f562d753433b7a27ac7cfa82ebf3ea10e5ee3b9fee5d94f927fbdd6c4",
        "30dd1f885d98d8861bd1a83abea9258922964e3172d9a8ac884da10c2d85b470",
    ),
}
"""Kind -> its content id and its canonical id in 0.1. What changes here changes for every registry in use: see
``docs/design/001-content-id.md``."""

BYTECODE = frozenset({"net", "function"})
"""Kinds in which there is code, which each Python compiles otherwise."""

versions = pytest.mark.skipif(
    (sklearn.__version__, np.__version__, cloudpickle.__version__) != ("1.9.1", "2.4.6", "3.1.2"),
    reason="the ids are of what these versions write",
)


@versions
@pytest.mark.parametrize("kind", MADE)
def test_the_content_id_of_a_model_is_what_it_always_was(kind: str) -> None:
    if kind in BYTECODE and sys.version_info[:2] != (3, 11):
        pytest.skip("the bytecode is of Python 3.11")
    packed = pack(MADE[kind](), PYTHON)
    assert (packed.content_id, packed.canonical_id) == IDS[kind]


LOADED_FIRST = """
import pickle, sys
model = pickle.loads(sys.stdin.buffer.read())
from modelreg.contents import pack
from modelreg.flavors.python import PYTHON
from tests.flavors import test_golden_ids
packed = pack(test_golden_ids.pipeline(), PYTHON)
print(packed.content_id, packed.canonical_id)
"""


@versions
def test_who_loads_before_he_fits_finds_what_was_kept_by_its_canonical_id() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED_FIRST], input=pickle.dumps(pipeline()), capture_output=True, check=True, cwd=ROOT
    )
    content_id, canonical_id = done.stdout.decode().split()
    assert canonical_id == IDS["pipeline"][1]
    assert content_id != IDS["pipeline"][0]  # else FIRST is needed no more


@versions
def test_the_content_id_of_a_mapped_array_is_that_of_an_array(tmp_path: Path) -> None:
    mapped = np.memmap(tmp_path / "numbers", dtype="<f8", mode="w+", shape=(20, 50))
    mapped[:] = np.arange(1000).reshape(20, 50)
    assert pack(mapped, PYTHON).content_id == pack(np.array(mapped), PYTHON).content_id
    assert pack(mapped[:, ::2], PYTHON).content_id == pack(np.ascontiguousarray(mapped[:, ::2]), PYTHON).content_id


def tensors() -> Any:
    import torch

    base = torch.arange(3000, dtype=torch.float32)
    odd = torch.arange(2000).to(torch.bfloat16)[1::2]
    return {"base": base, "turned": base.view(30, 100).t(), "odd": odd, "few": torch.nn.Parameter(torch.ones(5))}


def table() -> Any:
    import pandas as pd

    rows = np.arange(140_000)
    times = rows.astype("M8[s]")
    why = pd.Series(["said"] * len(rows), dtype=object)  # pandas keeps texts otherwise where there is a pyarrow
    return pd.DataFrame({1: rows, 2: rows / 8, 3: times, 4: rows % 2 == 1, 5: why})


NEWER: dict[str, Callable[[], Any]] = {made.__name__: made for made in (tensors, table)}

NEWER_IDS: dict[str, str] = {
    "tensors": "b7fbbb833ec8b31ddcea9c6f3445738795901e1d444cc2359fef22b633e1049a",
    "table": "f0f9a80b2ff0804579ec3400b40eec8a61e435f7577d0fc4c7f345cebac983a0",
}
"""Kind -> its content id since format 2."""


@versions
@pytest.mark.parametrize("kind", NEWER)
def test_the_content_id_of_what_is_of_format_2_is_what_it_always_was(kind: str) -> None:
    installed = tuple(version(name).partition("+")[0] for name in ("torch", "pandas"))
    if installed != ("2.13.0", "3.1.1"):
        pytest.skip("the ids are of what other versions write")
    packed = pack(NEWER[kind](), PYTHON)
    assert packed.flavor_format == 2
    assert packed.content_id == NEWER_IDS[kind]
