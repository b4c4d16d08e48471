"""What a model was trained on is told by variable, as far as the cells that ran tell it."""

from __future__ import annotations

import ast
import builtins
import warnings

import numpy as np
import pandas as pd
import pytest

from modelreg.capture.data import bounds, inputs, value_of
from modelreg.capture.data.access import evaluate
from modelreg.capture.data.kinds import Unreadable
from modelreg.capture.data.silence import quiet
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
        "def noisy(data):\n    made.append(1)\n    return data",
        "clf.fit(scaler.fit_transform(noisy(X_train)), noisy(y_train).astype(int))",
    )
    found = inputs(log, scope, "clf")
    assert [(one.role, one.expression, one.whole) for one in found] == [
        ("from", "X_train", False),
        ("target from", "y_train", False),
    ]
    assert scope["made"] == [1, 1]


def test_what_a_frame_was_computed_from_inside_the_call_is_told():
    assert flowed("clf = LogisticRegression().fit(df.query('a > 3'), df.query('a > 3')['y'])") == [("from", "df")]


@pytest.mark.parametrize(
    ("train", "shape"),
    [
        ("df.drop(columns='y')", (40, 2)),
        ("df.drop(['y'], axis=1).to_numpy()", (40, 2)),
        ("df.loc[:, ['a', 'b']].astype(float)", (40, 2)),
        ("df.drop(columns=target).fillna({'a': 0.0}).reset_index(drop=True)", (40, 2)),
        ("df.filter(items=['a', 'b']).fillna(df.a.mean())", (40, 2)),
        ("df.select_dtypes(include='number').T.T.copy()", (40, 3)),
        ("df.dropna().head(40)", (40, 3)),
        ("np.asarray(df.drop(columns=target), dtype=np.float32)", (40, 2)),
        ("np.array(df[['a']]).reshape(-1, 2, order='F')", (20, 2)),
        ("df.a.values.reshape(-1, 1)", (40, 1)),
        ("pd.DataFrame(df[['a', 'b']].to_numpy(), columns=['p', 'q'])", (40, 2)),
        ("np.log1p(df.drop(columns=target))", (40, 2)),
    ],
)
def test_a_part_that_a_library_makes_without_changing_anything_is_told_as_it_went_in(train, shape):
    before = "target, taken = 'y', []\nclass Any:\n    def fit(self, X):\n        taken.append(X)\n        return self"
    log, scope = ran(before, f"clf = Any().fit({train})")
    kept = scope["df"].copy()
    (found,) = inputs(log, scope, "clf")
    assert (found.role, found.expression, found.name, found.whole) == ("train", train, "df", True)
    assert (found.present, found.shape) == (True, shape)
    np.testing.assert_array_equal(np.asarray(value_of(found.expression, scope)), np.asarray(scope["taken"][0]))
    pd.testing.assert_frame_equal(scope["df"], kept)


@pytest.mark.parametrize(
    "train",
    [
        "df.drop(columns='y', inplace=False if many else True)",
        "df.fillna(0, 'ffill')",
        "df.sample(3)",
        "df.assign(c=1)",
        "df.apply(len)",
        "df.pop('y')",
        "np.log1p(df, df)",
        "np.random.permutation(df)",
        "df.reindex(index=df.index)",
        "df.head(*many)",
        "df.rename(columns=lambda one: one)",
    ],
)
def test_what_may_change_something_or_give_another_result_is_never_made_again(train):
    start = "import pandas as pd, numpy as np\ndf, many = pd.DataFrame({'a': [1.0], 'y': [0.0]}), []"
    log = [Execution(source=start), Execution(source=f"clf = Any().fit({train})")]
    scope = {"df": pd.DataFrame({"a": [1.0], "y": [0.0]}), "np": np, "pd": pd, "many": []}
    assert [one.expression for one in inputs(log, scope, "clf") if one.whole] == []
    with pytest.raises(Unreadable):
        value_of(train, scope)


