"""What a model answers is found without changing the model, the random numbers or the screen, and in bounded time."""

from __future__ import annotations

import random
import threading
import warnings

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import torch
import xgboost as xgb
from scipy import sparse
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from modelreg.capture.model import describe, outputs
from modelreg.capture.model.outputs import NotKnown, output


class Counting:
    """A model that changes when it is asked."""

    def __init__(self):
        self.asked = []

    def predict(self, rows):
        self.asked.append(len(rows))
        warnings.warn("asked", stacklevel=1)
        return [random.random() + np.random.rand() for _ in rows]  # noqa: NPY002


class Moody(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.drop = nn.BatchNorm1d(3), nn.Dropout()

    def forward(self, x):
        return {"a": self.drop(self.norm(x))}


def test_estimators_and_boosters_answer_five_rows(numbers, target):
    assert describe(LogisticRegression().fit(numbers, target), sample=numbers).signature.output.to_json() == {
        "method": "predict",
        "kind": "numpy.ndarray",
        "dtype": "int64",
        "shape": [-1],
    }
    wide = describe(LinearRegression().fit(numbers, numbers), sample=numbers.to_numpy()).signature
    assert (wide.output.shape, wide.n_outputs) == ((-1, 3), 3)
    assert output(xgb.train({}, xgb.DMatrix(numbers, target), 1), "xgboost", numbers).dtype == "float32"
    light = lgb.train({"verbose": -1}, lgb.Dataset(numbers, target), 1)
    assert output(light, "lightgbm", numbers).shape == (-1,)
    thin = sparse.csr_matrix(numbers.to_numpy())
    assert output(LogisticRegression().fit(thin, target), "sklearn", thin).shape == (-1,)


def test_what_only_transforms_answers_with_that(numbers):
    assert output(StandardScaler().fit(numbers), "sklearn", numbers).method == "transform"


def test_it_is_not_asked_when_that_is_not_wanted(numbers, target):
    assert describe(LogisticRegression().fit(numbers, target), sample=numbers, predict=False).signature.output is None


def test_a_class_of_the_user_is_asked_as_a_copy_and_leaves_no_trace(capsys):
    model = Counting()
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    found = describe(model, sample=[1, 2, 3, 4, 5, 6, 7])
    assert found.signature.output.shape == (5,)
    assert model.asked == []
    assert random.random() == random.Random(1).random()
    assert np.random.rand() == np.random.RandomState(1).rand()  # noqa: NPY002
    assert capsys.readouterr() == ("", "")


def test_a_step_of_the_user_makes_a_pipeline_one_that_is_copied(numbers, target):
    class Step(StandardScaler):
        def transform(self, X, copy=None):  # noqa: N803
            self.touched_ = True
            return super().transform(X)

    model = make_pipeline(Step(), LogisticRegression()).fit(numbers, target)
    del model[0].touched_
    assert describe(model, sample=numbers).signature.output.shape == (-1,)
    assert not hasattr(model[0], "touched_")


def test_a_large_model_of_the_user_is_not_copied():
    model = Counting()
    model.weights = np.zeros(outputs.SMALL + 1, np.uint8)
    signature = describe(model, sample=[1]).signature
    assert signature.output is None
    assert "too large to be copied" in signature.note


def test_what_cannot_be_copied_is_not_asked():
    model = Counting()
    model.lock = threading.Lock()
    assert "cannot be copied" in describe(model, sample=[1]).signature.note


def test_a_module_in_training_mode_stays_in_it_with_its_statistics_and_the_next_random_numbers():
    model = Moody()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    torch.manual_seed(3)
    found = describe(model, sample=np.random.default_rng(0).random((8, 3)))
    assert found.signature.output.kind == "builtins.dict"
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert torch.equal(torch.rand(2), torch.manual_seed(3) and torch.rand(2))


def test_a_module_answers_a_frame():
    found = output(nn.Linear(2, 4).eval(), "torch", pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}))
    assert found.to_json() == {"method": "forward", "kind": "torch.Tensor", "dtype": "float32", "shape": [-1, 4]}


def test_a_model_that_takes_too_long_is_not_waited_for():
    free = threading.Event()

    class Slow:
        def predict(self, rows):
            free.wait(60)
            return rows

    with pytest.raises(NotKnown, match=r"did not answer in 0\.05 s"):
        output(Slow(), "python", [1], seconds=0.05)
    free.set()


def test_a_failure_is_told_in_one_line(numbers, target):
    model = LogisticRegression().fit(numbers, target)
    note = describe(model, sample=numbers[["a"]]).signature.note
    assert note == "it did not answer: ValueError"


def test_what_a_failure_says_of_the_data_is_not_kept():
    class Picky:
        def predict(self, rows):
            raise ValueError(f"unknown categories {rows} in column 0")

    with pytest.raises(NotKnown) as failure:
        output(Picky(), "python", ["Carla Secretperson"])
    assert str(failure.value) == "it did not answer: ValueError"


@pytest.mark.parametrize("sample", [[], 3, {"a": [1]}, np.zeros((0, 2))])
def test_a_sample_without_rows_is_said(sample):
    with pytest.raises(NotKnown, match="there are no rows to take"):
        output(Counting(), "python", sample)
