"""Two models that answer the same up to rounding are the same."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from modelreg.capture.replay.comparing import NoAnswer, answers, difference

X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10) > 4


def test_a_classifier_answers_with_classes_and_scores():
    assert set(answers(LogisticRegression().fit(X, Y), X)) == {"predictions", "scores"}


def test_what_only_transforms_answers_with_that():
    assert answers(StandardScaler().fit(X), X)["transform"].shape == (10, 2)
    with pytest.raises(NoAnswer):
        answers({"weights": 1}, X)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ([1.0, 2.0], [1.0, 2.0 + 1e-9], ""),
        ([1.0, np.nan], [1.0, np.nan], ""),
        ([1.0, 2.0], [1.0, 2.5], "a differ in 1 of 2 rows, by up to 0.5"),
        ([[1.0, 1.0], [2.0, 2.0]], [[1.5, 3.0], [2.0, 2.0]], "a differ in 1 of 2 rows, by up to 2"),
        (["x", "y"], ["x", "z"], "a differ in 1 of 2 rows"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], "a of shape (3,), then (2,)"),
        ([1, 2], [1.0, 2.0], ""),
        ([0.0, 1e-12], [0.0, 3e-12], ""),
    ],
)
def test_a_difference_is_told_by_rows_and_size(before, now, said):
    assert difference({"a": np.array(before)}, {"a": np.array(now)}) == said


def test_numbers_of_half_the_bytes_may_be_further_apart():
    before, now = np.array([1.0], dtype="float32"), np.array([1.00005], dtype="float32")
    assert difference({"a": before}, {"a": now}) == ""
    assert difference({"a": before.astype(float)}, {"a": now.astype(float)}).startswith("a differ in 1 of 1 rows")


def test_another_kind_of_answer_is_a_difference():
    found = difference({"predictions": X, "scores": X}, {"predictions": X})
    assert found == "it gives predictions, the stored one gives predictions and scores"


def test_sparse_answers_are_compared():
    scaler = StandardScaler(with_mean=False).fit(X)
    before, now = answers(scaler, sparse.csr_matrix(X)), answers(scaler, X)
    assert difference(before, now) == ""
