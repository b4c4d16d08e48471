"""What is told as the data of a training was really passed to it; all else is told as what that was made of.

What is passed is seen by Python's own profiler while a cell runs, so that nothing of what is tested tells it.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.capture import datasets
from modelreg.capture.data import Watcher, fingerprint
from modelreg.capture.data.kinds import kind_of, shape_of
from modelreg.capture.moment import Moment
from modelreg.notebook.execution import Execution

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from modelreg.records import DataUse

pytest.importorskip("pandas")
pytest.importorskip("sklearn")

START = """
import numpy as np, pandas as pd, scipy.sparse as sp
from sklearn.linear_model import LinearRegression, Ridge, SGDRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
df = pd.DataFrame(np.abs(np.random.default_rng(1).normal(size=(60, 5))) + .1, columns=list("abcde"))
df["t"] = df.a * 2 + df.b
df["g"] = np.where(df.a > .5, "x", "y")
num = list("abcde")
X, y, A = df[num], df.t, df[num].to_numpy()
texts = [f"text {one % 7}" for one in range(60)]
big, c = len(df) > 5, "t"
def prep(d): return d[["a", "b"]] * 2
def train(d, names, model=None):
    m = model or LinearRegression()
    inner = d[names]
    return m.fit(inner, d.t)
"""
TRAINS = {
    "fit",
    "fit_predict",
    "fit_resample",
    "fit_transform",
    "partial_fit",
    "train",
    "_wrapped_call_impl",
    "__init__",
}
WRAPPED = {"inner_f", "wrapper", "wrapped"}
HOLDING = {"DMatrix", "QuantileDMatrix", "Dataset", "TensorDataset", "OLS"}


class Passed:
    """Notes the contents of all that a cell hands to what trains."""

    def __init__(self) -> None:
        self.digests: set[str] = set()
        self.shapes: set[tuple[int, ...]] = set()

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        code, above = frame.f_code, frame.f_back
        if event != "call" or above is None or above.f_code.co_filename != "cell" or code.co_filename == "cell":
            return
        holds = code.co_name == "__init__" and type(frame.f_locals.get("self")).__name__ in HOLDING
        if (code.co_name in TRAINS and (code.co_name != "__init__" or holds)) or code.co_name in WRAPPED:
            names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + 2]
            self.note([frame.f_locals.get(name) for name in names], 3)

    def note(self, values: Any, deep: int) -> None:
        """Note some values, and those in them."""
        for one in values:
            if isinstance(one, (list, tuple, dict)) and deep:
                self.note(one.values() if isinstance(one, dict) else one, deep - 1)
            if kind_of(one) and (digest := fingerprint(one).digest):
                self.digests.add(digest)
                self.shapes.add(shape_of(one))


def ran(directory: Path, *cells: str, variable: str = "m") -> tuple[tuple[DataUse, ...], Passed, str]:
    """Run cells and register a variable; return the data that is told, what was passed, and the answer."""
    scope: dict[str, Any] = {}
    log: list[Execution] = []
    watcher, passed = Watcher(), Passed()
    for place, source in enumerate((START, *cells)):
        code = compile(source, "cell", "exec")
        before: Callable[..., Any] | None = sys.getprofile()
        sys.setprofile(passed if place else None)
        try:
            exec(code, scope)
        finally:
            sys.setprofile(before)
        log.append(Execution(source=source, cell_id=f"c{place}", count=place + 1))
        if watcher.trains(source):
            watcher.note(log[-1], scope, tuple(log))
    obj = scope[variable] if variable.isidentifier() else eval(variable, scope)
    moment = Moment(log=tuple(log), scope=scope, variable=variable, directory=directory, watcher=watcher, obj=obj)
    found = datasets.capture(moment)
    return found.data, passed, found.said


def told(data: tuple[DataUse, ...]) -> list[str]:
    """Return what is told in few words: ``train X 60 5``, ``from df``; a ``?`` where it is not known to be it."""
    words = []
    for one in data:
        size = (
            "" if datasets.is_source(one.role) else "".join(f" {n}" for n in (one.rows, one.columns) if n is not None)
        )
        words.append(f"{one.role} {one.name}{size if one.digest else ' ?'}")
    return words


LR = "m = LinearRegression().fit("
FORMS = [
    # plain
    (LR + "X, y)", ["train X 60 5", "target y 60"]),
    (LR + "df[num], df.t)", ["train df[num] 60 5", "target df.t 60", "from df"]),
    (LR + "\n    X,\n    y,\n)", ["train X 60 5", "target y 60"]),
    (LR + "y=df['t'], X=X)", ["target df['t'] 60", "train X 60 5", "from df"]),
    (LR + "A, y.values)", ["train A 60 5", "target y.values 60", "from y"]),
    (LR + "A[:40, 1:3], A[:40, 0])", ["train A[:40, 1:3] 40 2", "target A[:40, 0] 40", "from A"]),
    ("w = np.ones(60)\n" + LR + "X, y, sample_weight=w)", ["train X 60 5", "target y 60", "weight w 60"]),
    # made again by what changes nothing
    (LR + "df[list('abcde')], y)", ["train df[list('abcde')] 60 5", "target y 60", "from df"]),
    (
        LR + "df[[c for c in df.columns if c not in ('t', 'g')]], y)",
        ["train df[[c for c in df.columns if c not in ('t', 'g')]] 60 5", "target y 60", "from df"],
    ),
    (LR + "df[df.columns[:5]], y)", ["train df[df.columns[:5]] 60 5", "target y 60", "from df"]),
    (LR + "df.loc[:, 'a':'e'], y)", ["train df.loc[:, 'a':'e'] 60 5", "target y 60", "from df"]),
    (
        LR + "pd.get_dummies(df.drop(columns='t')), y)",
        ["train pd.get_dummies(df.drop(columns='t')) 60 7", "target y 60", "from df"],
    ),
    (
        LR + "df.select_dtypes('number').drop(columns='t'), y)",
        ["train df.select_dtypes('number').drop(columns='t') 60 5", "target y 60", "from df"],
    ),
    (
        LR + "df[df.a > .5][num], df[df.a > .5].t)",
        ["train df[df.a > 0.5][num] 43 5", "target df[df.a > 0.5].t 43", "from df"],
    ),
    (
        LR + "df[(df.a > .5) & (df.g == 'x')][num], df.t[df.a > .5])",
        ["train df[(df.a > 0.5) & (df.g == 'x')][num] 43 5", "target df.t[df.a > 0.5] 43", "from df"],
    ),
    (
        LR + "df[sorted(num)].head(40), y.head(40))",
        ["train df[sorted(num)].head(40) 40 5", "target y.head(40) 40", "from df", "from y"],
    ),
    (LR + "df[num[:2] + ['c']], y)", ["train df[num[:2] + ['c']] 60 3", "target y 60", "from df"]),
    (
        LR + "df[[c for c in df if c.startswith('a') or c == 'b']], y)",
        ["train df[[c for c in df if c.startswith('a') or c == 'b']] 60 2", "target y 60", "from df"],
    ),
    (
        LR + "df[df.columns.difference(['t', 'g'])], y)",
        ["train df[df.columns.difference(['t', 'g'])] 60 5", "target y 60", "from df"],
    ),
    (LR + "A / 255, y - 1)", ["train A / 255 60 5", "target y - 1 60", "from A", "from y"]),
    (LR + "np.log(df[num]), y)", ["train np.log(df[num]) 60 5", "target y 60", "from df"]),
    (
        LR + "df.sample(30, random_state=0)[num], df.sample(30, random_state=0).t)",
        ["train df.sample(30, random_state=0)[num] 30 5", "target df.sample(30, random_state=0).t 30", "from df"],
    ),
    # not made again
    ("np.random.seed(0)\n" + LR + "df.sample(30)[num], y[:30])", ["from df", "target y[:30] 30", "from y"]),
    (LR + "df.query('a > .5')[num], df.query('a > .5').t)", ["from df"]),
    (LR + "df.assign(q=df.a ** 2)[num + ['q']], y)", ["from df", "target y 60"]),
    (LR + "df.drop(columns=c).pipe(lambda d: d[num]), y)", ["from df", "target y 60"]),
    (LR + "prep(df), y)", ["from df", "target y 60"]),
    (LR + "StandardScaler().fit_transform(X), prep(df).a)", ["from X", "target from df"]),
    (LR + "np.c_[A, A[:, 0]], y)", ["from A", "target y 60"]),
    (LR + "np.column_stack([df[n] for n in num]), y)", ["from df", "target y 60"]),
    (LR + "*(X, y))", ["train X 60 5", "target y 60"]),
    ("both = (X, y)\n" + LR + "*both)", ["from both"]),
    (LR + "X if big else X.head(30), y)", ["from X ?", "target y 60"]),
    ("v = TfidfVectorizer()\n" + LR + "v.fit_transform(texts), y)", ["from texts", "target y 60"]),
    ("S = sp.csr_matrix(A)\n" + LR + "S, y)", ["train S 60 5", "target y 60"]),
    ("S = sp.csr_matrix(A)\n" + LR + "S[:30], y[:30])", ["train S[:30] 30 5", "target y[:30] 30", "from S", "from y"]),
    # chained, searched, piped
    ("m = Ridge().set_params(alpha=2).fit(X, y).set_params(copy_X=True)", ["train X 60 5", "target y 60"]),
    (
        "m = make_pipeline(StandardScaler(), Ridge())\nm.fit(df[num], df.t)",
        ["train df[num] 60 5", "target df.t 60", "from df"],
    ),
    ("r = Ridge()\np = Pipeline([('s', StandardScaler()), ('r', r)]).fit(X, y)\nm = r", ["from X", "target from y"]),
    (
        "p = Pipeline([('s', StandardScaler()), ('r', Ridge())]).fit(X, y)\nm = p.named_steps['r']",
        ["from X", "target from y"],
    ),
    (
        "g = GridSearchCV(Ridge(), {'alpha': [1, 2]}, cv=2).fit(X, y)\nm = g.best_estimator_",
        ["train X 60 5", "target y 60"],
    ),
    (
        "m = Ridge()\ns = cross_val_score(m, X, y, cv=3)\nm.fit(X[:40], y[:40])",
        ["train X[:40] 40 5", "target y[:40] 40", "from X", "from y"],
    ),
    ("P, Q, p, q = train_test_split(X, y, random_state=0)\n" + LR + "P, p)", ["train P 45 5", "target p 45"]),
    (
        "m = SGDRegressor()\nm.partial_fit(X[:30], y[:30])\nm.partial_fit(X[30:], y[30:])",
        ["train X[:30] 30 5", "target y[:30] 30", "train X[30:] 30 5", "target y[30:] 30", "from X", "from y"],
    ),
    # loops and comprehensions
    ("for fr in [df.iloc[:20], df.iloc[20:50]]:\n    m = LinearRegression().fit(fr[num], fr.t)", ["from df"]),
    (
        "for one, two in KFold(3).split(X):\n    m = LinearRegression().fit(X.iloc[one], y.iloc[one])",
        ["from X", "target from y"],
    ),
    (
        "ms = {}\nfor cols in (['a'], ['b', 'c']):\n    ms[len(cols)] = LinearRegression().fit(df[cols], y)\nm = ms[1]",
        ["from df", "target y 60"],
    ),
    ("for k, part in df.groupby('g'):\n    m = LinearRegression().fit(part[num], part.t)", ["from df"]),
    (
        "ms = [LinearRegression().fit(df[c], y) for c in (['a'], ['b'])]\nm = ms[0]\nc = ['e']",
        ["from df", "target y 60"],
    ),
    (
        "for i in range(3):\n    Z = X.head(20 + i)\n    w = LinearRegression().fit(Z, y[:len(Z)])\n    if i == 0: m = w",
        ["from X", "target from y"],
    ),
    (
        "for name, m in {'a': Ridge(), 'b': LinearRegression()}.items():\n    m.fit(X, y)",
        ["train X 60 5", "target y 60"],
    ),
    # functions
    ("m = train(df, num)", ["train df[num] 60 5", "target df.t 60", "from df"]),
    (
        "names = ['a', 'b']\nm = train(df.head(30), names=names)",
        ["train df.head(30)[names] 30 2", "target df.head(30).t 30", "from df"],
    ),
    ("m = train(prep(df).assign(t=1.0), ['a'])", ["from df"]),
    ("def go(d):\n    d = d.head(30)\n    return LinearRegression().fit(d[num], d.t)\nm = go(df)", ["from df"]),
    (
        "def go(d, some):\n    if some:\n        d = d.head(20)\n    return LinearRegression().fit(d[num], d.t)\nm = go(df, big)",
        ["from df"],
    ),
    (
        "def go(d, some):\n    if some:\n        return train(d, num)\n    return train(d.head(9), num)\nm = go(df, big)",
        ["from df ?", "target df.t ?"],
    ),
    (
        "def go(d):\n    r = LinearRegression().fit(d[num], d.t)\n    d['a'] = 0\n    return r\nm = go(df)",
        ["from df ?"],
    ),
    ("def go(d=df):\n    return LinearRegression().fit(d[num], d.t)\ndf = df.head(9)\nm = go()", ["from df ?"]),
    (
        "def go():\n    X = df[['a']]\n    return LinearRegression().fit(X, df.t)\nm = go()",
        ["train df[['a']] 60 1", "target df.t 60", "from df"],
    ),
    ("def go(*given):\n    return LinearRegression().fit(*given)\nm = go(X, y)", ["train given ?"]),
    # changed after the training, in the same cell
    (
        "Z = X\nm = LinearRegression().fit(X, y)\nZ['a'] = 0",
        ["train X ?", "target y 60"],
    ),
    ("C = A.copy()\nB = C[:5]\nm = LinearRegression().fit(C, y)\nB[0] = 0", ["train C ?", "target y 60"]),
    (
        "def scramble(d):\n    d['a'] = 0\nm = LinearRegression().fit(X, y)\nscramble(X)",
        ["train X ?", "target y 60"],
    ),
    (
        "def scramble(d):\n    d['a'] = 0\ndef go(d):\n    r = Ridge().fit(d, y)\n    scramble(d)\n    return r\nm = go(X)",
        ["from X ?", "target y 60"],
    ),
    ("m = LinearRegression().fit(X, y)\nX = X * 2", ["train X ?", "target y 60"]),
    ("m = LinearRegression().fit(X, y)\nprint(m.score(X, y), len(prep(df)))", ["train X 60 5", "target y 60"]),
    # branches
    (
        "if big:\n    m = LinearRegression().fit(X, y)\nelse:\n    m = LinearRegression().fit(A, y)",
        ["train A ?", "target y ?"],
    ),
    ("m = LinearRegression()\nif big:\n    m.fit(X, y)", ["train X 60 5", "target y 60"]),
    (
        "m = LinearRegression().fit(A, y)\nif not big:\n    m = LinearRegression().fit(X, y)",
        ["train X ?", "target y ?"],
    ),
    (
        "try:\n    m = LinearRegression().fit(X, y)\nexcept ValueError:\n    m = LinearRegression().fit(A, y)",
        ["train A ?", "target y ?"],
    ),
    ("if __name__ != 'other' or True:\n    m = LinearRegression().fit(X, y)", ["train X 60 5", "target y 60"]),
]


TORCH = """
import torch
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(0)
T, u = torch.randn(60, 5), torch.randn(60, 1)
m, mse, device = torch.nn.Linear(5, 1), torch.nn.MSELoss(), "cpu"
opt = torch.optim.SGD(m.parameters(), lr=.01)
def epoch(model, batches):
    for xb, yb in batches:
        opt.zero_grad()
        loss = mse(model(xb.to(device)), yb.to(device))
        loss.backward()
        opt.step()