class Loud(pd.DataFrame):
    """A frame of one's own."""

    called: list = []  # noqa: RUF012  (that of the class is meant)

    @property
    def _constructor(self):
        return Loud

    def drop(self, *args, **options):
        self.called.append(args)
        return super().drop(*args, **options)


class Told:
    """A value that tells when it is asked for itself."""

    asked: list = []  # noqa: RUF012  (that of the class is meant)

    def __float__(self):
        self.asked.append(1)
        return 1.0


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("loud.drop(columns='a')", "may run code of its own"),
        ("objects.astype(float)", "may run code of its own"),
        ("df.fillna(told)", "may run code of its own"),
        ("df.rename(columns=str.lower)", "without running code of its class"),
        ("fake.log(df)", "more than a name, attribute or subscript"),
        ("np.log(df)", "is no function of numpy"),
        ("big.drop(columns='a')", "very large"),
        ("df.drop(columns='q')", "has no value: KeyError"),
    ],
)
def test_a_class_or_a_value_of_ones_own_is_never_called(expression, why):
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0]})
    scope = {
        "df": frame, "loud": Loud(frame), "told": Told(), "np": Told(), "fake": np,
        "objects": pd.DataFrame({"o": pd.Series([Told(), Told()], dtype=object)}),
        "big": pd.DataFrame(np.zeros((3_000_000, 2)), columns=["a", "b"]),
    }  # fmt: skip
    with pytest.raises(Unreadable, match=why):
        value_of(expression, scope)
    assert (Loud.called, Told.asked) == ([], [])


def test_what_a_class_of_ones_own_would_make_is_told_by_what_it_is_made_of():
    log, scope = ran("X_own = Loud(df)\nclf = LogisticRegression().fit(df[['a']], y)", start=START)
    del log[-1], scope["df"]
    log.append(Execution(source="X_own = Loud(df)\nclf = LogisticRegression().fit(X_own.drop(columns='y'), y)"))
    scope["X_own"] = Loud({"a": [1.0], "y": [1]})
    found = inputs(log, scope, "clf")
    assert [(one.role, one.expression, one.whole) for one in found] == [
        ("from", "X_own", False),
        ("target", "y", True),
    ]
    assert Loud.called == []


def test_what_a_function_or_a_loop_chooses_is_not_made_again_by_what_its_names_mean_later():
    def of(cell):
        log, scope = ran(cell)
        return [(one.expression, one.whole) for one in inputs(log, scope, "clf") if one.role in {"train", "from"}]

    fit = "LogisticRegression().fit({}, y)"
    inside = f"def train(data, names):\n    return {fit.format('data.drop(columns=names)')}\n"
    assert of(f"{inside}names = 'b'\nclf = train(df, 'y')") == [("df.drop(columns='y')", True)]
    other = inside.replace("    return", "    names = ['b']\n    return")
    assert of(f"{other}clf = train(df, 'y')") == [("df", False)]
    plain = f"def train(data):\n    return {fit.format('data.drop(columns=chr(121))').replace('chr(121)', repr('y'))}\n"
    assert of(f"{plain}clf = train(df)") == [("df.drop(columns='y')", True)]
    assert of(f"for one in ['a', 'b']:\n    clf = {fit.format('df.drop(columns=one)')}") == [("df", False)]


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
        ("from", "X_train", True),
        ("target from", "y_train", True),
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
    assert ("from" if "i:i+4" in cell else "train", "X_train") in found


EPOCH = """
def epoch(model, data, target{}):
    model.train(bool(train))
    for e in range(2):
        loss = mse(model(data), target)
        if {}:
            opt.zero_grad()
            loss.backward()
            opt.step()
y_val = torch.randn(4, 1)
"""


