"""Every scikit-learn estimator, fitted on small data in one repeatable way, and what it then answers."""

from __future__ import annotations

import random
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import all_estimators

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

CLASSIFIER = LogisticRegression(C=1)

GIVEN: dict[str, dict[str, Any]] = {
    "ClassifierChain": {"estimator": CLASSIFIER},
    "ColumnTransformer": {"transformers": [("scaled", StandardScaler(), [0, 1]), ("kept", "passthrough", [2])]},
    "FeatureUnion": {"transformer_list": [("scaled", StandardScaler()), ("pca", PCA(2))]},
    "FixedThresholdClassifier": {"estimator": CLASSIFIER},
    "FrozenEstimator": {"estimator": LogisticRegression().fit(np.eye(4), [0, 1, 0, 1])},
    "GridSearchCV": {"estimator": CLASSIFIER, "param_grid": {"C": [0.1, 1.0]}, "cv": 2},
    "HalvingGridSearchCV": {"estimator": CLASSIFIER, "param_grid": {"C": [0.1, 1.0]}, "cv": 2},
    "HalvingRandomSearchCV": {"estimator": CLASSIFIER, "param_distributions": {"C": [0.1, 1.0]}, "cv": 2},
    "MultiOutputClassifier": {"estimator": DecisionTreeClassifier(max_depth=2)},
    "MultiOutputRegressor": {"estimator": Ridge()},
    "OneVsOneClassifier": {"estimator": CLASSIFIER},
    "OneVsRestClassifier": {"estimator": CLASSIFIER},
    "OutputCodeClassifier": {"estimator": CLASSIFIER},
    "Pipeline": {"steps": [("scale", StandardScaler()), ("select", SelectKBest(k=2)), ("model", LogisticRegression())]},
    "RandomizedSearchCV": {"estimator": CLASSIFIER, "param_distributions": {"C": [0.1, 1.0]}, "n_iter": 2, "cv": 2},
    "RegressorChain": {"estimator": Ridge()},
    "RFE": {"estimator": CLASSIFIER},
    "RFECV": {"estimator": CLASSIFIER},
    "SelectFromModel": {"estimator": CLASSIFIER},
    "SelfTrainingClassifier": {"estimator": CLASSIFIER},
    "SequentialFeatureSelector": {"estimator": CLASSIFIER, "n_features_to_select": 2, "cv": 2},
    "SparseCoder": {"dictionary": np.eye(4)},
    "StackingClassifier": {"estimators": [("tree", DecisionTreeClassifier(max_depth=2)), ("linear", CLASSIFIER)]},
    "StackingRegressor": {"estimators": [("ridge", Ridge()), ("linear", LinearRegression())]},
    "TransformedTargetRegressor": {"regressor": Ridge()},
    "TunedThresholdClassifierCV": {"estimator": CLASSIFIER},
    "VotingClassifier": {"estimators": [("tree", DecisionTreeClassifier(max_depth=2)), ("linear", CLASSIFIER)]},
    "VotingRegressor": {"estimators": [("ridge", Ridge()), ("linear", LinearRegression())]},
    "GaussianRandomProjection": {"n_components": 2},
    "SparseRandomProjection": {"n_components": 2},
    "MDS": {"n_init": 1, "init": "random"},
    "AdditiveChi2Sampler": {"sample_interval": 0.5},
    "RandomTreesEmbedding": {"n_estimators": 5, "max_depth": 3},
    "DummyClassifier": {"strategy": "stratified"},
    "FeatureHasher": {"n_features": 8, "input_type": "string"},
    "HashingVectorizer": {"n_features": 16},
    "SpectralBiclustering": {"n_clusters": (2, 2)},
    "TSNE": {"perplexity": 5, "max_iter": 250},
    "CalibratedClassifierCV": {"estimator": DummyClassifier(strategy="prior")},
    "BisectingKMeans": {"n_clusters": 2},
    "KBinsDiscretizer": {"n_bins": 3, "quantile_method": "linear"},
}
"""Arguments without which an estimator cannot be made, or is slow."""

SMALLER = {"n_estimators": 5, "max_iter": 20, "n_init": 1, "n_iter": 5, "n_alphas": 5, "alphas": 5}
"""Arguments that every estimator that has them gets when its own are numbers."""

