"""Which metrics the cells after the last training computed: cells are really run, and nothing else is taken for one."""

from __future__ import annotations

import ast

import pytest
from sklearn.linear_model import LogisticRegression

from modelreg.capture.metrics import find
from modelreg.notebook.execution import Execution

START = """
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, f1_score, mean_squared_error, roc_auc_score
from sklearn.model_selection import cross_val_score
import numpy as np
X_train = X_test = np.arange(20.0).reshape(-1, 1)
y_train = y_test = np.array([0, 1] * 3 + [0] * 4 + [1] * 10)
"""
FIT = "clf = LogisticRegression().fit(X_train, y_train)"


def run(*cells, variable="clf", before=(START,)):
    """Run cells as a kernel does, and return what is found of the model."""
    scope, log = {"Out": {}}, []
    for count, cell in enumerate([*before, *cells], 1):
        given = cell if isinstance(cell, Execution) else Execution(source=cell, count=count)
        body = ast.parse(given.code).body
        try:
            for one in body[:-1]:
                exec(compile(ast.Module([one], []), "cell", "exec"), scope)
            if body and isinstance(body[-1], ast.Expr):
                shown = eval(compile(ast.Expression(body[-1].value), "cell", "eval"), scope)
                if shown is not None:
                    scope["Out"][count] = shown
            elif body:
                exec(compile(ast.Module(body[-1:], []), "cell", "exec"), scope)
        except ZeroDivisionError:
            given = Execution(source=cell, count=count, ok=False, failing_line=2)
        log.append(given)
    found = find(eval(variable, scope), variable=variable, scope=scope, log=log)
    assert found.errors == ()
    return {one.name: one for one in found.found if not one.sure}, scope


def test_an_assigned_score_is_found_with_its_source_and_data():
    found, scope = run(FIT, "acc = clf.score(X_test, y_test)")
    assert found["acc"].value == scope["acc"]
    assert found["acc"].source == "variable acc, cell 3"
    assert found["acc"].data == "X_test, y_test"
    assert not found["acc"].sure


def test_predictions_lead_to_the_data_that_they_were_made_on():
    found, _ = run(FIT, "pred = clf.predict(X_test)\nhard = pred > 0\nf1 = f1_score(y_test, hard, average='macro')")
    assert found["f1"].data == "X_test, y_test"


@pytest.mark.parametrize(
    "cell",
    [
        "value = accuracy_score(y_test, clf.predict(X_test))",
        "value = roc_auc_score(y_test, clf.predict_proba(X_test)[:, 1])",
        "value = mean_squared_error(y_test, clf.predict(X_test)) ** 0.5",
        "value = round(100 * float(accuracy_score(y_test, clf.predict(X_test))), 2)",
        "value = cross_val_score(clf, X_test, y_test, cv=2).mean()",
        "value: float = clf.score(X_test, y_test)",
        "(value := clf.score(X_test, y_test))",
        "value, other = clf.score(X_test, y_test), 7",
        "if True:\n    value = clf.score(X_test, y_test)",
        "model = clf\nvalue = model.score(X_test, y_test)",
        "def evaluate(m, X, y):\n    return m.score(X, y)\nvalue = evaluate(clf, X_test, y_test)",
    ],
)
def test_every_way_of_assigning_a_score_is_read(cell):
    found, scope = run(FIT, cell)
    assert found["value"].value == pytest.approx(scope["value"])
    assert "other" not in found


