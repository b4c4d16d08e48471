"""The quick route and the careful one write the same bytes; what only the careful one can tell goes there."""

from __future__ import annotations

import abc
import collections
import datetime as dt
import decimal
import enum
import functools
import logging
import operator
import pathlib
import pickle
import random
import re
import sys
import types
import typing
import uuid
from typing import TYPE_CHECKING, Any

import cloudpickle
import lightgbm
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sklearn.base
import sklearn.ensemble
import torch
import xgboost
from cloudpickle import cloudpickle as internals
from hypothesis import given
from tests.flavors import routes
from tests.opcodes import streams

from modelreg.contents import TooLarge, pack
from modelreg.flavors import pickler
from modelreg.flavors.python import PYTHON, dump

if TYPE_CHECKING:
    from collections.abc import Callable

X = np.random.default_rng(0).random((120, 4))
Y = (X[:, 0] > 0.5).astype(int)


class Grade(enum.Enum):
    GOOD = "good"
    BAD = {"why": [1, 2]}  # noqa: RUF012


class Net(torch.nn.Module):
    """A module of a file."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList([torch.nn.Linear(4, 30), torch.nn.Linear(30, 4)])
        self.layers[1].weight = torch.nn.Parameter(self.layers[0].weight.T)


def trained() -> Any:
    """Return a network and the optimizer that trains it."""
    torch.manual_seed(0)
    net = Net()
    optimizer = torch.optim.Adam(net.parameters())
    net.layers[0](torch.ones(2, 4)).sum().backward()
    optimizer.step()
    return net, optimizer


QUICK: dict[str, Callable[[], Any]] = {
    "functions": lambda: [
        np.mean, len, operator.attrgetter("a.b"), functools.partial(np.sum, axis=0), str.upper, re.compile("a+"),
        torch.relu, torch.nn.functional.gelu, np.add, "abc".upper, [3].append, trained, pytest.raises,
    ],
    "classes": lambda: [
        int, type, abc.ABC, abc.ABCMeta, enum.Enum, sklearn.base.BaseEstimator, torch.nn.Linear, torch.Tensor, np.dtype,
        np.float32, pd.DataFrame, xgboost.XGBClassifier, pathlib.Path, type(None), type(...), type(NotImplemented),
        collections.abc.Mapping, typing.Generic, Net,
    ],
    "enums": lambda: [Grade.GOOD, Grade.BAD, re.RegexFlag.A | re.RegexFlag.M, Grade],
    "generators": lambda: [
        np.random.default_rng(3), np.random.RandomState(3), np.random.PCG64(1), np.random.SeedSequence(4),
        random.Random(4), torch.Generator().manual_seed(3),
    ],
    "containers": lambda: [
        collections.Counter("abca"), collections.deque([1, 2]), collections.defaultdict(list, {1: [2]}),
        collections.OrderedDict(a=1), {1: 2}.keys(), {1: 2}.values(), collections.OrderedDict(a=1).items(), {3, 4},
    ],
    "values": lambda: [
        dt.datetime(2020, 1, 1, tzinfo=dt.UTC), decimal.Decimal("1.5"), uuid.UUID(int=5), range(3), 1j,
        pathlib.PurePosixPath("/a"), slice(1, 2), memoryview(b"ab"), logging.getLogger("x"), sys, np, b"x" * 70_000,
        "x" * 70_000, bytearray(b"x" * 70_000),
    ],
    "arrays": lambda: [
        X, X.T, X[::2], X[:, ::3], np.ma.array([1, 2], mask=[0, 1]), np.dtype("f8"),
        np.rec.array([(1, 2.0)], dtype=[("a", int), ("b", float)]), np.arange(3).astype(">i4"), np.float64(2),
        np.array([1, "two", None], dtype=object), np.zeros(300, np.dtype([("a", "i1"), ("b", "f8")], align=True)),
        np.arange(9).astype("M8[s]"),
    ],
    "sparse": lambda: scipy.sparse.random(100, 100, 0.1, random_state=0, format="csr"),
    "frame": lambda: pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": pd.Categorical(["a", "b"])}),
    "long frame": lambda: pd.DataFrame({"a": np.arange(140_000), "b": "x", "c": np.arange(140_000) * 0.5}),
    "xgboost": lambda: xgboost.XGBClassifier(n_estimators=5, n_jobs=1).fit(X, Y),
    "lightgbm": lambda: lightgbm.LGBMClassifier(n_estimators=5, n_jobs=1, verbose=-1).fit(X, Y),
    "torch": trained,
    "tensors": lambda: [torch.arange(900.0).view(30, 30).t(), torch.ones(3, dtype=torch.bfloat16), torch.eye(3).to_sparse()],
}  # fmt: skip
"""Objects without anything of a notebook."""

CAREFUL: dict[str, Callable[[], Any]] = {
    "lambda": lambda: lambda x: x + 1,
    "closure": lambda: functools.wraps(len)(lambda x: X),
    "local class": type("Local", (), {"a": 1}),
    "the word": lambda: {"where": "__main__"},
    "a type of Python": lambda: types.SimpleNamespace,
    "a namespace": lambda: types.SimpleNamespace(a=1),
    "a generic": lambda: [list[int], int | str],
    "functions as such": lambda: [types.FunctionType, types.MethodType, types.CodeType],
}
"""Objects of which plain pickle makes something else than cloudpickle, or nothing."""


@pytest.mark.parametrize("name", QUICK)
def test_both_routes_write_the_same(name: str) -> None:
    obj = QUICK[name]()
    assert routes.by(routes.quick, obj) == routes.by(routes.careful, obj)
    assert routes.by(routes.quick, obj, apart=False) == routes.by(routes.careful, obj, apart=False)
    assert routes.took(obj) == "quick"


@given(streams.VALUES)
def test_both_routes_write_the_same_of_any_value(value: object) -> None:
    assert routes.by(routes.quick, value) == routes.by(routes.careful, value)


@pytest.mark.parametrize("name", CAREFUL)
def test_what_plain_pickle_would_take_otherwise_goes_the_careful_way(name: str) -> None:
    obj = CAREFUL[name]()
    assert routes.took(obj) == "careful"
    assert routes.written(pickler.pickled(obj, apart=True)) == routes.by(routes.careful, obj)


def test_every_type_that_cloudpickle_renames_goes_the_careful_way() -> None:
    renamed = [
        kind for kind in internals._BUILTIN_TYPE_NAMES if kind not in {type(None), type(...), type(NotImplemented)}
    ]
    assert len(renamed) > 10
    assert {routes.took(kind) for kind in renamed} == {"careful"}


def test_a_class_of_the_notebook_goes_the_careful_way() -> None:
    space: dict[str, Any] = {"__name__": "__main__"}
    exec("class Net:\n    size = 3\nnet = Net()", space)
    vars(sys.modules["__main__"])["Net"] = space["Net"]  # plain pickle finds it there and stores its name
    try:
        assert pickle.dumps(space["net"])
        assert routes.took([1, space["net"]]) == "careful"
        assert b"_make_skeleton_class" in routes.written(pickler.pickled(space["net"], apart=True))[1]
    finally:
        del vars(sys.modules["__main__"])["Net"]


def test_a_module_that_comes_along_by_value_goes_the_careful_way() -> None:
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    try:
        assert routes.took(trained) == "careful"
        assert b"_make_function" in routes.written(pickler.pickled(trained, apart=True))[1]
    finally:
        cloudpickle.unregister_pickle_by_value(sys.modules[__name__])
    assert routes.took(trained) == "quick"


def test_large_bytes_are_handed_on_and_not_copied() -> None:
    data, more = b"x" * 3_000_000, bytearray(2_000_000)
    chunks: list[Any] = []
    dump({"data": data, "more": more}, Chunks(chunks), lambda _: None)
    assert [chunk for chunk in chunks if len(chunk) > 1_000_000] == [data, more]
    assert any(chunk is data for chunk in chunks)
    assert any(chunk is more for chunk in chunks)


class Chunks:
    """A file that keeps what it is given."""

    def __init__(self, chunks: list[Any]) -> None:
        self._chunks = chunks

    def write(self, data: Any) -> int:
        self._chunks.append(data)
        return len(data)


def test_nothing_is_given_away_of_what_cannot_be_pickled() -> None:
    chunks: list[Any] = []
    with pytest.raises(Exception, match=r"model\[1\] cannot be stored"):
        dump([np.zeros(5000), (n for n in range(3))], Chunks(chunks), chunks.append)
    assert chunks == []


class Asked:
    """Counts how often it is pickled."""

    times = 0

    def __reduce__(self) -> Any:
        Asked.times += 1
        return Asked, ()


def test_what_is_too_large_is_given_up_before_all_of_it_is_pickled() -> None:
    Asked.times = 0
    parts = [part for _ in range(10) for part in (Asked(), "x" * 200_000, np.zeros(50_000))]
    with pytest.raises(TooLarge):
        pack(parts, PYTHON, limit=1_500_000)
    assert Asked.times == 3