@pytest.mark.parametrize(
    ("head", "test", "calls"),
    [
        (", train=True", "train", "epoch(net, X_train, y_train); epoch(net, X_val, y_val, False)"),
        (", train=False", "not not train", "epoch(net, X_train, y_train, train=True); epoch(net, X_val, y_val)"),
        (", *, train=None", "train is not None", "epoch(net, X_train, y_train, train=1); epoch(net, X_val, y_val)"),
    ],
)
def test_a_function_that_trains_or_only_looks_is_told_by_the_branch_that_is_gone(head, test, calls):
    pytest.importorskip("torch")
    cells = EPOCH.format(head, test)
    assert flowed(cells + calls, target="net", start=TORCH) == FIT


def test_the_mode_of_a_network_is_no_data():
    pytest.importorskip("torch")
    cells = "def step(train=True):\n    net.train(train)\n    mse(net(X_train), y_train).backward()\nstep()"
    assert flowed(cells, target="net", start=TORCH) == FIT


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


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (
            "models = []\nfor c in (1, 2):\n    models.append(LogisticRegression(C=c).fit(X_train, y_train))",
            "models[1]",
        ),
        (
            (
                "models = []\nfor c in (1, 2):\n    one = LogisticRegression(C=c)\n    one.fit(X_train, y_train)\n"
                "    models.append(one)\nbest = max(models, key=lambda m: m.score(X_train, y_train))"
            ),
            "best",
        ),
        (
            (
                "models = {}\nfor name in ('a', 'b'):\n    models[name] = LogisticRegression().fit(X_train, y_train)\n"
                "which = 'b'\nbest = models[which]"
            ),
            "best",
        ),
    ],
)
def test_a_model_of_a_collection_that_a_loop_filled_is_told_by_what_the_loop_trained_on(source, target):
    log, scope = ran(source)
    found = inputs(log, scope, target)
    assert [(one.role, one.expression) for one in found] == FIT
    assert all(one.inferred for one in found)


def test_what_is_put_together_by_an_index_of_numpy_is_told_by_its_parts():
    cells = "z = np.ones(30)\nclf = LogisticRegression().fit(np.c_[X_train, z], y_train)"
    assert flowed(cells) == [("from", "X_train"), ("from", "z"), ("target", "y_train")]


def test_a_model_beside_others_is_told_by_all_that_it_may_have_been_trained_on():
    cells = (
        "models = []\nfor data, t in ((X_train, y_train), (X_test, y_test)):\n    pass\n"
        "models.append(LogisticRegression().fit(X_train, y_train))\nmodels.append(LogisticRegression().fit(X_test, y_test))"
    )
    assert flowed(cells, target="models[1]") == [*FIT, ("train", "X_test"), ("target", "y_test")]


def test_a_function_that_somebody_put_into_numpy_is_not_called_again(monkeypatch):
    made = []
    monkeypatch.setattr(np, "log1p", np.frompyfunc(lambda one: made.append(one) or one, 1, 1))
    log, scope = ran("clf = LogisticRegression().fit(np.log1p(X).astype(float), y)")
    made.clear()
    inputs(log, scope, "clf")
    assert made == []


def turns(monkeypatch, expression, **scope):
    """Return how often containers and data were asked what they are, and what came of an expression."""
    asked = []
    real = bounds.is_option
    monkeypatch.setattr(bounds, "is_option", lambda one: asked.append(id(one)) or real(one))
    try:
        return asked, value_of(expression, scope)
    except Unreadable as error:
        return asked, str(error)


def test_what_a_comprehension_asks_at_each_turn_is_looked_at_once(monkeypatch):
    held = set(range(0, 2000, 5))
    df = pd.DataFrame({"a": np.arange(2000.0)})
    asked, found = turns(monkeypatch, "df.loc[[i for i in range(len(df)) if i not in held]]", df=df, held=held)
    assert len(found) == 1600
    assert asked.count(id(held)) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "df.loc[[i for i in range(len(df)) if i not in held]]",
        "X[[i for i in range(1000) if i in [j for j in range(1000) if j > 5]]]",
        "X[sorted(a)]",
        "X[list(a)]",
        "X[[one for one in many]]",
        "X[[0] * 90000 * 90000]",
        "X[['a'] + list(texts * 90000)]",
    ],
)
def test_what_would_take_long_is_given_up_before(expression, monkeypatch):
    scope = {
        "df": pd.DataFrame({"a": np.arange(20_000.0)}), "held": set(range(20_000)), "X": np.zeros((1000, 2)),
        "a": np.zeros(300_000), "many": list(range(300_000)), "texts": pd.Series(["a"] * 9, dtype="string"),
    }  # fmt: skip
    asked, found = turns(monkeypatch, expression, **scope)
    assert isinstance(found, str)
    assert len(asked) < 50_000