@pytest.mark.parametrize(
    "cell",
    [
        "value = 0.93",
        "value = (clf.predict(X_test) == y_test).mean()",
        "value = clf.coef_[0][0]",
        "value = clf.score(X_test, y_test) > 0.5",
        "value = 3 if clf.score(X_test, y_test) else 4",
        "other = LogisticRegression().fit(X_train, y_train)\nvalue = other.score(X_test, y_test)",
        "value = accuracy_score(y_test, y_train)",
        "value = cross_val_score(clf, X_test, y_test, cv=2)",
        "value = clf.score(X_test, y_test)\nvalue = 3.0",
        "value = clf.score(X_test, y_test)\nfor value in (1.0, 2.0):\n    pass",
        "value = clf.score(X_test, y_test)\ndel value",
        "value = clf.score(X_test, y_test)\nclf.fit(X_train, y_train)",
        "value = clf.score(X_test, y_test)\nclf = LogisticRegression().fit(X_train, y_train)",
        "pred = clf.predict(X_test)\npred = y_train\nvalue = accuracy_score(y_test, pred)",
        "def value():\n    acc = clf.score(X_test, y_test)\n    return acc",
        "print(clf.score(X_test, y_test))",
        "clf.score(X_test, y_test)\n3",
        "x = 1\n1 / 0\nvalue = clf.score(X_test, y_test)",
    ],
)
def test_nothing_else_is_taken_for_a_metric(cell):
    found, _ = run(FIT, cell)
    assert found == {}


def test_a_score_from_before_the_last_training_is_left_out_even_when_that_cell_was_run_again():
    found, _ = run(FIT, "old = clf.score(X_test, y_test)", "clf.C = 2", "clf.fit(X_train, y_train)")
    assert found == {}
    found, _ = run(FIT, "acc = clf.score(X_test, y_test)", FIT, "acc = clf.score(X_test, y_test)")
    assert found["acc"].source == "variable acc, cell 5"


def test_a_score_from_before_an_interrupted_training_is_left_out():
    before = [Execution(source=FIT, count=1), Execution(source="acc = clf.score(X, y)", count=2)]
    scope = {"clf": LogisticRegression(), "acc": 0.5}
    interrupted = Execution(source="x = 1\nclf.fit(X, y)", count=3, ok=False, failing_line=2)
    assert [one.name for one in find(scope["clf"], variable="clf", scope=scope, log=before).found] == ["acc"]
    assert find(scope["clf"], variable="clf", scope=scope, log=[*before, interrupted]).found == ()


def test_a_displayed_score_is_found_in_the_output():
    found, scope = run(FIT, "clf.score(X_test, y_test)", "accuracy_score(y_test, clf.predict(X_test))")
    assert found["score"].value == scope["Out"][3]
    assert found["score"].source == "output of cell 3"
    assert found["accuracy"].source == "output of cell 4"


def test_two_outputs_of_one_name_are_told_apart_by_their_data():
    found, _ = run(FIT, "clf.score(X_train, y_train)", "clf.score(X_test, y_test)")
    assert found["score"].data == "X_train, y_train"
    assert found["X_test/score"].data == "X_test, y_test"


def test_a_displayed_score_whose_output_is_gone_is_left_out():
    scope = {"clf": LogisticRegression()}
    log = [Execution(source=FIT, count=1), Execution(source="clf.score(X, y)", count=2)]
    assert find(scope["clf"], variable="clf", scope=scope, log=log).found == ()


def test_a_dict_of_metrics_is_taken_whole_and_with_its_keys():
    found, _ = run(FIT, "metrics = {'auc': 0.9, 'test': {'f1': 0.8}, 'n': 'x', 'ok': True}")
    assert {name: one.value for name, one in found.items()} == {"auc": 0.9, "test/f1": 0.8}
    assert found["test/f1"].source == "variable metrics['test']['f1'], cell 3"


@pytest.mark.parametrize("name", ["scores", "results", "test_metrics", "eval_out", "evaluation"])
def test_dicts_are_known_by_their_names(name):
    assert set(run(FIT, f"{name} = dict(auc=0.9)")[0]) == {"auc"}
    assert run(FIT, f"{name}x = dict(auc=0.9)" if not name.startswith("eval") else "config = dict(auc=0.9)")[0] == {}


def test_a_key_that_is_set_after_the_training_is_taken_and_older_keys_are_not():
    found, _ = run(
        "scores = {'first': 0.5}", FIT, "scores['auc'] = roc_auc_score(y_test, clf.predict_proba(X_test)[:, 1])"
    )
    assert set(found) == {"auc"}
    assert found["auc"].source == "variable scores['auc'], cell 4"


