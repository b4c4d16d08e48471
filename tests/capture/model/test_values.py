"""Values as JSON: what each kind of value becomes, and that nothing of it fails or grows without end."""

from __future__ import annotations

import enum
import functools
import json
from datetime import timedelta
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.linear_model import Ridge

from modelreg.capture.model.values import LONGEST, MOST, jsonable


class Colour(enum.StrEnum):
    RED = "red"


class Shouting(str):
    __slots__ = ()

    def __str__(self):
        raise RuntimeError


def helper():
    """Stand for a function of the user's."""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (np.float64(0.5), 0.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.float64("nan"), "nan"),
        (np.zeros((2, 3)), "numpy.ndarray float64 (2, 3)"),
        (np.zeros(2, "int32"), "numpy.ndarray int32 (2,)"),
        (pd.DataFrame({"a": [1, 2]}), "pandas.DataFrame (2, 1)"),
        (pd.Series([1.0]), "pandas.Series float64 (1,)"),
        (sparse.csr_matrix((2, 2)), "scipy.csr_matrix float64 (2, 2)"),
        (torch.zeros(2), "torch.Tensor torch.float32 (2,)"),
        (torch.tensor(2.5), 2.5),
        (torch.float16, "torch.float16"),
        (torch.device("cpu"), "cpu"),
        (np.dtype("float32"), "float32"),
        (np.float32, "numpy.float32"),
        (np.log1p, "numpy.log1p"),
        (Ridge, "sklearn.linear_model._ridge.Ridge"),
        (Ridge(), "sklearn.linear_model._ridge.Ridge"),
        (helper, f"{__name__}.helper"),
        (functools.partial(helper, 1), f"functools.partial({__name__}.helper)"),
        (Colour.RED, "Colour.RED"),
        (PurePosixPath("a/b"), "a/b"),
        (timedelta(hours=1), "1:00:00"),
        (b"abc", "bytes (3)"),
        (2 + 1j, "(2+1j)"),
        ((1, [None, True]), [1, [None, True]]),
        ({1: "a", "b": {2}}, {"1": "a", "b": [2]}),
        ({3, 1, 2}, [1, 2, 3]),
        (Shouting("x"), "x"),
        ("half \ud800 and \x00", "half ? and �"),
        (2**70, hex(2**70)),
    ],
)
def test_a_value_becomes(value, text):
    found = jsonable(value)
    assert found == text
    assert type(found) is type(text)
    json.dumps(found, allow_nan=False)


def test_long_texts_and_containers_are_cut_and_say_so():
    assert jsonable("x" * (LONGEST + 1)) == "x" * LONGEST + "…"
    assert jsonable(list(range(MOST + 5)))[-1] == "… 5 more"
    assert jsonable({str(one): one for one in range(MOST + 5)})["…"] == "5 more"


def test_a_container_that_holds_itself_ends():
    loop = []
    loop.append(loop)
    assert json.dumps(jsonable(loop)).count("[") < 10