def test_when_the_time_of_an_evaluation_is_up_a_comprehension_ends():
    node = ast.parse("df[[c for c in df.columns if c != 'y']]", mode="eval").body
    scope = {"df": pd.DataFrame({"a": [1], "y": [2]})}
    assert list(evaluate(node, scope, bounds.Bounds())) == ["a"]
    with pytest.raises(Unreadable, match="no time"):
        evaluate(node, scope, bounds.Bounds(until=0.0))


def test_names_of_columns_that_are_held_as_objects_are_gone_through_where_each_is_plain():
    class Label(str):
        __slots__ = ()

    node = ast.parse("[c for c in names if c != 'y']", mode="eval").body
    names = pd.Index(["a", 1, "y"], dtype=object)
    assert list(evaluate(node, {"names": names}, bounds.Bounds())) == ["a", 1]
    own = pd.Index(["a", Label("y")], dtype=object)
    with pytest.raises(Unreadable, match="code of its own"):
        evaluate(node, {"names": own}, bounds.Bounds())


def test_what_is_made_again_warns_of_nothing():
    none = np.zeros(3)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert np.isneginf(value_of("np.log(X)", {"np": np, "X": none})).all()
        assert seen == []
        np.log(none)
        assert len(seen) == 1  # what the user's own lines do still warns


def test_only_warnings_of_what_is_made_again_are_left_out_and_other_filters_stay():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        warnings.filters[:] = [one for one in warnings.filters if "modelreg" not in getattr(one[3], "pattern", "")]
        before = list(warnings.filters)
        quiet(), quiet()
        assert warnings.filters[1:] == before
        warnings.warn_explicit("old", FutureWarning, "f.py", 1, module="modelreg.capture.data.calling")
        warnings.warn_explicit("old", FutureWarning, "f.py", 1, module="__main__")
    assert len(seen) == 1


def test_a_label_of_ones_own_is_never_compared():
    ran = []

    class Label:
        def __hash__(self):
            ran.append("hash")
            return hash("a")

        def __eq__(self, other):
            ran.append("eq")
            return False

        def __lt__(self, other):
            ran.append("lt")
            return True

        def __str__(self):
            ran.append("str")
            return "a"

    class Kind(type):
        def __eq__(cls, other):
            ran.append("kind")
            return False

        __hash__ = type.__hash__

    scope = {
        "df": pd.DataFrame([[1.0, 2.0]], columns=[Label(), Label()]),
        "rows": pd.DataFrame({"v": [1, 2]}, index=[Label(), Label()]),
        "both": pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_arrays([[Label()], ["x"]])),
        "kinds": pd.Series(pd.Categorical([Label(), Label()])),
        "K": Kind("K", (), {}), "X": pd.DataFrame({"a": [1]}),
    }  # fmt: skip
    ran.clear()
    expressions = """df.drop(columns="a") | df[["a"]] | df["a"] | df.a | df.sort_index(axis=1) | df.add_prefix("x") | rows.drop("a")
        rows.loc["a"] | rows.sort_index() | df.rename(columns={"a": "b"}) | both["a"] | both.drop(columns="a") | kinds.drop(0)
        kinds.replace("a", "b") | X.astype(K) | rows[rows.v > 1]"""
    for one in expressions.replace("\n", "|").split("|"):
        with pytest.raises(Unreadable):
            value_of(one.strip(), scope)
        assert ran == [], one
    assert list(value_of("rows['v']", scope)) == [1, 2]
    assert value_of("rows.iloc[0]", scope)["v"] == 1
