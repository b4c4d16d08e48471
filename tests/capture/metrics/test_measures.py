"""Our own measures give what scikit-learn's give."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn import metrics as library

from modelreg.capture.metrics import measures

CODES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 4)), min_size=2, max_size=30)
AMOUNTS = st.lists(st.tuples(*[st.floats(-1e3, 1e3).map(lambda one: round(one, 3))] * 2), min_size=2, max_size=30)


@given(CODES)
@settings(max_examples=80, deadline=None)
def test_measures_of_classes_are_those_of_the_library(rows):
    truth, predicted, _ = np.array(rows).T
    assert measures.accuracy(truth, predicted) == pytest.approx(library.accuracy_score(truth, predicted))
    assert measures.f1_macro(truth, predicted) == pytest.approx(
        library.f1_score(truth, predicted, average="macro", zero_division=0.0)
    )
    truth, predicted = truth > 0, predicted > 0
    assert measures.f1(truth.astype(int), predicted.astype(int)) == pytest.approx(
        library.f1_score(truth, predicted, zero_division=0.0)
    )


@given(CODES)
@settings(max_examples=80, deadline=None)
def test_the_area_under_the_curve_counts_equal_scores_half(rows):
    truth, _, scores = np.array(rows).T
    assume(0 < (truth == 1).sum() < len(truth))
    expected = library.roc_auc_score(truth == 1, scores)
    assert measures.roc_auc(truth, scores) == pytest.approx(expected)


def test_measures_of_probabilities_of_three_classes_are_those_of_the_library():
    rng = np.random.default_rng(0)
    truth, scores = rng.integers(0, 3, 50), rng.dirichlet(np.ones(3), 50)
    assert measures.roc_auc(truth, scores) == pytest.approx(library.roc_auc_score(truth, scores, multi_class="ovr"))
    scores[0] = [0, 1, 0]
    truth[0] = 0
    assert measures.log_loss(truth, scores) == pytest.approx(library.log_loss(truth, scores, labels=[0, 1, 2]))
    assert math.isfinite(measures.log_loss(truth, scores))


@given(AMOUNTS)
@settings(max_examples=80, deadline=None)
def test_measures_of_amounts_are_those_of_the_library(rows):
    truth, predicted = np.array(rows).T
    for name, other in {"r2": "r2_score", "rmse": "root_mean_squared_error", "mae": "mean_absolute_error"}.items():
        for shape in ((-1,), (-1, 1)):
            ours = getattr(measures, name)(truth.reshape(shape), predicted.reshape(shape))
            assert ours == pytest.approx(getattr(library, other)(truth.reshape(shape), predicted.reshape(shape)))


def test_several_outputs_are_averaged_as_the_library_does():
    rng = np.random.default_rng(0)
    truth, predicted = rng.random((20, 3)), rng.random((20, 3))
    truth[:, 2] = 1
    for name, other in {"r2": "r2_score", "rmse": "root_mean_squared_error", "mae": "mean_absolute_error"}.items():
        assert getattr(measures, name)(truth, predicted) == pytest.approx(getattr(library, other)(truth, predicted))


def test_rows_of_labels_are_right_only_as_a_whole():
    truth, predicted = np.array([[1, 0], [1, 1]]), np.array([[1, 0], [1, 0]])
    assert measures.accuracy(truth, predicted) == library.accuracy_score(truth, predicted) == 0.5
