"""What an explicit evaluation gives for real models, and what it says where it cannot."""

from __future__ import annotations

import subprocess
import sys

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import torch
import xgboost as xgb
from sklearn import metrics as library
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from torch import nn

from modelreg.capture.metrics import evaluate


def told(model, inputs, target):
    found = evaluate(model, inputs, target)
    assert found.errors == ()
    return {one.name: one.value for one in found.found}


def test_a_classification_gives_accuracy_f1_auc_and_loss(numbers, target):
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(numbers, target)
    predicted, scores = model.predict(numbers), model.predict_proba(numbers)
    found = told(model, numbers, target)
    assert found == pytest.approx(
        {
            "accuracy": library.accuracy_score(target, predicted),
            "f1": library.f1_score(target, predicted),
            "roc_auc": library.roc_auc_score(target, scores[:, 1]),
            "log_loss": library.log_loss(target, scores),
        }
    )


def test_each_metric_says_what_it_was_evaluated_on(numbers, target):
    found = evaluate(LogisticRegression().fit(numbers, target), numbers, target, expression="X_test, y_test").found[0]
    assert (found.source, found.data) == ("evaluated on X_test, y_test", "X_test, y_test")
    assert found.sure


def test_three_classes_give_means_over_the_classes(numbers, three):
    model = RandomForestClassifier(20, max_depth=2, random_state=0).fit(numbers, three)
    predicted, scores = model.predict(numbers), model.predict_proba(numbers)
    assert told(model, numbers, three) == pytest.approx(
        {
            "accuracy": library.accuracy_score(three, predicted),
            "f1_macro": library.f1_score(three, predicted, average="macro"),
            "roc_auc": library.roc_auc_score(three, scores, multi_class="ovr"),
            "log_loss": library.log_loss(three, scores),
        }
    )


def test_words_are_classes_and_a_decision_ranks(numbers, target):
    words = np.where(target == 1, "yes", "no")
    found = told(SVC().fit(numbers, words), numbers, words)
    assert set(found) == {"accuracy", "f1", "roc_auc"}
    assert found["f1"] == pytest.approx(
        library.f1_score(words, SVC().fit(numbers, words).predict(numbers), pos_label="yes")
    )


def test_a_regression_gives_r2_rmse_and_mae(numbers):
    model = RandomForestRegressor(5, random_state=0).fit(numbers[["a", "b"]], numbers.c)
    predicted = model.predict(numbers[["a", "b"]])
    assert told(model, numbers[["a", "b"]], numbers.c) == pytest.approx(
        {
            "r2": library.r2_score(numbers.c, predicted),
            "rmse": library.root_mean_squared_error(numbers.c, predicted),
            "mae": library.mean_absolute_error(numbers.c, predicted),
        }
    )


def test_whole_amounts_are_a_regression_where_the_model_gives_fractions(numbers, three):
    assert set(told(LinearRegression().fit(numbers, three), numbers, three)) == {"r2", "rmse", "mae"}


def test_several_outputs_are_a_regression(numbers):
    assert told(LinearRegression().fit(numbers, numbers), numbers, numbers)["r2"] == pytest.approx(1)


def test_a_search_tells_its_own_score_when_that_is_another(numbers, target):
    usual = GridSearchCV(LogisticRegression(), {"C": [1]}, cv=2).fit(numbers, target)
    assert "score" not in told(usual, numbers, target)
    own = GridSearchCV(Ridge(), {"alpha": [1]}, cv=2, scoring="neg_median_absolute_error").fit(numbers, numbers.c)
    assert told(own, numbers, numbers.c)["score"] == own.score(numbers, numbers.c)