TAKES = {
    "CountVectorizer": "texts",
    "FeatureHasher": "words",
    "HashingVectorizer": "texts",
    "KernelCenterer": "kernel",
    "PatchExtractor": "pictures",
    "TfidfVectorizer": "texts",
}
"""Estimator -> the inputs that it is meant for, where it would take others as well or none of the first."""

ANSWERS = (
    "predict",
    "predict_proba",
    "decision_function",
    "transform",
    "score_samples",
    "kneighbors",
    "apply",
    "get_feature_names_out",
)


def rows() -> np.ndarray:
    """Return 48 rows of four positive features in three clusters."""
    spread = np.random.default_rng(0)
    return np.repeat([[1.0, 2.0, 3.0, 4.0], [4.0, 1.0, 2.0, 2.5], [2.5, 4.0, 1.0, 1.5]], 16, axis=0) + spread.random(
        (48, 4)
    )


def inputs() -> dict[str, tuple[Any, Any]]:
    """Return what an estimator may be fitted on, in the order in which it is tried."""
    table = rows()
    label = np.repeat([0, 1, 2], 16)
    value = table @ [1.0, 2.0, 0.5, 0.1] + 0.01 * np.arange(48)
    text = ["a model registry", "lives in a notebook", "one line registers a model", "one line brings it back"]
    return {
        "classes": (table, label),
        "two classes": (table[:32], label[:32]),
        "numbers": (table, value),
        "many labels": (table, np.c_[label, label[::-1]]),
        "many numbers": (table, np.c_[value, value[::-1]]),
        "one column": (table[:, 0], value),
        "labels": (label, None),
        "sets of labels": ([["a"], ["a", "b"], ["b"]], None),
        "texts": (text, None),
        "records": ([{"a": 1, "b": 2}, {"a": 3, "c": 1}], None),
        "words": ([["a", "b"], ["b", "c"]], None),
        "kernel": (table @ table.T, None),
        "pictures": (np.arange(5 * 12 * 12, dtype=float).reshape(5, 12, 12), None),
    }


def estimators() -> dict[str, type[BaseEstimator]]:
    """Return every estimator of this scikit-learn by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dict(all_estimators())


def made(name: str, kind: type[BaseEstimator]) -> BaseEstimator:
    """Return an estimator before its fit."""
    model = kind(**GIVEN.get(name, {}))
    known = model.get_params(deep=False)
    small = {
        key: value
        for key, value in SMALLER.items()
        if key in known and key not in GIVEN.get(name, {}) and type(known[key]) is int and known[key] > value
    }
    seed = {"random_state": 0} if "random_state" in known else {}
    return model.set_params(**small, **seed) if small or seed else model


def fitted(name: str, kind: type[BaseEstimator]) -> tuple[BaseEstimator, Any]:
    """Return an estimator after its fit, and the inputs that it took; always the same one."""
    refused = {}
    known = inputs()
    for label in [TAKES[name]] if name in TAKES else known:
        x, y = known[label]
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002  (some estimators draw from the global state)
        model = made(name, kind)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.fit(x) if y is None else model.fit(x, y)
        except Exception as error:  # noqa: BLE001
            refused[label] = f"{type(error).__name__}: {error}"
        else:
            return model, x
    raise AssertionError(f"{name} cannot be fitted: {refused}")


def answers(model: BaseEstimator, x: Any) -> dict[str, Any]:
    """Return everything that a model says of ``x``, as arrays."""
    said = {}
    for way in ANSWERS:
        np.random.seed(0)  # noqa: NPY002
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                call = getattr(model, way)
                said[way] = plain(call() if way == "get_feature_names_out" else call(x))
        except (AttributeError, TypeError, ValueError, NotImplementedError):
            continue
    kept = {key: value for key, value in vars(model).items() if key.endswith("_") and isinstance(value, np.ndarray)}
    return {**said, **{key: value for key, value in kept.items() if value.dtype != object}}


def plain(value: Any) -> Any:
    """Return an answer as arrays that can be compared."""
    if hasattr(value, "toarray"):
        return value.toarray()
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    return np.asarray(value)


def same(one: Any, other: Any) -> bool:
    """Whether two answers are equal but for the last bits, which depend on where in memory BLAS finds its operands."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype == object:
        pairs = zip(one.ravel(), other.ravel(), strict=True)
        return all(same(plain(a), plain(b)) if np.ndim(a) else a == b for a, b in pairs)
    if one.dtype.kind in "fc":
        return np.allclose(one, other, rtol=1e-12, atol=1e-12, equal_nan=True)
    return np.array_equal(one, other)
