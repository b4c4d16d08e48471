"""Metrics that real models keep of their training, with the set of data they are of."""

from __future__ import annotations

import pickle

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb
from sklearn.cluster import KMeans
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from modelreg.capture.metrics import find

# eval_X and eval_y, which lightgbm asks for instead, are not in the oldest version that is tested
pytestmark = pytest.mark.filterwarnings("ignore:The argument 'eval_set' is deprecated")


def told(model):
    found = find(model)
    assert found.errors == ()
    assert all(one.sure for one in found.found)
    return {one.name: one for one in found.found}


def test_a_forest_tells_its_score_out_of_bag(numbers, target):
    model = RandomForestClassifier(30, oob_score=True, random_state=0).fit(numbers, target)
    found = told(model)["oob_score"]
    assert (found.value, found.source) == (model.oob_score_, "attribute oob_score_")


def test_the_last_step_speaks_for_a_pipeline_and_other_steps_by_their_name(numbers, target):
    model = make_pipeline(
        StandardScaler(), KMeans(2, n_init=1, random_state=0), RandomForestClassifier(30, oob_score=True)
    ).fit(numbers, target)
    found = told(model)
    assert found["oob_score"].source == "attribute randomforestclassifier.oob_score_"
    assert found["kmeans/inertia"].value == pytest.approx(model[1].inertia_)


def test_a_search_tells_the_score_of_its_choice_with_its_spread(numbers, target):
    grid = GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=3).fit(numbers, target)
    found = told(grid)
    assert found["best_score"].value == grid.best_score_
    assert found["best_score_std"].value == grid.cv_results_["std_test_score"][grid.best_index_]
    assert found["n_iter"].source == "attribute best_estimator_.n_iter_"


def test_a_search_by_several_scores_tells_each(numbers, target):
    grid = GridSearchCV(
        LogisticRegression(), {"C": [0.1, 1]}, cv=3, scoring=["accuracy", "roc_auc"], refit="roc_auc"
    ).fit(numbers, target)
    found = told(grid)
    assert found["cv/accuracy"].value == grid.cv_results_["mean_test_accuracy"][grid.best_index_]
    assert "cv/roc_auc_std" in found


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (GradientBoostingClassifier(n_estimators=3), "train_score"),
        (HistGradientBoostingClassifier(max_iter=3, early_stopping=True), "validation_score"),
        (MLPClassifier(max_iter=300, early_stopping=True, random_state=0), "best_validation_score"),
        (KMeans(2, n_init=1), "inertia"),
    ],
)
def test_estimators_that_keep_curves_or_scores_tell_the_last(numbers, target, model, name):
    assert name in told(model.fit(numbers, target))


def test_xgboost_tells_each_set_where_it_predicts_from(numbers, target):
    sets = [(numbers, target), (numbers[:40], 1 - target[:40])]
    model = xgb.XGBClassifier(n_estimators=12, early_stopping_rounds=3, eval_metric=["auc", "logloss"])
    model.fit(numbers, target, eval_set=sets, verbose=False)
    curve = model.evals_result()["validation_1"]["logloss"]
    found = told(model)
    assert found["validation_1/logloss"].value == curve[model.best_iteration]
    assert found["validation_1/logloss"].data == "validation_1"
    assert found["validation_1/logloss_last"].value == curve[-1]
    aucs = model.evals_result()["validation_0"]["auc"]
    assert found["validation_0/auc"].value == aucs[model.best_iteration]
    assert found.get("validation_0/auc_best", found["validation_0/auc"]).value == max(aucs)
    assert found["best_score"].value == pytest.approx(model.best_score)


def test_an_xgboost_booster_tells_what_early_stopping_left(numbers, target):
    rows = xgb.DMatrix(numbers, target)
    booster = xgb.train({"objective": "binary:logistic"}, rows, 5, evals=[(rows, "tr")], verbose_eval=False)
    assert told(booster) == {}
    stopped = xgb.train({}, rows, 9, evals=[(rows, "tr")], early_stopping_rounds=2, verbose_eval=False)
    assert told(stopped)["best_score"].value == pytest.approx(stopped.best_score)


def test_lightgbm_tells_that_a_score_is_of_the_training_set(numbers, target):
    model = lgb.LGBMClassifier(n_estimators=4, verbose=-1)
    model.fit(numbers, target, eval_set=[(numbers, target)], eval_metric="auc")
    found = told(model)["training/auc"]
    assert found.value == model.best_score_["training"]["auc"]
    assert found.data == "training"
    assert "best_iteration" not in told(model)


def test_lightgbm_stopped_early_tells_the_iteration_it_predicts_from(numbers, target):
    model = lgb.LGBMClassifier(n_estimators=60, learning_rate=0.5, verbose=-1, min_child_samples=2)
    held_out = (numbers[::2], 1 - target[::2])
    model.fit(numbers, target, eval_set=[held_out], callbacks=[lgb.early_stopping(2, verbose=False)])
    found = told(model)
    assert found["valid_0/binary_logloss"].value == model.best_score_["valid_0"]["binary_logloss"]
    assert found["valid_0/binary_logloss_last"].value != found["valid_0/binary_logloss"].value
    assert found["best_iteration"].value == model.best_iteration_


def test_a_lightgbm_booster_tells_its_best_scores(numbers, target):
    rows = lgb.Dataset(numbers, target)
    booster = lgb.train(
        {"objective": "binary", "verbose": -1}, rows, 3, valid_sets=[rows.create_valid(numbers, target)]
    )
    assert told(booster)["valid_0/binary_logloss"].value == booster.best_score["valid_0"]["binary_logloss"]


def test_what_is_no_finite_number_is_not_told():
    class Odd:
        oob_score_ = float("nan")
        best_score_ = True
        inertia_ = "low"
        loss_ = np.float64(0.5)
        train_score_ = (1.0, float("inf"))

        @property
        def n_iter_(self):
            raise RuntimeError

    assert {name: one.value for name, one in told(Odd()).items()} == {"loss": 0.5, "train_score": 1.0}


def test_looking_leaves_the_model_as_it_is(numbers, target):
    models = [
        RandomForestClassifier(5, oob_score=False).fit(numbers, target),
        lgb.LGBMClassifier(n_estimators=2, verbose=-1).fit(numbers, target),
        xgb.XGBClassifier(n_estimators=2).fit(numbers, target, eval_set=[(numbers, target)], verbose=False),
    ]
    for model in models:
        before = pickle.dumps(model)
        find(model)
        assert pickle.dumps(model) == before


def test_statsmodels_tells_its_fit_and_computes_nothing_that_stays(numbers):
    smf = pytest.importorskip("statsmodels.formula.api")
    fitted = smf.ols("a ~ b + c", numbers).fit()
    before = pickle.dumps(fitted)
    found = told(fitted)
    assert pickle.dumps(fitted) == before
    assert found["rsquared"].value == pytest.approx(fitted.rsquared)
    assert {"aic", "bic", "llf"} <= set(found)


def test_catboost_tells_each_set(numbers, target):
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoostClassifier(iterations=4, verbose=0, allow_writing_files=False)
    model.fit(numbers, target, eval_set=(numbers, target))
    found = told(model)
    assert found["validation/Logloss"].value == pytest.approx(model.get_best_score()["validation"]["Logloss"])


def test_keras_tells_the_last_epoch(monkeypatch, numbers, target):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    history = model.fit(numbers.to_numpy(), target.to_numpy(), epochs=2, validation_split=0.25, verbose=0)
    assert told(model)["val_loss"].value == pytest.approx(history.history["val_loss"][-1])