@pytest.mark.parametrize("objective", ["binary:logistic", "multi:softprob", "multi:softmax", "reg:squarederror"])
def test_an_xgboost_booster_is_judged_by_its_objective(numbers, target, three, objective):
    truth = three if objective.startswith("multi") else target
    chosen = {"objective": objective, **({"num_class": 3} if objective.startswith("multi") else {})}
    found = told(xgb.train(chosen, xgb.DMatrix(numbers, truth), 5), numbers, truth)
    assert (
        set(found)
        == {
            "binary:logistic": {"accuracy", "f1", "roc_auc", "log_loss"},
            "multi:softprob": {"accuracy", "f1_macro", "roc_auc", "log_loss"},
            "multi:softmax": {"accuracy", "f1_macro"},
            "reg:squarederror": {"r2", "rmse", "mae"},
        }[objective]
    )


def test_an_xgboost_booster_takes_its_own_matrix(numbers, target):
    rows = xgb.DMatrix(numbers, target)
    booster = xgb.train({"objective": "binary:logistic"}, rows, 5)
    assert told(booster, rows, target) == told(booster, numbers, target)


def test_a_lightgbm_booster_is_judged_by_its_objective_even_from_its_text(numbers, target):
    booster = lgb.train({"objective": "binary", "verbose": -1}, lgb.Dataset(numbers, target), 5)
    again = lgb.Booster(model_str=booster.model_to_string())
    assert told(booster, numbers, target) == told(again, numbers, target)
    assert "roc_auc" in told(again, numbers, target)
    amounts = lgb.train({"verbose": -1}, lgb.Dataset(numbers, numbers.c), 5)
    assert set(told(amounts, numbers, numbers.c)) == {"r2", "rmse", "mae"}


@pytest.mark.parametrize("width", [1, 3])
def test_logits_of_a_network_become_probabilities(numbers, target, three, width):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(), nn.Linear(8, width))
    with torch.no_grad():
        net[3].bias -= 1
    truth = target if width == 1 else three
    before = {name: value.clone() for name, value in net.state_dict().items()}
    net[1].eval()
    found = told(net, numbers, truth)
    assert net.training
    assert not net[1].training
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    with torch.no_grad():
        logits = net.eval()(torch.tensor(numbers.to_numpy(), dtype=torch.float32)).double()
    scores = torch.sigmoid(logits)[:, 0] if width == 1 else torch.softmax(logits, 1)
    assert found["log_loss"] == pytest.approx(library.log_loss(truth, scores.numpy()), rel=1e-4)
    guess = (scores > 0.5).int() if width == 1 else scores.argmax(1)
    assert found["accuracy"] == pytest.approx(library.accuracy_score(truth, guess))


def test_values_from_0_to_1_are_probabilities_only_where_that_is_known(numbers, target):
    half = nn.Linear(3, 1)
    with torch.no_grad():
        half.weight[:], half.bias[:] = torch.tensor([[0.3, 0.0, 0.0]]), 0.1
    found = evaluate(half, numbers, target, expression="X, y")
    assert {one.name for one in found.found} == {"roc_auc"}
    assert "may be probabilities or logits" in found.errors[0]
    assert set(told(nn.Sequential(half, nn.Sigmoid()), numbers, target)) == {"accuracy", "f1", "roc_auc", "log_loss"}


def test_outputs_of_another_shape_are_said():
    found = evaluate(nn.Linear(3, 4), torch.rand(4, 3), torch.rand(4))
    assert found.found == ()
    assert "of shape (4, 4) for (4,)" in found.errors[0]


def test_statsmodels_predicts_amounts_or_the_probability_of_its_family(numbers, target):
    sm = pytest.importorskip("statsmodels.api")
    inputs = sm.add_constant(numbers[["b", "c"]])
    assert set(told(sm.OLS(target, inputs).fit(), inputs, target)) == {"r2", "rmse", "mae"}
    for model in (sm.Logit(target, inputs), sm.GLM(target, inputs, family=sm.families.Binomial())):
        assert "log_loss" in told(model.fit(**({"disp": 0} if type(model).__name__ == "Logit" else {})), inputs, target)


def test_catboost_is_judged_as_a_classification(numbers, three):
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoostClassifier(iterations=4, verbose=0, allow_writing_files=False).fit(numbers, three)
    assert set(told(model, numbers, three)) == {"accuracy", "f1_macro", "roc_auc", "log_loss"}


