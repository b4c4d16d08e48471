"""Models of libraries that are tested where they are installed."""

from __future__ import annotations

import json
import pickle

import pytest

from modelreg.capture.model import describe


def test_statsmodels_tells_what_was_fitted_and_computes_nothing_that_stays(frame):
    smf = pytest.importorskip("statsmodels.formula.api")
    fitted = smf.ols("a ~ b + c", frame).fit()
    before = pickle.dumps(fitted)
    facts = describe(fitted, sample=frame)
    assert facts.family == "statsmodels"
    assert facts.changed["formula"] == "a ~ b + c"
    assert facts.changed["model"] == "statsmodels.regression.linear_model.OLS"
    assert facts.signature.feature_names == ("Intercept", "b", "c")
    assert facts.signature.output.shape == (-1,)
    assert facts.errors == ()
    assert pickle.dumps(fitted) == before


def test_statsmodels_tells_the_family_of_a_general_model(numbers, target):
    sm = pytest.importorskip("statsmodels.api")
    fitted = sm.GLM(target, sm.add_constant(numbers[["b", "c"]]), family=sm.families.Binomial()).fit()
    facts = describe(fitted)
    assert (facts.changed["family"], facts.changed["link"]) == ("Binomial", "Logit")
    assert facts.signature.n_features == 3


def test_catboost_tells_what_was_chosen_and_what_it_became(numbers, target):
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoostClassifier(iterations=3, depth=4, verbose=0, allow_writing_files=False)
    assert describe(model).errors == ()
    facts = describe(model.fit(numbers, target), sample=numbers)
    assert facts.family == "catboost"
    assert facts.changed == {"iterations": 3, "depth": 4, "verbose": 0, "allow_writing_files": False}
    assert facts.params["l2_leaf_reg"] == 3
    assert facts.signature.feature_names == ("a", "b", "c")
    assert facts.signature.classes == (0, 1)


def test_keras_tells_its_layers_and_what_it_was_compiled_with(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(2)])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    facts = describe(model)
    assert facts.family == "keras"
    assert (facts.framework, facts.version) == ("keras", keras.__version__)
    assert facts.params["optimizer"] == "Adam"
    assert facts.params["optimizer__learning_rate"] == pytest.approx(0.01)
    assert facts.params["loss"] == "mse"
    assert facts.architecture["parameters"] == facts.architecture["trainable"] == 4 * 8 + 8 + 8 * 2 + 2
    assert len(facts.architecture["layers"]) == 2
    assert (facts.signature.n_features, facts.signature.n_outputs) == (4, 2)
    assert facts.errors == ()
    json.dumps(facts.to_json(), allow_nan=False)
