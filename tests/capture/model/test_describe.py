"""What is told of real models, family by family."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from torch import nn, optim

from modelreg.capture.model import FAMILIES, ModelFacts, describe


@pytest.fixture(scope="session")
def pipeline(frame, target):
    prep = ColumnTransformer([("num", StandardScaler(with_mean=False), ["a", "b"]), ("cat", OneHotEncoder(), ["word"])])
    return Pipeline([("prep", prep), ("clf", LogisticRegression(C=3))]).fit(frame, target)


class Mine(ClassifierMixin, xgb.XGBModel):
    """A class whose first library along its bases is not the one that it is of."""


class Net(nn.Module):
    def __init__(self, width=8, depth=2):
        super().__init__()
        self.width, self.depth = width, depth
        self.body = nn.Sequential(nn.Linear(3, width), nn.BatchNorm1d(width), nn.ReLU())
        self.head = nn.Linear(width, 2)
        self.head.bias.requires_grad_(False)

    def forward(self, x):
        return self.head(self.body(x))


class Plain:
    def __init__(self, alpha, beta=2, gamma=3):
        self.alpha, self.beta, self.other = alpha, beta, gamma


def test_every_family_can_be_read_and_is_asked_before_python():
    assert list(FAMILIES)[-1] == "python"
    for name in FAMILIES:
        assert callable(FAMILIES[name].params)
        assert callable(FAMILIES[name].signature)
        assert callable(FAMILIES[name].architecture)


def test_an_estimator_tells_all_params_and_those_that_were_chosen(numbers, target):
    facts = describe(LogisticRegression(C=2).fit(numbers, target))
    assert (facts.family, facts.framework) == ("sklearn", "sklearn")
    assert facts.class_name == "sklearn.linear_model._logistic.LogisticRegression"
    assert facts.changed == {"C": 2}
    assert facts.params["max_iter"] == 100
    assert facts.version == sys.modules["sklearn"].__version__
    assert facts.signature.feature_names == ("a", "b", "c")
    assert facts.signature.classes == (0, 1)
    assert facts.errors == ()


def test_a_value_equal_to_its_default_was_not_chosen():
    assert describe(LogisticRegression(C=1, tol=1e-4)).changed == {}


def test_a_pipeline_is_flattened_with_its_steps(pipeline):
    facts = describe(pipeline)
    assert facts.changed["clf__C"] == 3
    assert facts.changed["prep__num__with_mean"] is False
    assert "prep__num__with_std" not in facts.changed
    assert facts.params["prep__num__with_std"] is True
    assert facts.changed["prep__transformers"][0][2] == ["a", "b"]
    assert "steps" not in facts.params
    assert [path for path, _ in facts.steps] == ["prep", "prep__num", "prep__cat", "clf"]
    assert facts.signature.n_features == 4


def test_members_of_a_vote_stand_by_name_and_a_passed_step_keeps_its_word():
    vote = VotingClassifier([("one", LogisticRegression(C=5)), ("two", RandomForestClassifier(7))])
    assert describe(vote).changed["two__n_estimators"] == 7
    assert "estimators" not in describe(vote).params
    union = FeatureUnion([("all", "passthrough"), ("scaled", StandardScaler())])
    assert describe(union).steps[0] == ("all", "passthrough")


def test_a_search_tells_what_it_chose(pipeline, frame, target):
    grid = GridSearchCV(pipeline, {"clf__C": [0.5, 10]}, cv=2).fit(frame, target)
    facts = describe(grid)
    assert facts.changed["best__clf__C"] in {0.5, 10}
    assert facts.changed["best__prep__num__with_mean"] is False
    assert not any(name.startswith("estimator__") for name in facts.changed)
    assert facts.params["estimator__clf__C"] == 3
    assert facts.params["cv"] == facts.changed["cv"] == 2


def test_a_chosen_value_that_is_the_default_is_told_all_the_same(numbers, target):
    grid = GridSearchCV(LogisticRegression(), {"C": [1.0]}, cv=2).fit(numbers, target)
    assert describe(grid).changed["best__C"] == 1.0


def test_a_search_that_did_not_refit_tells_what_it_chose(numbers, target):
    grid = GridSearchCV(LogisticRegression(tol=0.1), {"C": [5]}, cv=2, refit=False).fit(numbers, target)
    assert describe(grid).changed["estimator__tol"] == 0.1


def test_a_warm_start_is_a_choice(numbers, target):
    model = SGDClassifier(warm_start=True, random_state=0).fit(numbers, target)
    assert describe(model).changed == {"warm_start": True, "random_state": 0}


def test_a_function_is_named():
    assert describe(FunctionTransformer(np.log1p)).changed == {"func": "numpy.log1p"}


def test_an_xgboost_estimator_tells_what_is_not_none(numbers, target):
    facts = describe(xgb.XGBClassifier(n_estimators=3, max_depth=2).fit(numbers, target))
    assert facts.family == "xgboost"
    assert facts.changed == {"n_estimators": 3, "max_depth": 2}
    assert len(facts.params) > 30
    assert facts.signature.n_features == 3


def test_a_class_with_a_mixin_of_sklearn_first_is_of_xgboost():
    facts = describe(Mine(max_depth=2))
    assert (facts.family, facts.framework) == ("xgboost", "xgboost")
    assert facts.changed["max_depth"] == 2


def test_an_xgboost_booster_tells_its_configuration(numbers, target):
    booster = xgb.train({"eta": 0.1, "objective": "binary:logistic"}, xgb.DMatrix(numbers, target), 3)
    facts = describe(booster)
    assert facts.changed["learning_rate"] == facts.params["eta"] == 0.1
    assert facts.changed["objective"] == "binary:logistic"
    assert "max_depth" not in facts.changed
    assert facts.params["max_depth"] == 6
    assert "scale_pos_weight" not in facts.changed
    assert facts.signature.feature_names == ("a", "b", "c")


@pytest.mark.parametrize("objective", ["multi:softprob", "rank:ndcg", "count:poisson"])
def test_an_objective_is_the_only_thing_chosen(numbers, target, objective):
    chosen = {"objective": objective, **({"num_class": 2} if objective.startswith("multi") else {})}
    booster = xgb.train(chosen, xgb.DMatrix(numbers, target), 1)
    found = describe(booster).changed
    assert found.pop("eval_metric")
    assert found == {"objective": objective}


def test_a_lightgbm_estimator_and_booster_tell_theirs(numbers, target):
    estimator = lgb.LGBMClassifier(n_estimators=3, verbose=-1).fit(numbers, target)
    assert describe(estimator).changed == {"n_estimators": 3, "verbose": -1}
    rows = lgb.Dataset(numbers, target)
    booster = lgb.train({"objective": "binary", "max_leaves": 5, "eta": 0.2, "verbose": -1}, rows, 3)
    facts = describe(booster)
    assert facts.family == "lightgbm"
    assert facts.changed["learning_rate"] == 0.2
    assert facts.changed["num_leaves"] == 5
    assert "max_depth" not in facts.changed
    assert facts.params["max_depth"] == -1
    assert facts.signature.n_features == 3
    again = describe(lgb.Booster(model_str=booster.model_to_string()))
    assert {name: again.changed[name] for name in ("learning_rate", "num_leaves", "objective")} == {
        "learning_rate": 0.2,
        "num_leaves": 5,
        "objective": "binary",
    }


def test_names_of_lightgbm_are_written_as_in_the_data(numbers, target):
    spaced = numbers.rename(columns={"a": "the a"})
    booster = lgb.train({"verbose": -1}, lgb.Dataset(spaced, target), 1)
    assert describe(booster).signature.feature_names[0] == "the_a"
    schema = {"fields": [{"name": name, "dtype": "float64"} for name in spaced.columns]}
    facts = describe(booster, schema=schema)
    assert facts.signature.feature_names == ("the a", "b", "c")
    assert facts.signature.input == schema


def test_a_module_tells_its_layers_and_sizes():
    facts = describe(Net(width=4))
    assert facts.family == "torch"
    assert facts.changed == {"width": 4}
    assert facts.params == {"width": 4, "depth": 2}
    layers = facts.architecture["layers"]
    assert layers[1] == "body.0: Linear(in_features=3, out_features=4, bias=True)"
    assert facts.architecture["n_layers"] == len(layers) == 5
    assert facts.architecture["parameters"] == 3 * 4 + 4 + 4 + 4 + 4 * 2 + 2
    assert facts.architecture["trainable"] == facts.architecture["parameters"] - 2
    assert (facts.architecture["dtype"], facts.architecture["device"]) == ("float32", "cpu")
    assert facts.architecture["training"] is True


def test_mixed_dtypes_are_told_with_their_shares_and_a_lazy_layer_is_no_failure():
    mixed = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2).half())
    assert describe(mixed).architecture["dtype"] == {"float32": 6, "float16": 6}
    lazy = describe(nn.Sequential(nn.LazyLinear(4)))
    assert lazy.errors == ()
    assert lazy.architecture["parameters"] == 0


def test_a_class_of_the_user_tells_the_arguments_it_kept():
    facts = describe(Plain(1, beta=5))
    assert facts.family == "python"
    assert facts.params == {"alpha": 1, "beta": 5}
    assert facts.changed == {"alpha": 1, "beta": 5}
    assert facts.framework is None


def test_parts_of_other_libraries_are_told_with_their_versions(numbers, target):
    model = Pipeline([("scale", StandardScaler()), ("clf", xgb.XGBClassifier(n_estimators=2))]).fit(numbers, target)
    facts = describe(model)
    assert facts.frameworks == {"sklearn": facts.version, "xgboost": xgb.__version__}
    assert facts.changed["clf__n_estimators"] == 2
    assert "clf__max_depth" not in facts.changed


def test_what_fails_is_a_field_and_the_rest_is_told():
    class Broken(BaseEstimator):
        classes_ = ("a", "b")

        def get_params(self, deep=True):
            msg = "no params today\nand more"
            raise RuntimeError(msg)

    facts = describe(Broken())
    assert facts.errors[0] == "its hyperparameters: RuntimeError: no params today"
    assert facts.signature.classes == ("a", "b")


@pytest.mark.parametrize("thing", [None, 3, object(), type, len, [], {"a": 1}, xgb.Booster(), np])
def test_anything_at_all_is_described(thing):
    facts = describe(thing)
    assert isinstance(facts, ModelFacts)
    json.dumps(facts.to_json(), allow_nan=False)


def test_describing_leaves_the_model_as_it_is(pipeline, numbers, target, frame):
    forest = RandomForestClassifier(5, oob_score=False).fit(numbers, target)
    booster = xgb.train({}, xgb.DMatrix(numbers, target), 2)
    light = lgb.LGBMClassifier(n_estimators=2, verbose=-1).fit(numbers, target)
    for model, sample in [(pipeline, frame), (forest, numbers), (booster, numbers), (light, numbers), (Net(), numbers)]:
        before = pickle.dumps(model)
        describe(model, sample=sample)
        assert pickle.dumps(model) == before


def test_what_is_described_imports_no_library():
    code = (
        "import sys\nfrom modelreg.capture.model import describe\n"
        "class M:\n    def __init__(self, a=1): self.a = a\n    def predict(self, X): return X\n"
        "assert describe(M(2), sample=[1, 2]).changed == {'a': 2}\n"
        "print([name for name in ('numpy', 'pandas', 'sklearn', 'torch', 'xgboost', 'lightgbm') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_optimizer_has_no_layers_and_that_is_no_fault() -> None:
    facts = describe(optim.Adam(nn.Linear(2, 2).parameters()))
    assert (facts.family, facts.architecture, facts.errors) == ("torch", None, ())
