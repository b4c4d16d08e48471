"""Rows to ask about: of the data of the training, then of other data, then made up."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.linear_model import LinearRegression

from modelreg.capture.replay.rows import MOST, made_up, rows_of, some, trained_on

X = np.arange(2000.0).reshape(1000, 2)


@pytest.mark.parametrize(
    "data",
    [X, pd.DataFrame(X), X.tolist(), sparse.coo_matrix(X), torch.tensor(X), torch.utils.data.TensorDataset(torch.tensor(X)),
     torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(X)), batch_size=7)],
    ids=["array", "frame", "list", "sparse", "tensor", "dataset", "loader"],
)  # fmt: skip
def test_rows_are_taken_at_one_distance_from_the_first_on(data):
    rows, many = some(data)
    assert many == 250 <= MOST
    rows = rows.toarray() if hasattr(rows, "toarray") else np.asarray(rows)
    assert np.array_equal(rows, X[::4])


def test_all_of_little_data_is_taken():
    assert some(X[:3])[1] == 3


def test_the_data_of_the_training_goes_first_and_other_data_of_the_width_follows():
    source = "model = LinearRegression().fit(inputs['a'], y)"
    model = LinearRegression().fit(X, X[:, 0])
    names = {"model": model, "other": X + 1, "narrow": X[:, :1], "inputs": {"a": X}, "y": X[:, 0], "_hidden": X}
    found = trained_on(source, names, "model")
    assert [(one.role, one.expression) for one in found] == [("train", "inputs['a']"), ("target", "y")]
    assert [one.name for one in rows_of(found, names, model)] == ["rows of inputs['a']", "rows of other"]


def test_rows_are_made_up_where_the_model_tells_how_many_columns_it_takes():
    rows = made_up(LinearRegression().fit(pd.DataFrame(X, columns=["a", "b"]), X[:, 0]))
    assert list(rows.data.columns) == ["a", "b"]
    assert rows.many == MOST
    assert made_up({"no": "model"}) is None