"""
STEP = "        loss = mse(m(xb), yb)\n        loss.backward()\n"
LOADER = "loader = DataLoader(TensorDataset(T, u), batch_size=20)\n"
XGB = "import xgboost as xgb\n"
LGB = "import lightgbm as lgb\n"
QUIET = "{'verbose': -1, 'min_data_in_leaf': 1}"
LIBRARIES = [
    ("torch", [TORCH, "for e in range(2):\n    mse(m(T), u).backward()"], ["train T 60 5", "target u 60 1"]),
    (
        "torch",
        [TORCH, LOADER + "for e in range(2):\n    for xb, yb in loader:\n" + STEP],
        ["train T 60 5", "target u 60 1"],
    ),
    (
        "torch",
        [
            TORCH + LOADER,
            "for e in range(2):\n    for i, (xb, yb) in enumerate(loader):\n        xb = xb.to(device)\n" + STEP,
        ],
        ["train T 60 5", "target u 60 1"],
    ),
    ("torch", [TORCH + LOADER, "for e in range(2):\n    epoch(m, loader)"], ["train T 60 5", "target u 60 1"]),
    ("torch", [TORCH + LOADER, "T = T * 2", "epoch(m, loader)"], ["train T 60 5", "target u 60 1"]),
    (
        "torch",
        [
            TORCH,
            "for i in range(0, 60, 20):\n    for e in range(1):\n        xb, yb = T[i:i + 20], u[i:i + 20]\n" + STEP,
        ],
        ["from T", "target from u"],
    ),
    (
        "torch",
        [TORCH + LOADER, "for e in range(2):\n    for xb, yb in loader:\n        xb = xb * 2\n" + STEP],
        ["from T", "target u 60 1"],
    ),
    ("xgboost", [XGB + "d = xgb.DMatrix(X, label=y)", "m = xgb.train({}, d, 2)"], ["train X 60 5", "target y 60"]),
    (
        "xgboost",
        [XGB + "d = xgb.DMatrix(df[num], df.t)\ndf = df.head(9)\nm = xgb.train({}, d, 2)"],
        ["train df[num] ?", "target df.t ?"],
    ),
    (
        "xgboost",
        [XGB + "d = xgb.DMatrix(X, label=y)", "X = X * 2", "r = Ridge().fit(X, y)", "m = xgb.train({}, d, 2)"],
        ["train X 60 5", "target y 60"],
    ),
    (
        "xgboost",
        [
            XGB
            + "m = xgb.train({}, xgb.DMatrix(prep(df), y), 2, evals=[(xgb.DMatrix(prep(df), y), 'e')], verbose_eval=False)"
        ],
        ["from df", "target y 60"],
    ),
    (
        "xgboost",
        [XGB + "m = xgb.XGBRegressor(n_estimators=2).fit(X, y, eval_set=[(X[:9], y[:9])], verbose=False)"],
        ["train X 60 5", "target y 60", "eval X[:9] 9 5", "eval_target y[:9] 9"],
    ),
    (
        "lightgbm",
        [LGB + f"m = lgb.train({QUIET}, lgb.Dataset(df[num], df.t), 2)"],
        ["train df[num] 60 5", "target df.t 60", "from df"],
    ),
    (
        "lightgbm",
        [LGB + "d = lgb.Dataset(prep(df), label=y)", f"m = lgb.train({QUIET}, d, 2)"],
        ["from df", "target y 60"],
    ),
    (
        "statsmodels",
        ["import statsmodels.api as sm\nols = sm.OLS(y, X)\nm = ols.fit()"],
        ["target y 60", "train X 60 5"],
    ),
    (
        "statsmodels",
        ["import statsmodels.api as sm\nm = sm.OLS(y, sm.add_constant(X)).fit()"],
        ["target y 60", "from X"],
    ),
]


@pytest.mark.parametrize(("library", "cells", "expected"), LIBRARIES)
def test_what_a_library_holds_and_steps_through_is_told_by_what_it_was_given(
    library: str, cells: list[str], expected: list[str], tmp_path: Path
) -> None:
    pytest.importorskip(library)
    data, passed, _ = ran(tmp_path, *cells)
    assert_passed(data, passed)
    assert told(data) == expected


def assert_passed(data: tuple[DataUse, ...], passed: Passed) -> None:
    for one in data:
        if one.digest and not datasets.is_source(one.role):
            assert one.digest in passed.digests
            assert tuple(n for n in (one.rows, one.columns) if n is not None) in passed.shapes


@pytest.mark.parametrize(("cell", "expected"), FORMS, ids=[cell for cell, _ in FORMS])
def test_what_is_told_as_passed_was_passed_and_the_rest_is_told_as_its_source(
    cell: str, expected: list[str], tmp_path: Path
) -> None:
    data, passed, _ = ran(tmp_path, cell)
    assert_passed(data, passed)
    assert told(data) == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["def go(d):\n    m = LinearRegression()\n    return m.fit(d[num], d.t)\nm = go(df)"],
        ["m = train(df, num)"],
        [TORCH + LOADER, "for e in range(2):\n    epoch(m, loader)"],
        [TORCH + LOADER, "for e in range(2):\n    for xb, yb in loader:\n" + STEP],
    ],
)
def test_nothing_is_told_as_perhaps_changed_where_nothing_could_change(cells: list[str], tmp_path: Path) -> None:
    if "torch" in cells[0]:
        pytest.importorskip("torch")
    assert re.fullmatch(r"data 2 (frames|tensors)", ran(tmp_path, *cells)[2])


@pytest.mark.parametrize(
    "given", ["df.query('a > 0')[num]", "df.reindex(columns=num).pipe(lambda d: d)", "pick(df, num)"]
)
def test_names_of_columns_are_no_data(given: str, tmp_path: Path) -> None:
    _, _, said = ran(tmp_path, "def pick(d, names): return d[names]", f"{LR}{given}, y)")
    assert said == "data 1 frame, from df"


TWISTED = [
    ["Z = X\nm = LinearRegression().fit(X, y)\nZ['a'] = 0"],
    ["def scramble(d): d['a'] = 0\nm = LinearRegression().fit(X, y)\nscramble(X)"],
    ["def go(d):\n    r = LinearRegression().fit(d, y)\n    d = None\n    return r\nm = go(X)"],
    ["for i in range(2):\n    X = df[num].head(20+i)\n    m = LinearRegression().fit(X, y[:len(X)])"],
    [
        "ms=[]\nfor i in range(2):\n    X = df[num].head(20+i)\n    ms.append(LinearRegression().fit(X, y[:len(X)]))\nm = ms[0]"
    ],
    ["m = LinearRegression()\nm.fit(X, y)", "X = X*2"],
    ["m = LinearRegression()\nm.fit(X, y)", "X['a'] = 3.0"],
    [
        "class K:\n    def run(self, d):\n        self.m = LinearRegression().fit(d, y)\n        return self.m\nm = K().run(X)"
    ],
    ["def go(X):\n    X = X.copy()\n    X['a'] = 1\n    return LinearRegression().fit(X, y)\nm = go(X)"],
    ["m = LinearRegression().fit(X := df[['a']], y)"],
    ["fit = LinearRegression().fit\nm = fit(X, y)"],
    ["m, n = LinearRegression().fit(X, y), Ridge().fit(A, y)"],
    ["m = [LinearRegression().fit(Q, y) for Q in (X, A)][-1]"],
    ["m = max([LinearRegression().fit(Q, y) for Q in (X, A)], key=lambda k: k.score(A, y))"],
    ["a = LinearRegression().fit(X, y); b = LinearRegression().fit(X.head(30), y.head(30))\nm = a if big else b"],
    ["import copy\na = LinearRegression().fit(X, y)\nm = copy.deepcopy(a).fit(X.head(20), y.head(20))"],
    ["from sklearn.base import clone\na = LinearRegression().fit(X, y)\nm = clone(a).fit(A[:9], y[:9])"],
    ["m = LinearRegression().fit(X, y)\nX, y = X.head(3), y.head(3)"],
    ["i = 0\nwhile i < 2:\n    m = LinearRegression().fit(X.iloc[i:], y.iloc[i:])\n    i += 1"],
    ["s = slice(0, 20)\nm = LinearRegression().fit(X[s], y[s])\ns = slice(0, 9)"],
    ["m = (lambda d: LinearRegression().fit(d[num], d.t))(df.head(9))"],
    ["go = lambda d: LinearRegression().fit(d[num], d.t)\nm = go(df.head(9))"],
    ["for d in [X.head(20), X]:\n    pass\nm = LinearRegression().fit(d, y)"],
    ["d = {'X': X, 'y': y}\nm = LinearRegression().fit(**d)"],
    ["d = {'X': X, 'y': y}\nm = LinearRegression().fit(d['X'], d['y'])"],
    ["m = LinearRegression().fit(X.values.copy(), y.tolist())"],
    ["m = StandardScaler(copy=False).fit_transform(A)\nm = LinearRegression().fit(A, y)"],
    ["sc = StandardScaler(copy=False)\nm = LinearRegression().fit(sc.fit_transform(A), y)"],
    ["m = LinearRegression().fit(X, y)\ndel X"],
    [
        "def go(names=('a', 'b'), d=None):\n    names = list(names)\n    return LinearRegression().fit(df[names], y)\nm = go()"
    ],
    ["names = ['a']\ndef go(d):\n    names = ['b', 'c']\n    return LinearRegression().fit(d[names], y)\nm = go(df)"],
    [
        "names = ['a']\ndef go(d, names):\n    return LinearRegression().fit(d[[c for c in names]], y)\nm = go(df, ['b', 'c'])"
    ],
    ["c = 't'\nm = LinearRegression().fit(df[[c for c in num]], df[c])"],
    [
        "def go(d):\n    for c in num:\n        if c == 'b': break\n    return LinearRegression().fit(d[[c]], y)\nm = go(df)"
    ],
    ["m = LinearRegression().fit(X, y); X += 1"],
    ["P, Q = [part[num] for _, part in df.groupby('g')]\nm = LinearRegression().fit(P, y[:len(P)])"],
    ["p = Pipeline([('s', StandardScaler()), ('r', Ridge())])\np.fit(X, y)\nm = p[-1]"],
    ["X2 = X.copy()\ndef go():\n    X2['a'] = 5.0\n    return LinearRegression().fit(X2, y)\nm = go()\nX2['a'] = 6.0"],
    ["m = LinearRegression().fit(X, y)\nfor k in range(2):\n    X['a'] = k"],
    ["m = LinearRegression().fit(X[y > 1], y[y > 1])\ny = y + 1"],
    [
        "match 3:\n    case 3:\n        m = LinearRegression().fit(X, y)\n    case _:\n        m = LinearRegression().fit(A, y)"
    ],
    ["X0 = X", "m = LinearRegression().fit(X0, y)\nX['a'] = 1.0"],
    ["m = LinearRegression().fit(X, y)", "X['a'] = 1.0", "r = Ridge().fit(X, y)"],
    ["def fit_it(**kw):\n    return LinearRegression().fit(kw['X'], kw['y'])\nm = fit_it(X=X, y=y)"],
    ["def split(X, y):\n    return X.head(40), y.head(40)\na, b = split(X, y)\nm = LinearRegression().fit(a, b)"],
    ["def go(X, y):\n    a, b = X.head(40), y.head(40)\n    return LinearRegression().fit(a, b)\nm = go(X, y)"],
    ["res = {k: LinearRegression().fit(X[c], y) for k, c in {'p': ['a'], 'q': ['b', 'c']}.items()}\nm = res['p']"],
    [
        "def go(d):\n    c = ['a']\n    Z = d[c]\n    c = ['b', 'c']\n    return LinearRegression().fit(Z, y)\nm = go(df)"
    ],
    ["def go(d):\n    Z = d[num]\n    d = d.head(3)\n    return LinearRegression().fit(Z, y)\nm = go(df)"],
    ["import functools\ngo = functools.partial(train, df)\nm = go(num)"],
    ["def go(d, t):\n    d, t = d[num], d[t]\n    return LinearRegression().fit(d, t)\nm = go(df, 't')"],
    ["m = LinearRegression().fit(df.loc[df.g == 'x', num], df.loc[df.g == 'x', 't'])"],
    ["m = LinearRegression().fit(df[df['a'].between(.2, 1)][num], df[df['a'].between(.2, 1)].t)"],
    ["m = LinearRegression().fit(df.iloc[:len(df)//2][num], y[:30])"],
    ["m = LinearRegression().fit((X - X.mean()) / X.std(), y)"],
    ["idx = np.random.default_rng(0).permutation(60)[:20]\nm = LinearRegression().fit(A[idx], y.values[idx])"],
    ["m = LinearRegression().fit(X=pd.concat([X, X]), y=pd.concat([y, y]))"],
    ["m = LinearRegression().fit(df.merge(df[['g']].drop_duplicates(), on='g')[num], y)"],
    ["def a(d): return b(d[num], d.t)\ndef b(X, y): return LinearRegression().fit(X, y)\nm = a(df)"],
    ["def a(X): return b(X, num[:2])\ndef b(d, X): return LinearRegression().fit(d[X], y)\nm = a(df)"],
    ["m = LinearRegression().fit(*train_test_split(X, y, random_state=0)[::2])"],
    ["m = Ridge()\nfor a in (X.head(9), X):\n    if len(a) > 10:\n        m.fit(a, y)\n"],
    ["m = Ridge()\nwhile True:\n    m.fit(X, y)\n    break"],
    ["m = Ridge().fit(X, y) if big else Ridge().fit(X.head(9), y.head(9))"],
    ["big and (m := Ridge().fit(X, y))"],
    ["y = y.copy()\nm = Ridge().fit(X, y)\ny.iloc[0] = 9.0"],
    ["y2 = y.values.copy()\nv = y2.reshape(-1, 1)\nm = Ridge().fit(X, y2)\nv[:] = 0"],
    ["W = A.copy()\nm = Ridge().fit(W, y)\nnp.log(W, out=W)"],
    ["W = A.copy()\nm = Ridge().fit(W, y)\nnp.random.shuffle(W)"],
    ["m = Ridge().fit(X, y)\nfor q in (X,):\n    q['a'] = 0"],
    ["m = Ridge().fit(X, y)\nh = {'x': X}\nh['x']['a'] = 0"],
    ["m = Ridge().fit(X, y)\nX.loc[0, 'a'] = 5"],
]


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
@pytest.mark.parametrize("cells", TWISTED, ids=map("; ".join, TWISTED))
def test_no_way_to_write_a_training_tells_what_was_not_passed(cells: list[str], tmp_path: Path) -> None:
    assert_passed(*ran(tmp_path, *cells)[:2])
