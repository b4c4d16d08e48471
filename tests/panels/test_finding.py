"""What the register form finds in the kernel beside a model, also where the kernel is full of odd things."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

from modelreg.notebook import Execution
from modelreg.panels import finding
from modelreg.panels.finding import is_metric

from .forms import CLASSES, ROWS, given, rows, variables
from .oddities import CERTAIN, oddities, refused_model, tensors

# -- what may belong to a model ----------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["auc", "AUC", "test_auc", "roc_auc", "val_loss", "f1_macro", "f1_score", "r2", "rmse_test", "best_score", "ndcg@10",
     "log_loss", "brier_score", "losses", "f1-score", "train_mean_squared_error", "accuracy_score"],
)  # fmt: skip
def test_a_metric_is_known_by_its_name(name):
    assert is_metric(name)


@pytest.mark.parametrize(
    "name",
    ["n", "x", "learning_rate", "epochs", "test", "seed", "max_depth", "best_iteration", "scored", "train_size", ""],
)
def test_what_is_no_metric_is_none(name):
    assert not is_metric(name)


def test_numbers_that_are_called_like_metrics_are_found_with_their_values(form):
    variables(form, auc=0.9125, test_f1=np.float32(0.5), n=3, accuracy=True, recall="high", loss=float("nan"))
    assert rows(form, "metrics") == {
        "loss": ("loss", "nan"),
        "test_f1": ("test_f1", "0.5"),
        "auc": ("auc", "0.9125"),
    }


def test_dicts_and_tables_of_metrics_are_found_by_their_items(form):
    variables(
        form,
        results={"n": 10, "rows": [1, "x"], "deep": {"auc": 0.9}},
        anything={"recall": 0.7, "depth": 3},
        history=pd.DataFrame({"loss": [0.9, 0.5, 0.3], "name": ["a", "b", "c"]}),
        report=pd.Series({"f1": 0.25}),
        val_loss=pd.Series([0.2, 0.1]),
    )
    assert rows(form, "metrics") == {
        "val_loss": ("val_loss", "0.2 → 0.1 · 2 points"),
        "f1": ('report["f1"]', "0.25"),
        "loss": ('history["loss"]', "0.9 → 0.3 · 3 points"),
        "recall": ('anything["recall"]', "0.7"),
        "n": ('results["n"]', "10"),
        "deep/auc": ('results["deep"]["auc"]', "0.9"),
    }


def test_scores_of_a_cross_validation_come_with_their_mean(form):
    variables(form, scores=np.array([0.8, 0.9]))
    found = rows(form, "metrics")
    assert found["scores_mean"] == ("scores.mean()", "0.85")
    form.ask("register", **given(metrics=[["scores_mean", "scores.mean()"]]))
    assert form.registry.get("churn:v4").metrics == {"scores_mean": pytest.approx(0.85)}


def test_what_a_search_says_of_its_best_model_is_found_with_the_model(form):
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2).fit(ROWS, CLASSES)
    variables(form, grid=search)
    (source, value) = rows(form, "metrics", "grid.best_estimator_")["best_score"]
    assert source == "grid.best_score_"
    assert float(value) == pytest.approx(search.best_score_, rel=1e-3)
    assert "best_score" in rows(form, "metrics", "grid")
    assert "best_score" not in rows(form, "metrics", "clf")


def test_keys_with_quotes_become_expressions_that_work(form):
    key = 'it\'s "f1"\\'
    variables(form, metrics={key: 0.5})
    ((source, _),) = rows(form, "metrics").values()
    form.ask("register", **given(metrics=[["f1", source]]))
    assert form.registry.get("churn:v4").metrics == {"f1": 0.5}


def test_no_code_of_the_users_objects_runs_while_looking(form):
    class Trap:
        def __getattribute__(self, name):
            raise AssertionError(name)

    class Lazy(dict):
        def __getitem__(self, key):
            raise AssertionError(key)

    variables(form, auc=Trap(), metrics=Lazy(auc=1), trap=Trap())
    assert rows(form, "metrics") == {}
    assert [each["variable"] for each in form.ask("candidates")["models"]] == ["clf"]


def test_what_is_too_long_or_no_row_of_numbers_is_no_curve(form):
    variables(
        form, loss=np.zeros(200_000), auc=[], recall=[0.1, "x"], f1=np.zeros((2, 2)), mae=np.array(["a"]), r2=(1, 0)
    )
    assert rows(form, "metrics") == {"r2": ("r2", "1 → 0 · 2 points")}


def test_figures_and_tables_may_be_attached_figures_first(form):
    variables(form, fig=Figure(), df=pd.DataFrame({"a": [1, 2]}), X=np.zeros((3, 2)))
    found = rows(form, "attachments")
    assert list(found) == ["fig", "df"]
    assert found["df"] == ("df", "DataFrame 2 × 1")


def test_logged_datasets_are_data_and_nothing_else_is(form):
    variables(form, X_train=pd.DataFrame({"a": range(600)}), X_other=pd.DataFrame({"a": [1]}))
    form.desk.run("log X_train data/train --kind dataset --quiet")
    assert rows(form, "data") == {"X_train": ("X_train", "data/train:v0")}
    assert list(rows(form, "attachments")) == ["X_other"]
    form.ask("register", **given(data=[["train", "X_train"], ["again", "data/train:v0"], ["last", '"data/train"']]))
    (run,) = form.registry.show("churn:v4").runs
    assert set(run.inputs) == {"data/train:v0"}


# -- a kernel full of odd things ---------------------------------------------------------------


def test_odd_variables_cost_the_form_nothing_but_themselves(form):
    variables(form, **oddities(), **tensors(), test_auc=0.9125, fig=Figure())
    found = form.ask("found", variable="clf")
    metrics = {each["name"]: each["value"] for each in found["metrics"]}
    assert metrics["test_auc"] == "0.9125"
    assert {name: metrics[name] for name in CERTAIN} == CERTAIN
    assert {"auc", "loss", "r2", "mae", "mse", "accuracy", "rmse", "val_loss"}.isdisjoint(metrics)
    assert "fig" in {each["name"] for each in found["attachments"]}
    told = {each["variable"]: each["state"] for each in form.ask("candidates")["models"]}
    assert told == {"clf": "never", "shut": "unknown"}
    assert form.ask("register", **given(metrics=[["auc", "test_auc"]]))["ref"] == "churn:v4"


@pytest.mark.parametrize("name", sorted(oddities()))
def test_each_odd_variable_alone_leaves_the_form_usable(form, name):
    variables(form, **{name: oddities()[name]}, test_auc=0.9125)
    assert rows(form, "metrics")["test_auc"] == ("test_auc", "0.9125")
    assert "clf" in {each["variable"] for each in form.ask("candidates")["models"]}


def test_a_model_that_is_odd_itself_can_be_chosen(form):
    variables(form, shut=refused_model(), test_auc=0.9125)
    assert rows(form, "metrics", "shut") == {"test_auc": ("test_auc", "0.9125")}
    told = form.refused("register", **given(variable="shut"))
    assert (told["kind"], told["field"]) == ("unpicklable", "model")


def test_a_metric_of_a_tensor_or_an_array_without_dimensions_is_its_value(form):
    torch = pytest.importorskip("torch")
    variables(form, test_loss=torch.tensor(0.5), val_f1=np.array(0.25))
    assert rows(form, "metrics") == {"val_f1": ("val_f1", "0.25"), "test_loss": ("test_loss", "0.5")}
    form.ask("register", **given(metrics=[["test_loss", "test_loss"], ["val_f1", "val_f1"]]))
    assert form.registry.get("churn:v4").metrics == {"test_loss": 0.5, "val_f1": 0.25}


# -- what the cells tell -----------------------------------------------------------------------


def test_what_cells_computed_of_the_model_is_offered_with_its_data():
    log = [
        Execution(source=text, count=count) for count, text in enumerate(("m.fit(X, y)", "held_out = m.score(Z, y)"), 1)
    ]
    scope = {"m": Ridge(), "X": np.ones((3, 2)), "y": np.ones(3), "Z": np.ones((3, 2)), "held_out": 0.25, "auc": 0.5}
    assert finding.metrics(scope, "m", scope["m"], log) == [
        {"name": "held_out", "source": "held_out", "value": "0.25", "note": "cell 2, on Z, y"},
        {"name": "auc", "source": "auc", "value": "0.5"},
    ]
    assert [row["source"] for row in finding.metrics(scope, "m", scope["m"])] == ["auc"]


def test_the_data_of_the_training_is_shown_and_stays_unticked_as_it_is_kept_anyway():
    scope = {"m": Ridge(), "X": pd.DataFrame({"a": range(1200)}), "y": [1, 2]}
    log = [Execution(source="m.fit(X, y)", count=1)]
    assert [(row["name"], row["source"], row["value"]) for row in finding.trained_on(scope, log, "m")] == [
        ("train", "X", "1,200 × 1"),
        ("target", "y", "2"),
    ]
    assert "kept in any case" in finding.trained_on(scope, log, "m")[0]["note"]
    assert finding.trained_on(scope, [], "m") == []
