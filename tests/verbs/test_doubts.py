"""What is probably not meant is said: above all an estimator that was not fitted."""

from __future__ import annotations

import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from sklearn.base import BaseEstimator
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import FeatureUnion, make_pipeline
    from sklearn.preprocessing import FunctionTransformer, Normalizer, StandardScaler

from modelreg.verbs.doubts import doubts, unfitted
from modelreg.views import show

if TYPE_CHECKING:
    from modelreg.registry import Registry

X, Y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]


class Own(BaseEstimator):
    """Keeps what it learned under a name of its own."""

    def fit(self, rows: Any, y: Any = None) -> Own:
        self.model = len(rows)
        return self

    def predict(self, rows: Any) -> list[int]:
        return [self.model for _ in rows]


class Forest(RandomForestClassifier):
    """Is fitted as its base is."""


class Honest(Own):
    """Says itself whether it is fitted."""

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model")


class Broken(Own):
    """Fails when it is asked."""

    def __sklearn_is_fitted__(self) -> bool:
        raise MemoryError


@pytest.mark.parametrize(
    "model",
    [Ridge(), make_pipeline(StandardScaler(), Ridge()), Forest(), Honest(), GridSearchCV(Own(), {}),
     FeatureUnion([("a", StandardScaler())]), ColumnTransformer([("a", StandardScaler(), [0])]), make_pipeline(Honest())],
    ids=lambda model: type(model).__name__,
)  # fmt: skip
def test_an_estimator_that_was_not_fitted_is_doubted(model: Any) -> None:
    label = type(model).__name__
    assert doubts(model, dataset=False) == [f"this {label} is not fitted yet: fit it and register it again"]


@pytest.mark.parametrize(
    "model",
    [Ridge().fit(X, Y), make_pipeline(StandardScaler(), Ridge()).fit(X, Y), Forest(2).fit(X, Y), Honest().fit(X)],
    ids=lambda model: type(model).__name__,
)
def test_a_fitted_one_is_not(model: Any) -> None:
    assert not unfitted(model)


@pytest.mark.parametrize(
    "model",
    [Normalizer(), FunctionTransformer(), HashingVectorizer(), make_pipeline("passthrough"), Own(), Own().fit(X), Broken(),
     make_pipeline(StandardScaler(), Own()), make_pipeline(StandardScaler(), Own()).fit(X, Y), FeatureUnion([("a", Own())])],
    ids=lambda model: type(model).__name__,
)  # fmt: skip
def test_what_needs_no_fit_or_cannot_be_told_is_not(model: Any) -> None:
    assert doubts(model, dataset=False) == []


def test_models_of_other_libraries_are_not_and_nothing_is_imported_for_them() -> None:
    code = (
        "import sys; from modelreg.verbs.doubts import doubts\n"
        "class BaseEstimator:\n    def fit(self): pass\n"
        "assert doubts(BaseEstimator(), dataset=False) == doubts({}, dataset=False) == []\n"
        "assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    torch = pytest.importorskip("torch")
    assert doubts(torch.nn.Linear(1, 1), dataset=False) == []


def test_the_answer_of_register_says_so_and_keeps_the_model(registry: Registry) -> None:
    answer = registry.register(Ridge(), "churn")
    assert answer.notes == ("this Ridge is not fitted yet: fit it and register it again",)
    assert registry.model("churn").versions == 1


def test_what_was_probably_not_meant_is_not_offered_for_promotion(registry: Registry) -> None:
    assert "next:" not in show(registry.register(Ridge(), "churn")).text()
    assert "next: %modelreg promote churn:v1" in show(registry.register(Ridge().fit([[0.0]], [0.0]), "churn")).text()


@pytest.mark.parametrize("obj", [np.zeros(3), [np.zeros(3), 1], np], ids=["array", "list", "module"])
def test_what_is_no_model_is_remarked_where_models_were_kept(registry: Registry, obj: Any) -> None:
    fitted = Ridge().fit([[0.0]], [0.0])
    assert registry.register({"weights": 1}, "first").held == ""
    registry.register(fitted, "churn")
    answer = registry.register(obj, "churn")
    said = show(answer).text()
    assert "the newest of churn was Ridge so far; %modelreg unlink churn:v1 takes this out of it" in said
    assert "next:" not in said
    assert registry.register(obj, "churn").held == ""  # it was there already
    registry.unlink("churn:v1")
    assert registry.get("churn").ref == "churn:v0"
    assert registry.register(Ridge(alpha=2.0).fit([[0.0]], [0.0]), "churn").held == ""


def test_a_module_is_said_to_be_none(registry: Registry) -> None:
    assert registry.register(np, "churn").notes[0] == "numpy is a module, not a model"