def test_a_network_with_amounts_is_a_regression():
    net = nn.Linear(3, 1)
    inputs = torch.rand(20, 3)
    assert set(told(net, inputs, torch.rand(20, 1))) == {"r2", "rmse", "mae"}


def test_a_class_of_the_user_is_judged_by_what_it_gives(numbers, target):
    class Rule:
        def predict(self, rows):
            return [int(one > 0.5) for one in rows.a]

    assert set(told(Rule(), numbers, target)) == {"accuracy", "f1"}


def test_classes_in_an_order_of_their_own_keep_their_columns(numbers, target):
    class Turned:
        classes_ = (1, 0)

        def __init__(self, model):
            self.classes_ = [1, 0]
            self.model = model

        def predict(self, rows):
            return self.model.predict(rows)

        def predict_proba(self, rows):
            return self.model.predict_proba(rows)[:, ::-1]

    model = LogisticRegression().fit(numbers, target)
    assert told(Turned(model), numbers, target) == pytest.approx(told(model, numbers, target))


def test_what_only_scores_gives_that(numbers):
    model = PCA(1).fit(numbers)
    assert told(model, numbers, numbers.a) == {"score": model.score(numbers)}


def test_a_class_that_the_model_never_saw_counts_as_wrong_and_has_no_curve(numbers, target, three):
    found = told(LogisticRegression().fit(numbers, target), numbers, three)
    assert set(found) == {"accuracy", "f1_macro"}


def test_a_target_of_one_class_has_no_curve_and_says_so(numbers, target):
    found = evaluate(LogisticRegression().fit(numbers, target), numbers, np.ones(80, int), expression="X, ones")
    assert "roc_auc" not in {one.name for one in found.found}
    assert found.errors == ("roc_auc on X, ones: ValueError: not every class is in the true values",)


@pytest.mark.parametrize(
    ("inputs", "truth", "said"),
    [
        (lambda n, t: n, lambda n, t: t[:40], "there are 80 predictions for 40 true values"),
        (lambda n, t: n[["a"]], lambda n, t: t, "ValueError: The feature names should match"),
        (lambda n, t: n, lambda n, t: t.map({0: "no", 1: "yes"}), "the true values are "),
        (lambda n, t: n, lambda n, t: [], "there are 80 predictions for 0 true values"),
        (lambda n, t: n, lambda n, t: None, "TypeError"),
    ],
)
def test_what_does_not_fit_is_said(numbers, target, inputs, truth, said):
    found = evaluate(LogisticRegression().fit(numbers, target), inputs(numbers, target), truth(numbers, target))
    assert said in found.errors[0]
    assert {one.name for one in found.found} <= {"score"}


def test_something_that_cannot_predict_gives_nothing():
    assert evaluate(object(), [[1]], [1]).found == ()


def test_without_scikit_learn_the_same_is_computed_in_numpy():
    code = (
        "import sys, numpy as np\nfrom modelreg.capture.metrics import evaluate\n"
        "class Rule:\n    def predict(self, X): return (X[:, 0] > 0.5).astype(int)\n"
        "X = np.array([[0.1], [0.9], [0.7], [0.2]])\n"
        "print({one.name: round(one.value, 3) for one in evaluate(Rule(), X, np.array([0, 1, 0, 0])).found})\n"
        "assert 'sklearn' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{'accuracy': 0.75, 'f1': 0.667}"


def test_clusters_are_compared_with_what_is_true(numbers, target):
    model = KMeans(2, n_init=1, random_state=0).fit(numbers)
    found = {one.name: one.value for one in evaluate(model, numbers, target).found}
    assert found["accuracy"] == library.accuracy_score(target, model.predict(numbers))
    assert found["score"] == model.score(numbers)


def test_a_frame_of_one_column_is_a_target(numbers, target):
    model = LogisticRegression().fit(numbers, target)
    assert told(model, numbers, pd.DataFrame({"y": target})) == told(model, numbers, target)
