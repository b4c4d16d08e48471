"""Models of scikit-learn on its own data, from fixed seeds, with what they are judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Data = tuple[Any, Any, Any, Any]
"""Training and test rows, training and test answers."""
Trained = tuple[Any, dict[str, Any], str]
"""A model that is not fitted yet, its params, and the reason for it."""
Metrics = dict[str, Any]


# -- tumours -----------------------------------------------------------------------------------


def _split(load: Callable[..., Any]) -> Data:
    from sklearn.model_selection import train_test_split

    rows, answers = load(return_X_y=True)
    return tuple(train_test_split(rows, answers, test_size=0.3, random_state=0))


def tumours() -> Data:
    from sklearn.datasets import load_breast_cancer

    return _split(load_breast_cancer)


def wines() -> Data:
    from sklearn.datasets import load_wine

    return _split(load_wine)


def patients() -> Data:
    from sklearn.datasets import load_diabetes

    return _split(load_diabetes)


def digits() -> Data:
    from sklearn.datasets import load_digits

    return _split(load_digits)


def tumour_models() -> Iterator[Trained]:
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    for c, why in (
        (0.001, "baseline"),
        (0.01, "less regularisation"),
        (0.1, ""),
        (1.0, "the default"),
        (10.0, "too free?"),
    ):
        yield make_pipeline(StandardScaler(), LogisticRegression(C=c)), {"C": c, "scaled": True}, why
    for trees, depth in ((20, 3), (50, 6), (100, None)):
        forest = RandomForestClassifier(n_estimators=trees, max_depth=depth, random_state=7)
        yield forest, {"n_estimators": trees, "max_depth": depth}, "forests need no scaling"
    for rate, trees in ((0.3, 30), (0.1, 60), (0.05, 90), (0.1, 100)):
        boosted = GradientBoostingClassifier(learning_rate=rate, n_estimators=trees, max_depth=2, random_state=7)
        yield (
            boosted,
            {"learning_rate": rate, "n_estimators": trees, "max_depth": 2},
            "boosting, curve of the loss kept",
        )


def two_classes(model: Any, data: Data) -> Metrics:
    from sklearn.metrics import accuracy_score, brier_score_loss, f1_score, log_loss, roc_auc_score

    _, rows, _, answers = data
    chance = model.predict_proba(rows)[:, 1]
    told: Metrics = {
        "auc": float(roc_auc_score(answers, chance)),
        "accuracy": float(accuracy_score(answers, model.predict(rows))),
        "f1": float(f1_score(answers, model.predict(rows))),
        "log_loss": float(log_loss(answers, chance)),
        "brier": float(brier_score_loss(answers, chance)),
    }
    if hasattr(model, "train_score_"):
        told["train/loss"] = [float(loss) for loss in model.train_score_]
    return told


def evidence(model: Any, data: Data) -> dict[str, Any]:
    """Return a confusion matrix, and of what was boosted a curve: two kinds of attachments."""
    import pandas as pd
    from matplotlib.figure import Figure
    from sklearn.metrics import confusion_matrix, roc_curve

    _, rows, _, answers = data
    names = ["malignant", "benign"]
    told = pd.DataFrame(
        confusion_matrix(answers, model.predict(rows)), index=names, columns=[f"told {name}" for name in names]
    )
    if not hasattr(model, "train_score_"):
        return {"confusion": told}
    figure = Figure(figsize=(4, 3), layout="constrained")
    axes = figure.subplots()
    false, true, _ = roc_curve(answers, model.predict_proba(rows)[:, 1])
    axes.step(false, true, where="post")
    axes.set(xlabel="false positives", ylabel="true positives", title="ROC on the hold-out")
    return {"confusion": told, "roc": figure}


# -- wines and digits --------------------------------------------------------------------------


def wine_models() -> Iterator[Trained]:
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    for depth in (1, 2, 3, 5):
        yield DecisionTreeClassifier(max_depth=depth, random_state=1), {"max_depth": depth}, f"a tree of depth {depth}"
    for near in (3, 9):
        yield KNeighborsClassifier(near), {"n_neighbors": near}, "neighbours, unscaled: poor on purpose"
    yield SVC(kernel="linear", C=0.5), {"kernel": "linear", "C": 0.5}, "a plane between the cultivars"


def digit_models() -> Iterator[Trained]:
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.naive_bayes import GaussianNB
    from sklearn.svm import SVC

    yield GaussianNB(), {}, "what can be had for nothing"
    for trees in (20, 80):
        yield ExtraTreesClassifier(trees, random_state=3), {"n_estimators": trees}, "random splits"
    for gamma in (0.0005, 0.001):
        yield SVC(gamma=gamma), {"gamma": gamma, "kernel": "rbf"}, "the classic answer"


def many_classes(model: Any, data: Data) -> Metrics:
    from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score

    _, rows, _, answers = data
    told = model.predict(rows)
    return {
        "accuracy": float(accuracy_score(answers, told)),
        "balanced": float(balanced_accuracy_score(answers, told)),
        "f1_macro": float(f1_score(answers, told, average="macro")),
    }


# -- diabetes, clusters, outliers --------------------------------------------------------------


def diabetes_models() -> Iterator[Trained]:
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.linear_model import Lasso, Ridge

    for alpha in (1.0, 0.1, 0.01):
        yield Ridge(alpha=alpha), {"alpha": alpha, "penalty": "l2"}, "ridge path"
    for alpha in (0.5, 0.05):
        yield Lasso(alpha=alpha), {"alpha": alpha, "penalty": "l1"}, "fewer measurements to take"
    for trees in (30, 60, 90):
        boosted = GradientBoostingRegressor(n_estimators=trees, max_depth=2, random_state=7)
        yield boosted, {"n_estimators": trees, "max_depth": 2}, "is it really linear?"


def regression(model: Any, data: Data) -> Metrics:
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

    _, rows, _, answers = data
    told = model.predict(rows)
    return {
        "rmse": float(root_mean_squared_error(answers, told)),
        "mae": float(mean_absolute_error(answers, told)),
        "r2": float(r2_score(answers, told)),
    }


def cluster_models() -> Iterator[Trained]:
    from sklearn.cluster import KMeans

    for count in (3, 4):
        yield KMeans(count, n_init=4, random_state=5), {"n_clusters": count}, "how many kinds are there?"


def clusters(model: Any, data: Data) -> Metrics:
    from sklearn.metrics import silhouette_score

    return {"silhouette": float(silhouette_score(data[1], model.predict(data[1]))), "inertia": float(model.inertia_)}


def outlier_models() -> Iterator[Trained]:
    from sklearn.ensemble import IsolationForest

    for share in (0.02, 0.05, 0.1):
        forest = IsolationForest(n_estimators=40, contamination=share, random_state=2)
        yield forest, {"contamination": share}, "bottles that somebody should look at"


def outliers(model: Any, data: Data) -> Metrics:
    return {"flagged": float((model.predict(data[1]) < 0).mean())}