def test_of_models_compared_in_a_loop_only_this_one_is_taken():
    cells = (
        "models = {'lr': LogisticRegression(), 'ridge': Ridge()}\nscores = {}",
        "for name, m in models.items():\n    m.fit(X_train, y_train)\n    acc = m.score(X_test, y_test)\n    scores[name] = acc",
    )
    found, scope = run(*cells, variable='models["lr"]')
    assert {name: one.value for name, one in found.items()} == {"scores": scope["scores"]["lr"]}


def test_a_dict_by_the_names_of_variables_gives_this_models_own():
    found, _ = run(FIT, "other = Ridge().fit(X_train, y_train)\nresults = {'clf': {'auc': 0.9}, 'other': {'auc': 0.5}}")
    assert {name: one.value for name, one in found.items()} == {"auc": 0.9}


def test_an_attribute_of_a_search_is_the_model():
    cells = ("from sklearn.model_selection import GridSearchCV", "grid = GridSearchCV(Ridge(), {'alpha': [1]}, cv=2)")
    fit = "grid.fit(X_train, y_train)"
    found, _ = run(*cells, fit, "r2 = grid.best_estimator_.score(X_test, y_test)", variable="grid.best_estimator_")
    assert set(found) == {"r2"}


def test_a_timed_line_is_read():
    timed = Execution(
        source="%time acc = clf.score(X, y)",
        transformed="get_ipython().run_line_magic('time', 'acc = clf.score(X, y)')",
        count=2,
    )
    scope = {"clf": LogisticRegression(), "acc": 0.75}
    found = find(scope["clf"], variable="clf", scope=scope, log=[Execution(source=FIT, count=1), timed])
    assert [(one.name, one.value) for one in found.found] == [("acc", 0.75)]


def test_a_network_is_scored_on_what_it_answers():
    made = """
import torch
from torch import nn
X, y = torch.rand(8, 2), torch.tensor([0, 1] * 4)
net = nn.Linear(2, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
"""
    early = "early = accuracy_score(y, net(X).argmax(1))"
    trained = """
for _ in range(2):
    loss = nn.functional.cross_entropy(net(X), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
"""
    cells = (made, early, trained, "logits = net(X)\npred = logits.argmax(1)\nacc = accuracy_score(y, pred)")
    found, _ = run(*cells, variable="net")
    assert set(found) == {"acc"}
    assert found["acc"].data == "X, y"


def test_what_is_no_python_is_passed_over():
    log = [
        Execution(source=FIT, count=1),
        Execution(source="for", count=2),
        Execution(source="acc = clf.score(X, y)", count=3),
        Execution(source="a, *rest = clf.score(X, y), 1, 2\nd[slow()][0] = clf.score(X, y)", count=4),
    ]
    scope = {"clf": LogisticRegression(), "acc": 0.5}
    found = find(scope["clf"], variable="clf", scope=scope, log=log)
    assert found.errors == ()
    assert {one.name for one in found.found} == {"acc"}


def test_an_execution_without_a_count_is_called_by_its_place():
    log = [Execution(source=FIT), Execution(source="acc = clf.score(X, y)")]
    scope = {"clf": LogisticRegression(), "acc": 0.5}
    assert find(scope["clf"], variable="clf", scope=scope, log=log).found[0].source == "variable acc, cell 2"


def test_what_is_found_is_written_as_json():
    scope = {"clf": LogisticRegression(), "acc": 0.5}
    log = [Execution(source=FIT), Execution(source="acc = clf.score(X, y)")]
    assert find(scope["clf"], variable="clf", scope=scope, log=log).to_json() == {
        "found": [
            {"name": "acc", "value": 0.5, "source": "variable acc, cell 2", "data": "X, y", "sure": False},
        ],
        "errors": [],
    }
