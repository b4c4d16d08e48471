"""What a model was trained on is told by variable, as far as the cells that ran tell it."""

from __future__ import annotations

import builtins

import numpy as np
import pandas as pd
import pytest

from modelreg.capture.data import inputs
from modelreg.notebook.execution import Execution

START = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import train_test_split, GridSearchCV
df = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) % 7, "y": np.arange(40) % 2})
X, y = df[["a", "b"]], df["y"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
w = np.ones(len(y_train))
"""


def ran(*cells, start=START):
    """Run cells as a kernel does, and return their log and the namespace."""
    scope = {}
    log = []
    for source in (start, *cells):
        error = line = None
        try:
            exec(compile(source, "cell", "exec"), scope)
        except Exception as raised:  # noqa: BLE001  (as a kernel does)
            error = type(raised).__name__
            trace = raised.__traceback__
            while trace.tb_next and trace.tb_frame.f_code.co_filename != "cell":
                trace = trace.tb_next
            line = trace.tb_lineno
        log.append(Execution(source=source, ok=error is None, error=error, failing_line=line))
    scope.pop("__builtins__", None)
    return log, scope


def flowed(*cells, target="clf", start=START):
    log, scope = ran(*cells, start=start)
    found = inputs(log, scope, target)
    return [(one.role, one.expression) for one in found]


FIT = [("train", "X_train"), ("target", "y_train")]


def test_the_arguments_of_fit_are_the_data():
    assert flowed("clf = LogisticRegression()\nclf.fit(X_train, y_train)") == FIT


@pytest.mark.parametrize(
    "cell",
    [
        "clf = LogisticRegression().fit(X_train, y_train)",
        "clf = LogisticRegression()\nfitted = clf.fit(X_train, y=y_train)",
        "lr = LogisticRegression()\nclf = lr.fit(X_train, y_train)",
        "lr = LogisticRegression()\nclf = lr\nlr.fit(X_train, y_train)",
        "clf = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)",
        "clf = LogisticRegression()\nif True:\n    clf.fit(X_train, y_train)",
        "clf = LogisticRegression()\nwith np.errstate():\n    clf.fit(X_train, y_train)",
        "clf = LogisticRegression()\ntry:\n    clf.fit(X_train, y_train)\nfinally:\n    pass",
        "clf = LogisticRegression()\nfor c in [1, 2]:\n    clf.set_params(C=c)\n    clf.fit(X_train, y_train)",
        "def train(m, X, y):\n    m.fit(X, y)\n    return m\nclf = train(LogisticRegression(), X_train, y_train)",
        "def train(X, y, C=1):\n    return LogisticRegression(C=C).fit(X, y)\nclf = train(X_train, y=y_train)",
        (
            "def inner(a, b):\n    m = LogisticRegression()\n    m.fit(a, b)\n    return m\n"
            "def outer(X, y):\n    return inner(X, y)\nclf = outer(X_train, y_train)"
        ),
        "clf = LogisticRegression()\nclf.fit(X_test, y_test)\nclf.fit(X_train, y_train)",
        "clf = LogisticRegression().fit(X_test, y_test)\nclf = LogisticRegression().fit(X_train, y_train)",
        "clf = LogisticRegression()\np = clf.fit(X_train, y_train).predict(X_test)\ns = clf.score(X_test, y_test)",
        (
            "get_ipython = None\nbest = None\nfor d in [1, 2]:\n    m = RandomForestClassifier(2, max_depth=d)\n"
            "    m.fit(X_train, y_train)\n    clf = m"
        ),
    ],
)
def test_every_way_to_write_it_gives_the_same(cell):
    assert flowed(cell) == FIT


def test_weights_and_evaluation_sets_have_their_roles():
    cells = "class Booster:\n    def fit(self, X, y, **more):\n        return self\n    def predict(self, X): ..."
    fit = "clf = Booster()\nclf.fit(X_train, y_train, sample_weight=w, eval_set=[(X_train, y_train), (X_test, y_test)], verbose=3)"
    log, scope = ran(cells, fit)
    found = [(one.role, one.expression, one.argument) for one in inputs(log, scope, "clf")]
    assert found == [
        ("train", "X_train", "0"),
        ("target", "y_train", "1"),
        ("weight", "w", "sample_weight"),
        ("eval", "X_test", "eval_set[1][0]"),
        ("eval_target", "y_test", "eval_set[1][1]"),
    ]


def test_attributes_and_subscripts_are_kept_as_written():
    fit = "clf = LogisticRegression().fit(df[['a', 'b']].values, df.y)"
    assert flowed(fit) == [("train", "df[['a', 'b']].values"), ("target", "df.y")]


def test_a_call_is_never_made_again_but_what_it_was_given_is_told():
    log, scope = ran(
        "made = []\nscaler = StandardScaler()\nclf = LogisticRegression()",
        "def noisy(data):\n    made.append(1)\n    return data\nclf.fit(scaler.fit_transform(noisy(X_train)), y_train.astype(int))",
    )
    found = inputs(log, scope, "clf")
    assert [(one.role, one.expression, one.whole) for one in found] == [
        ("train", "X_train", False),
        ("target", "y_train", False),
    ]
    assert scope["made"] == [1]


def test_what_a_frame_was_computed_from_inside_the_call_is_told():
    assert flowed("clf = LogisticRegression().fit(df.drop(columns='y'), df['y'] > 0)") == [("train", "df")]


def test_steps_add_up_and_a_new_fit_forgets():
    steps = "clf = SGDClassifier()\nclf.partial_fit(X_test, y_test, classes=[0, 1])\nclf.partial_fit(X_train, y_train)"
    both = [("train", "X_test"), ("target", "y_test"), *FIT]
    assert flowed(steps) == both
    assert flowed(steps, "clf.fit(X_train, y_train)") == FIT
    warm = "clf = SGDClassifier(warm_start=True)\nclf.fit(X_test, y_test)\nclf.fit(X_train, y_train)"
    assert flowed(warm) == both


def test_a_model_in_a_dict_is_told_by_its_key():
    cells = "models = {'lr': LogisticRegression(), 'rf': RandomForestClassifier(2)}\nmodels['rf'].fit(X_train, y_train)"
    assert flowed(cells, target="models['rf']") == FIT
    loop = "models = {'lr': LogisticRegression(), 'rf': RandomForestClassifier(2)}\nfor name, m in models.items():\n"
    assert flowed(loop + "    m.fit(X_train, y_train)", target='models["rf"]') == FIT
    stored = "models = {}\nfor c in [1, 2]:\n    m = LogisticRegression(C=c).fit(X_train, y_train)\n    models[c] = m"
    assert flowed(stored, target="models[c]") == FIT


def test_the_best_of_a_search_was_trained_by_the_search():
    cells = "grid = GridSearchCV(LogisticRegression(), {'C': [1, 2]}, cv=2)\ngrid.fit(X_train, y_train)"
    assert flowed(cells, target="grid.best_estimator_") == FIT
    assert flowed(cells + "\nclf = grid.best_estimator_") == FIT


def test_a_model_inside_a_pipeline_is_trained_with_it_and_that_is_inferred():
    log, scope = ran(
        "clf = LogisticRegression()\npipe = Pipeline([('s', StandardScaler()), ('m', clf)])\npipe.fit(X_train, y_train)"
    )
    assert [(one.role, one.expression, one.inferred) for one in inputs(log, scope, "clf")] == [
        (*one, True) for one in FIT
    ]
    assert [one.inferred for one in inputs(log, scope, "pipe")] == [False, False]


def test_a_failed_fit_is_no_training():
    assert flowed("clf = LogisticRegression().fit(X_train, y_train)", "x = 1\nclf.fit(nothing, y_test)") == FIT


def test_cells_that_are_no_python_are_left_out():
    log, scope = ran("clf = LogisticRegression().fit(X_train, y_train)")
    log.insert(1, Execution(source="for for"))
    assert len(inputs(log, scope, "clf")) == 2


def test_timed_cells_are_read():
    log, scope = ran("clf = LogisticRegression().fit(X_train, y_train)")
    source = log[-1].source
    log[-1] = Execution(
        source=f"%%time\n{source}", transformed=f"get_ipython().run_cell_magic('time', '', {source!r})\n"
    )
    assert [one.expression for one in inputs(log, scope, "clf")] == ["X_train", "y_train"]


def test_a_variable_that_was_deleted_is_said():
    log, scope = ran("clf = LogisticRegression().fit(X_train, y_train)", "del X_train")
    gone, there = inputs(log, scope, "clf")
    assert (gone.present, gone.error) == (False, "X_train is not there any more")
    assert (there.present, there.kind, there.shape) == (True, "pandas.Series", (30,))


def test_a_missing_key_is_not_made():
    log, scope = ran(
        "from collections import defaultdict\nparts = defaultdict(list)\nparts['X'] = X_train",
        "clf = LogisticRegression().fit(parts['X'], y_train)",
        "del parts['X']",
    )
    assert inputs(log, scope, "clf")[0].error == "parts['X'] is not there any more"
    assert not scope["parts"]


def test_nothing_is_told_of_a_model_that_was_not_trained():
    assert flowed("clf = LogisticRegression()\nother = LogisticRegression().fit(X_train, y_train)") == []


def test_numbers_and_options_are_no_data():
    fit = "class M:\n    def fit(self, *a, **k): return self\nn = 5\nclf = M()\nclf.fit(X_train, y_train, n, epochs=n, extra=n)"
    assert flowed(fit) == FIT


def test_a_target_that_is_no_expression_is_said_not_raised():
    (found,) = inputs([], {}, "clf +")
    assert "clf +" in found.error


def test_a_variable_of_a_function_is_said():
    cells = (
        "def make():\n    return X_train\n"
        "def train():\n    part = make()\n    return LogisticRegression().fit(part, y_train)\nclf = train()"
    )
    log, scope = ran(cells)
    first, second = inputs(log, scope, "clf")
    assert first.error == "part is a variable inside a function or loop"
    assert second.expression == "y_train"


def test_looking_changes_nothing():
    log, scope = ran("clf = LogisticRegression().fit(X_train, y_train)")
    before = {name: id(value) for name, value in scope.items()}
    inputs(log, scope, "clf")
    assert {name: id(value) for name, value in scope.items()} == before
    assert not hasattr(builtins, "clf")


# ------------------------------------------------------------------------------------------------- boosters, statsmodels


def test_a_booster_is_trained_on_what_its_matrices_are_made_of():
    pytest.importorskip("xgboost")
    cells = (
        "import xgboost as xgb\ndtrain = xgb.DMatrix(X_train, label=y_train)\ndval = xgb.DMatrix(X_test, y_test)\n"
        "clf = xgb.train({'max_depth': 2}, dtrain, 2, evals=[(dtrain, 'train'), (dval, 'val')], verbose_eval=False)"
    )
    assert flowed(cells) == [*FIT, ("eval", "X_test"), ("eval_target", "y_test")]


def test_a_lightgbm_booster_is_trained_on_what_its_data_sets_are_made_of():
    pytest.importorskip("lightgbm")
    cells = (
        "import lightgbm as lgb\n"
        "clf = lgb.train({'verbose': -1}, lgb.Dataset(X_train, y_train), 2, valid_sets=[lgb.Dataset(X_test, y_test)])"
    )
    assert flowed(cells) == [*FIT, ("eval", "X_test"), ("eval_target", "y_test")]


def test_data_that_is_given_when_a_model_is_made_counts():
    start = START + "class OLS:\n    def __init__(self, endog, exog): ...\n    def fit(self): return self\n"
    assert flowed("clf = OLS(y_train, X_train).fit()", start=start) == [("target", "y_train"), ("train", "X_train")]
    assert flowed("m = OLS(y_train, X_train)\nclf = m.fit()", start=start) == [
        ("target", "y_train"),
        ("train", "X_train"),
    ]


# ----------------------------------------------------------------------------------------------------------------- torch

TORCH = """
import torch
from torch.utils.data import DataLoader, TensorDataset
X_train, y_train = torch.randn(8, 2), torch.randn(8, 1)
X_val = torch.randn(4, 2)
net = torch.nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.01)
mse = torch.nn.MSELoss()
"""
STEP = "        loss = mse(net(xb), yb)\n        loss.backward()\n        opt.step()\n"


@pytest.mark.parametrize(
    "cell",
    [
        "loader = DataLoader(TensorDataset(X_train, y_train), batch_size=4)\nfor e in range(2):\n    for xb, yb in loader:\n"
        + STEP,
        "data = TensorDataset(X_train, y_train)\nloader = DataLoader(data, batch_size=4)\n"
        "for e in range(2):\n    for i, (xb, yb) in enumerate(loader):\n        xb, yb = xb.to('cpu'), yb.to('cpu')\n"
        + STEP,
        "for e in range(2):\n    pred = net(X_train)\n    loss = mse(pred, y_train)\n    loss.backward()\n    opt.step()",
        "for e in range(2):\n    loss = mse(net(X_train), y_train)\n    loss.backward()",
        "for e in range(2):\n    for i in range(0, 8, 4):\n        xb, yb = X_train[i:i+4], y_train[i:i+4]\n" + STEP,
        (
            "def train(model, data, target):\n    for e in range(2):\n        out = model(data)\n        loss = mse(out, target)\n"
            "        loss.backward()\ntrain(net, X_train, y_train)"
        ),
        (
            "def step(xb, yb):\n    loss = mse(net(xb), yb)\n    loss.backward()\n"
            "for xb, yb in DataLoader(TensorDataset(X_train, y_train), batch_size=4):\n    step(xb, yb)"
        ),
    ],
)
def test_a_training_loop_is_told_by_its_data(cell):
    pytest.importorskip("torch")
    log, scope = ran(cell, start=TORCH)
    found = {(one.role, one.expression) for one in inputs(log, scope, "net")}
    assert {expression for _, expression in found} == {"X_train", "y_train"}
    assert ("train", "X_train") in found


def test_looking_at_other_data_is_no_training():
    pytest.importorskip("torch")
    cells = (
        "for e in range(2):\n    mse(net(X_train), y_train).backward()\n"
        "for xb in [X_val]:\n    with torch.no_grad():\n        net(xb)"
    )
    assert flowed(cells, target="net", start=TORCH) == FIT


def test_a_loader_of_a_data_set_of_ones_own_is_told_by_itself():
    pytest.importorskip("torch")
    cells = (
        "class Own(torch.utils.data.Dataset):\n    def __len__(self): return 8\n"
        "    def __getitem__(self, n): return X_train[n], y_train[n]\n"
        "own = Own()\nloader = DataLoader(own, batch_size=4)\nfor xb, yb in loader:\n    mse(net(xb), yb).backward()"
    )
    assert flowed(cells, target="net", start=TORCH) == [("train", "own")]


def test_a_trainer_that_is_given_the_model_trains_it():
    pytest.importorskip("torch")
    cells = (
        "class Trainer:\n    def fit(self, model, loader, val=None): ...\n"
        "loader, val = DataLoader(TensorDataset(X_train, y_train)), DataLoader(TensorDataset(X_val))\n"
        "trainer = Trainer()\ntrainer.fit(net, loader, val_dataloaders=val)"
    )
    found = flowed(cells.replace("val=None", "**more"), target="net", start=TORCH)
    assert found == [*FIT, ("eval", "X_val")]


def test_arrays_and_frames_are_told_by_kind_and_shape():
    log, scope = ran(
        "clf = LogisticRegression().fit(X_train.to_numpy()[:, :1], y_train)",
        "A = X_train.to_numpy()\nclf.fit(A, y_train)",
    )
    first, second = inputs(log, scope, "clf")
    assert (first.kind, first.shape, second.kind) == ("numpy.ndarray", (30, 2), "pandas.Series")
    assert isinstance(scope["A"], np.ndarray)
    assert isinstance(scope["X_train"], pd.DataFrame)
    assert first.to_json()["shape"] == [30, 2]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("models = {'rf': LogisticRegression().fit(X_train, y_train)}", "models['rf']"),
        ("models = [SGDClassifier(), LogisticRegression().fit(X_train, y_train)]", "models[1]"),
        ("pair = LogisticRegression().fit(X_train, y_train), 3", "pair[0]"),
    ],
)
def test_a_model_that_is_trained_inside_a_container_is_followed(source, target):
    assert flowed(source, target=target) == FIT
