"""What a register finds out of the model, its data and its metrics: kept with the run, found again, never in the way."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg.capture import datasets
from modelreg.capture.data import fingerprint
from modelreg.notebook import Notebook
from modelreg.verbs import capturing

from .kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelreg.records import Run
    from modelreg.registry import Registry

    from .conftest import Shell

DATA = """
import numpy as np, pandas as pd
X = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) % 7})
y = (X["a"] > 20).astype(int)
"""
FIT = "from sklearn.linear_model import LogisticRegression\nclf = LogisticRegression(C=3.0, max_iter=200).fit(X, y)"
TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture
def reg() -> Iterator[Registry]:
    registry = modelreg.connect()
    yield registry
    registry.close()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where there is no repository to look at."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def fitted(shell: Shell) -> Shell:
    """Return a shell in which a model was trained, in a cell of its own."""
    shell.ok(DATA)
    shell.ok(FIT)
    return shell


def run_of(reg: Registry, ref: str = "churn:v0") -> Run:
    """Return the newest run of a version, once nothing is captured any more."""
    assert capturing.wait(Notebook.current(), 60)
    return reg.show(ref).runs[0]


def told(run: Run, name: str) -> dict[str, Any]:
    assert run.capture is not None
    found: dict[str, Any] = run.capture[name]
    return found


def file(reg: Registry, run: Run, name: str) -> str:
    (found,) = (one for one in run.files if one.name == name)
    return reg._context.blobs.read(found.digest).decode()


def test_an_array_that_was_trained_on_nothing_is_captured_whole(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA + "weights = X.to_numpy()\nlayers = {'first': weights}")
    assert "not all was captured" not in shell.ok("%modelreg log weights net/weights").text
    assert "not all was captured" not in shell.ok("%modelreg register layers net").text
    assert told(run_of(reg, "net/weights:v0"), "errors") == told(run_of(reg, "net:v0"), "errors") == []


def test_the_data_of_the_training_is_told_by_its_contents(fitted: Shell, reg: Registry) -> None:
    assert "data 2 frames" in fitted.ok("%modelreg register clf churn").text
    run = run_of(reg)
    assert [(use.role, use.name, use.digest) for use in run.data] == [
        ("train", "X", fingerprint(fitted.value("X")).digest),
        ("target", "y", fingerprint(fitted.value("y")).digest),
    ]
    assert (run.data[0].rows, run.data[0].columns, run.data[0].kind) == (40, 2, "pandas.DataFrame")
    first = told(run, "data")["inputs"][0]
    assert first["changed"]["state"] == "unchanged"
    assert [column["name"] for column in first["columns"]] == ["a", "b"]
    assert first["profile"]["columns"][0]["max"] == 39.0
    assert run.capture_state == "complete"


def test_data_that_was_changed_since_is_told_as_the_model_saw_it(fitted: Shell, reg: Registry) -> None:
    before = fingerprint(fitted.value("X")).digest
    fitted.ok("X.loc[3, 'a'] = -1.0")
    assert "changed since the training: X" in fitted.ok("%modelreg register clf churn").text
    run = run_of(reg)
    assert run.data[0].digest == before
    assert told(run, "data")["inputs"][0]["changed"]["state"] == "changed"


def test_data_that_was_deleted_is_told_as_its_cell_saw_it(fitted: Shell, reg: Registry) -> None:
    before = fingerprint(fitted.value("X")).digest
    fitted.ok("del X, y")
    fitted.ok("%modelreg register clf churn")
    assert run_of(reg).data[0].digest == before


def test_a_name_that_holds_other_data_now_is_not_mistaken_for_the_data(fitted: Shell, reg: Registry) -> None:
    before = fingerprint(fitted.value("X")).digest
    fitted.ok("X, y = X.iloc[:30] * 2, y.iloc[:30]\nother = LogisticRegression().fit(X, y)")
    fitted.ok("%modelreg register clf churn")
    fitted.ok("%modelreg register other churn")
    assert run_of(reg).data[0].digest == before
    assert run_of(reg, "churn:v1").data[0].digest == fingerprint(fitted.value("X")).digest


def test_what_is_done_to_a_frame_after_the_answer_is_in_no_profile(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg register clf churn\nX['a'] = 99.0")
    assert told(run_of(reg), "data")["inputs"][0]["profile"]["columns"][0]["max"] == 39.0


def test_a_training_in_the_cell_that_registers_is_found(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    shell.ok(f"{FIT}\n%modelreg register clf churn")
    run = run_of(reg)
    assert run.data[0].digest == fingerprint(shell.value("X")).digest
    assert "still running" in told(run, "data")["inputs"][0]["changed"]["reason"]
    assert "churn:v0" in shell.ok("%modelreg versions data == X").text


@pytest.mark.parametrize(
    "cells",
    [
        [f"{FIT}\nX['pred'] = clf.predict(X)"],
        [f"{FIT}\nX = X * 2"],
        [f"{FIT}; X = X * 2\n%modelreg register clf churn"],
        [FIT.replace("(X, y)", "(X.drop(columns=[]), y)"), "X['pred'] = 1"],
    ],
    ids=["a column in the same cell", "another value", "in the cell that registers", "inside a call, later"],
)
def test_data_that_is_not_what_the_model_saw_is_never_told_as_if_it_were(
    shell: Shell, reg: Registry, cells: list[str]
) -> None:
    shell.ok(DATA)
    saw = fingerprint(shell.value("X")).digest
    for cell in cells:
        shell.ok(cell)
    shell.ok("%modelreg register clf churn")
    run = run_of(reg)
    assert {use.digest for use in run.data if use.name == "X"} <= {None, saw}
    assert fingerprint(shell.value("y")).digest in {use.digest for use in run.data}
    assert fingerprint(shell.value("X")).digest not in {use.digest for use in run.data}
    assert "churn" not in shell.ok("%modelreg models data == X").text


def test_data_that_nobody_saw_in_the_training_is_told_as_it_is_now(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    shell.ok("%unload_ext modelreg")
    shell.ok(FIT)
    shell.ok("%load_ext modelreg")
    assert "data 2 frames (perhaps changed since)" in shell.ok("%modelreg register clf churn").text
    run = run_of(reg)
    assert [(use.name, use.digest) for use in run.data] == [("X", None), ("y", None)]
    first = told(run, "data")["inputs"][0]
    assert (first["changed"]["state"], first.get("digest")) == ("unknown", None)
    assert first["now"]["digest"] == fingerprint(shell.value("X")).digest


def test_data_that_a_function_of_an_earlier_cell_trained_on_is_known(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    shell.ok(
        "from sklearn.linear_model import LogisticRegression\ndef make(A, b):\n    return LogisticRegression().fit(A, b)"
    )
    shell.ok("clf = make(X, y)")
    shell.ok("%modelreg register clf churn")
    assert run_of(reg).data[0].digest == fingerprint(shell.value("X")).digest


def test_a_cell_magic_knows_the_data_of_its_own_cell(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    shell.ok(f"%%modelreg register clf churn\n{FIT}")
    assert told(run_of(reg), "data")["inputs"][0]["changed"]["state"] == "unchanged"


def test_where_the_data_came_from_is_told(shell: Shell, reg: Registry, tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("a,b\n" + "\n".join(f"{n},{n % 7}" for n in range(40)))
    shell.ok(f"import pandas as pd\nX = pd.read_csv({str(tmp_path / 'train.csv')!r})\ny = (X['a'] > 20).astype(int)")
    shell.ok(FIT)
    shell.ok("%modelreg register clf churn")
    (origin,) = told(run_of(reg), "data")["inputs"][0]["origin"]
    assert origin["path"] == str(tmp_path / "train.csv")
    assert len(origin["digest"]) == 64
    (kept,) = (use for use in run_of(reg).data if use.role == "file")
    assert (kept.name, kept.rows, kept.digest) == ("train.csv", None, fingerprint(tmp_path / "train.csv").digest)
    assert "churn:v0" in shell.ok("%modelreg versions data == 'train.csv'").text
    shell.ok("%modelreg log --path train.csv data/raw --kind dataset")
    assert set(run_of(reg).inputs) == {"data/raw:v0"}
    (tmp_path / "train.csv").write_text("a,b\n1,2\n")
    assert "churn:v0" not in shell.ok("%modelreg versions data == 'train.csv'").text
    assert "churn:v0" in shell.ok("%modelreg versions data == 'data/raw:v0'").text


def test_data_that_can_be_looked_at_once_only_is_left_alone(shell: Shell, reg: Registry) -> None:
    shell.ok(
        "class Stream:\n    def fit(self, rows, y=None):\n        self.n = 3\n        return self\n"
        "    def predict(self, X): return X"
    )
    shell.ok("rows = (n for n in range(5))\nmodel = Stream().fit(rows)")
    shell.ok("%modelreg register model churn")
    assert run_of(reg).capture_state == "complete"
    assert shell.value("next(rows)") == 0


def test_hyperparameters_that_were_chosen_become_params(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg register clf churn")
    run = run_of(reg)
    assert run.params == {"C": 3.0, "max_iter": 200}
    assert told(run, "model")["params"]["solver"] == "lbfgs"
    assert told(run, "model")["signature"]["output"]["method"] == "predict"
    assert told(run, "model")["frameworks"].keys() == {"sklearn"}
    assert [v.ref for v in reg.versions("churn", "params.C >= 3 and params.max_iter == 200")] == ["churn:v0"]


def test_a_param_that_the_user_gives_wins_and_stays(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg register clf churn --param C=30")
    fitted.ok("%modelreg register clf churn")
    run_of(reg)
    assert reg.get("churn:v0").params == {"C": 30, "max_iter": 200}


def test_secrets_in_hyperparameters_are_taken_out(shell: Shell, reg: Registry) -> None:
    shell.ok(
        "class Remote:\n    def __init__(self, api_key=None, where=''):\n        self.api_key, self.where = api_key, where\n"
        "    def predict(self, X): return X"
    )
    shell.ok(f"model = Remote('swordfish', '{TOKEN}')")
    shell.ok("%modelreg register model churn")
    run = run_of(reg)
    stored = json.dumps([dict(run.capture or {}), dict(run.params)])
    assert TOKEN not in stored
    assert "swordfish" not in stored
    assert "model" in {one["in"] for one in (run.capture or {})["redactions"]}


@pytest.mark.parametrize(
    "broken",
    [
        "def __repr__(self): raise RuntimeError('no repr')",
        "def __getattr__(self, name): raise RuntimeError('no attribute ' + name)",
        "def get_params(self, deep=True): raise RuntimeError('no params')",
        "def predict(self, X): raise RuntimeError('no predictions')",
        "def __eq__(self, other): raise RuntimeError('no comparison')\n    __hash__ = None",
        "def __len__(self): raise RuntimeError('no length')",
    ],
)
def test_a_model_whose_own_code_raises_is_registered(shell: Shell, reg: Registry, broken: str) -> None:
    shell.ok(f"class Odd:\n    depth = 1\n    {broken}\nmodel = Odd()")
    ran = shell.ok("%modelreg register model churn")
    assert "churn:v0" in ran.text
    assert run_of(reg).capture_state in {"complete", "partial"}


def test_a_model_that_never_answers_holds_nobody_up(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    shell.ok(
        "class Slow:\n    def fit(self, X, y):\n        return self\n    def predict(self, X):\n        while True: pass\n"
        "model = Slow().fit(X, y)"
    )
    shell.ok("%modelreg register model churn")
    assert "not asked to predict" in told(run_of(reg), "model")["signature"]["note"]


def test_what_the_model_keeps_of_its_training_is_a_metric(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    shell.ok(
        "from sklearn.ensemble import RandomForestClassifier\n"
        "clf = RandomForestClassifier(20, oob_score=True, bootstrap=True, random_state=0).fit(X, y)"
    )
    assert "oob_score" in shell.ok("%modelreg register clf churn").text
    run = run_of(reg)
    assert run.metrics == {"oob_score": shell.value("clf.oob_score_")}
    assert told(run, "metrics")["kept"][0]["source"] == "attribute oob_score_"


def test_what_cells_computed_is_offered_and_not_kept(fitted: Shell, reg: Registry) -> None:
    fitted.ok("acc = clf.score(X, y)")
    text = fitted.ok("%modelreg register clf churn").text
    assert f"found acc {fitted.value('acc'):.4g} in cell 4: --metric acc=acc keeps it" in text
    assert run_of(reg).metrics == {}
    assert told(run_of(reg), "metrics")["seen"][0]["source"] == "variable acc, cell 4"


def test_models_that_the_code_loads_and_asks_are_what_the_model_was_made_from(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg register clf base")
    fitted.ok("first = %modelreg load base:v0")
    fitted.ok("import modelreg\nsecond = modelreg.connect().load('base:v0')\nunused = 1")
    fitted.ok("from sklearn.linear_model import Ridge\ntop = Ridge().fit(first.predict_proba(X), y)")
    fitted.ok("%modelreg register top stacked")
    source = reg.show("base:v0").version.source
    assert [run.inputs for run in reg.show("stacked:v0").runs] == [(source,)]
    assert f"made from    {source}" in fitted.ok("%modelreg show stacked:v0").text
    fitted.ok("other = Ridge().fit(X, y)")
    fitted.ok("%modelreg register other plain")
    assert [run.inputs for run in reg.show("plain:v0").runs] == [()]


def test_what_several_cells_computed_is_offered_in_one_line(fitted: Shell, reg: Registry) -> None:
    fitted.ok("acc = clf.score(X, y)")
    fitted.ok("half = clf.score(X[:20], y[:20])")
    text = fitted.ok("%modelreg register clf churn").text
    told_of = f"found acc {fitted.value('acc'):.4g}, half {fitted.value('half'):.4g} in cells 4 and 5: "
    assert f"{told_of}--metric acc=acc --metric half=half keeps them" in text


def test_who_gives_a_metric_is_offered_none(fitted: Shell, reg: Registry) -> None:
    fitted.ok("acc = clf.score(X, y)")
    assert "found" not in fitted.ok("%modelreg register clf churn --metric acc=acc").text
    (kept,) = told(run_of(reg), "metrics")["kept"]
    assert (kept["name"], kept["source"]) == ("acc", "user")


def test_a_metric_that_the_version_has_is_not_offered_again(fitted: Shell, reg: Registry) -> None:
    fitted.ok("acc = clf.score(X, y)")
    fitted.ok("%modelreg register clf churn --metric acc=acc")
    assert "found" not in fitted.ok("%modelreg register clf churn -a production").text
    fitted.ok("acc = clf.score(X, 1 - y)\nhalf = clf.score(X[:20], y[:20])")
    both = f"found acc 0, half {fitted.value('half'):.4g} in cell"
    text = fitted.ok("%modelreg register clf churn -a staging").text
    assert both in text
    assert "--metric acc=acc --metric half=half keeps them" in text
    fitted.ok("%modelreg register clf churn --metric half=[0.9,half]")  # the last point of a curve is its value
    assert "--metric acc=acc keeps it" in fitted.ok("%modelreg register clf churn").text
    assert both in fitted.ok("%modelreg register clf churn --new-version").text


def test_an_evaluation_gives_metrics_with_their_data(fitted: Shell, reg: Registry) -> None:
    fitted.ok("X_test, y_test = X.iloc[::2], y.iloc[::2]")
    assert "accuracy" in fitted.ok("%modelreg register clf churn --eval X_test,y_test --metric f1=0.5").text
    run = run_of(reg)
    assert run.metrics["f1"] == 0.5
    assert run.metrics["accuracy"] == fitted.value("clf.score(X_test, y_test)")
    assert {use.role for use in run.data} == {"train", "target", "eval", "eval_target"}
    accuracy = next(one for one in told(run, "metrics")["kept"] if one["name"] == "accuracy")
    assert (accuracy["source"], accuracy["data"]) == ("evaluated on X_test, y_test", "X_test, y_test")


def test_an_evaluation_that_fails_registers_nothing(fitted: Shell, reg: Registry) -> None:
    assert "Nothing was registered" in fitted("%modelreg register clf churn --eval X[['a']],y").fault
    assert "--eval takes two expressions" in fitted("%modelreg register clf churn --eval X").fault
    assert fitted.versions() == 0


def test_data_that_is_not_logged_can_be_declared(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    shell.ok("%modelreg register clf churn --data train=X")
    (use,) = run_of(reg).data
    assert (use.role, use.name, use.digest) == ("train", "X", fingerprint(shell.value("X")).digest)


def test_declared_data_is_not_told_twice(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg register clf churn --data features=X")
    assert [use.role for use in run_of(reg).data] == ["features", "target"]


@pytest.mark.parametrize("first", ["data", "model"])
def test_data_that_is_logged_is_an_input_of_the_run_whatever_came_first(
    fitted: Shell, reg: Registry, first: str
) -> None:
    lines = ["%modelreg log X data/train --kind dataset", "%modelreg register clf churn"]
    for line in lines if first == "data" else reversed(lines):
        fitted.ok(line)
    assert run_of(reg).inputs == ("data/train:v0",)
    lineage = reg.lineage("churn:v0")
    by_label = {node.label: node.kind for node in lineage.nodes}
    assert by_label["data/train:v0"] == "dataset"
    assert by_label["y"] == "data"
    assert "X" not in by_label
    assert "data 40 rows" in fitted.ok("%modelreg lineage churn:v0").text
    assert {(lineage.node(edge.tail).label, edge.role) for edge in lineage.edges if edge.role} == {
        ("data/train:v0", "train"),
        ("y", "target"),
    }
    assert "churn:v0" in {node.label for node in reg.lineage("data/train:v0").nodes}


def test_a_dataset_tells_its_columns_and_is_no_input_of_itself(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg log X data/train --kind dataset")
    run = run_of(reg, "data/train:v0")
    assert (run.data, run.inputs) == ((), ())
    (itself,) = told(run, "data")["inputs"]
    assert itself["digest"] == fingerprint(fitted.value("X")).digest
    assert itself["profile"]["rows"] == 40


def test_a_logged_object_that_was_changed_is_not_taken_for_the_version(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg log X data/train --kind dataset")
    fitted.ok("X['a'] = 0.0")
    fitted.ok("%modelreg register clf churn --data other=X")
    run = run_of(reg)
    assert ("other", fingerprint(fitted.value("X")).digest) in [(use.role, use.digest) for use in run.data]
    assert run.inputs == ("data/train:v0",), "what the model was trained on is what was logged"


def test_a_whole_cell_that_registers_keeps_its_time_and_what_it_showed(shell: Shell, reg: Registry) -> None:
    shell.ok(
        "%%modelreg register clf churn\nimport sys, time\ntime.sleep(0.02)\nprint('epoch 1')\n"
        f"print('half\\rwhole', file=sys.stderr)\nprint('{TOKEN}')\nclf = Model(4)"
    )
    before = shell.value("sys.stdout")
    run = run_of(reg)
    assert told(run, "training")["duration"] >= 20_000
    shown = json.loads(file(reg, run, "outputs.json"))
    assert [(one["name"], one["text"].splitlines()[0]) for one in shown] == [
        ("stdout", "epoch 1"),
        ("stderr", "whole"),
        ("stdout", shown[2]["text"].strip()),
    ]
    assert TOKEN not in file(reg, run, "outputs.json")
    assert "the cell took " in shell.ok("%modelreg show churn:v0").text
    assert shell.value("sys.stdout") is before, "the stream is the cell's own again"
    shell.ok("%modelreg register clf churn --new-version")
    assert told(run_of(reg, "churn:v1"), "training") == {}


def test_no_more_than_a_little_of_what_a_cell_shows_is_kept(shell: Shell, reg: Registry) -> None:
    shell.ok("%%modelreg register clf churn\nfor n in range(300):\n    print('x' * 10_000)\nclf = Model(4)")
    run = run_of(reg)
    kept = json.loads(file(reg, run, "outputs.json"))
    assert 1_000_000 < len(kept[0]["text"]) <= 1 << 20
    assert kept[-1]["text"].strip().endswith("more outputs of this cell: too much to keep")
    assert told(run, "training")["left_out"] > 100


def test_what_is_too_large_to_keep_is_cut_and_counted(shell: Shell, reg: Registry) -> None:
    shell.ok("%%modelreg register clf churn\nprint('ü' * 2_000_000)\nprint('small')\nclf = Model(4)")
    run = run_of(reg)
    kept = json.loads(file(reg, run, "outputs.json"))
    assert kept[0]["text"] == "ü" * (1 << 19)
    assert told(run, "training")["left_out"] >= 1


def test_pictures_of_a_whole_cell_are_kept_in_a_kernel(home: Path, reg: Registry) -> None:
    kept = {name: os.environ[name] for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "MODELREG_REGISTRY")}
    kernel = Kernel(kept, str(home))
    try:
        kernel.ok("class Model:\n    depth = 1\nfrom IPython.display import Image, display")
        kernel.ok(
            "%%modelreg register clf churn\nfor n in range(7):\n    display(Image(data=b'\\x89PNG' + bytes([n]), format='png'))\n"
            "print('done')\nclf = Model()"
        )
        kernel.ok(
            "from modelreg.verbs import capturing\nfrom modelreg.notebook import Notebook\n"
            "assert capturing.wait(Notebook.current(), 60)"
        )
    finally:
        kernel.stop()
    run = reg.show("churn:v0").runs[0]
    assert (told(run, "training")["pictures"], told(run, "training")["left_out"]) == (5, 2)
    shown = json.loads(file(reg, run, "outputs.json"))
    assert [one["output_type"] for one in shown] == ["display_data"] * 5 + ["stream"] * 2


def test_a_frame_of_which_parts_were_trained_on_is_known_as_well(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA + "df = X.assign(y=y)")
    shell.ok(
        "from sklearn.linear_model import LogisticRegression\nclf = LogisticRegression().fit(df[['a', 'b']], df['y'])"
    )
    assert "data 2 frames" in shell.ok("%modelreg register clf churn").text
    assert [(use.role, use.name) for use in run_of(reg).data] == [
        ("train", "df[['a', 'b']]"),
        ("target", "df['y']"),
        ("from", "df"),
    ]
    assert "churn:v0" in shell.ok("%modelreg versions data == df").text
    assert "churn" in shell.ok("%modelreg models data == X").text


def test_what_a_model_was_trained_and_evaluated_on_is_found_as_it_went_in(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA + "df = X.assign(y=y)\ntrain, test = df.head(30), df.tail(10)")
    shell.ok("from sklearn.linear_model import LogisticRegression")
    shell.ok("clf = LogisticRegression().fit(train.drop(columns='y'), train['y'].to_numpy())")
    shell.ok("%modelreg register clf churn --eval test.drop(columns='y'),test['y']")
    assert [(use.role, use.name, use.rows) for use in run_of(reg).data] == [
        ("eval", "test.drop(columns='y')", 10),
        ("eval_target", "test['y']", 10),
        ("train", "train.drop(columns='y')", 30),
        ("target", "train['y'].to_numpy()", 30),
        ("from", "train", 30),
    ]
    shell.ok("X_train, X_test, other = train[['a', 'b']], test[['a', 'b']], df[['a', 'b']]")
    for name, found in {"X_train": True, "train": True, "X_test": True, "other": False, "df": False}.items():
        assert ("churn:v0" in shell.ok(f"%modelreg versions data == {name}").text) is found
    shell.ok("train.loc[0, 'a'] = 77.0")
    assert "changed since the training" in shell.ok("%modelreg register clf again").text
    assert "again:v0" in shell.ok("%modelreg versions again data == X_train").text


def test_the_whole_of_what_was_split_is_found_by_its_file(shell: Shell, reg: Registry, tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("a,y\n" + "\n".join(f"{n},{n % 2}" for n in range(40)))
    shell.ok("import pandas as pd; from sklearn.linear_model import LogisticRegression")
    shell.ok("df = pd.read_csv('train.csv')\ntrain, test = df.head(30), df.tail(10)")
    shell.ok("clf = LogisticRegression().fit(train.drop(columns='y'), train['y'])\n%modelreg register clf churn")
    run_of(reg)
    text = shell.ok("%modelreg versions churn data == df").text
    assert "No version of churn matches data == df; df is compared by all its contents, 40 × 2" in text
    assert '\n%modelreg versions churn data == "train.csv"\n' in text
    assert "churn:v0" in shell.ok('%modelreg versions churn data == "train.csv"').text
    shell.ok("(pd.DataFrame({'a': [1]})).to_csv('other.csv')\nother = pd.read_csv('other.csv')")
    assert "other.csv" not in shell.ok("%modelreg versions churn data == other").text
    page = reg.versions(None, "data == train", names=dict(shell.ip.user_ns))
    assert page.used == {page[0].uid: {"from": True}}


def test_a_part_that_another_choice_made_since_is_not_told_as_what_the_model_saw(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    shell.ok("from sklearn.linear_model import LogisticRegression\nmodels = {}")
    shell.ok(
        "for left in (['a'], []):\n    models[str(left)] = LogisticRegression().fit(X[[*left, 'b']], y)\ncols = ['b']"
    )
    shell.ok(
        "cols = ['a', 'b']\nclf = LogisticRegression().fit(X.drop(columns=cols[:1]), y)\nclf.fit(X[cols], y)\ncols = ['b']"
    )
    shell.ok("%modelreg register clf churn")
    whole = told(run_of(reg), "data")["inputs"][0]
    assert whole["expression"] == "X[cols]"
    assert whole["changed"]["reason"] == "the model saw 40 × 2, and this is now 40 × 1"
    assert "digest" not in whole


def test_very_large_data_is_read_to_its_end_after_the_answer(
    shell: Shell, reg: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "BEFORE", 1)
    shell.ok("import numpy as np, pandas as pd\nX = pd.DataFrame({'a': np.arange(5 << 20)})\ny = X['a'][:3]")
    shell.ok(
        "class Big:\n    def fit(self, X):\n        return self\n    def predict(self, X): return X\nmodel = Big().fit(X)"
    )
    shell.ok("%modelreg register model churn")
    (use,) = run_of(reg).data
    # of the cell that trained some places are known only: that nothing else was changed since is not sure
    assert (use.digest, use.partial) == (fingerprint(shell.value("X")).digest, True)
    assert told(run_of(reg), "data")["inputs"][0]["changed"]["state"] == "sampled"


def test_large_data_that_was_compared_at_some_places_only_is_never_told_as_sure(shell: Shell, reg: Registry) -> None:
    shell.ok("import numpy as np\nfrom sklearn.linear_model import LinearRegression")
    shell.ok("big = np.zeros((800_000, 2))\nbig[:, 0] = np.arange(800_000) % 7\nfirst = big.copy()")
    shell.ok("model = LinearRegression().fit(big, big[:, 0])")
    assert "data 2 arrays (1 compared at some places only)" in shell.ok("%modelreg register model churn").text
    run_of(reg)
    assert re.search(r"churn:v0 +train \(very likely\) ", shell.ok("%modelreg versions data == big").text)
    assert "compared with what the fit saw at some places only" in shell.ok("%modelreg show churn:v0").text
    shell.ok("big[123_456, 1] = 9.0")
    assert "(1 perhaps changed since)" in shell.ok("%modelreg register model churn --new-version").text
    first, second = run_of(reg, "churn:v0"), run_of(reg, "churn:v1")
    assert [use.partial for use in first.data] == [True, False]
    assert second.data[0].digest is None
    assert "churn:v1" not in shell.ok("%modelreg versions data == big").text


def test_a_training_whose_data_was_not_found_is_told(fitted: Shell) -> None:
    fitted.ok("kept = dict(X=X, y=y)\nclf = LogisticRegression().fit(**kept)")
    assert "no data found (--data X keeps it)" in fitted.ok("%modelreg register clf churn").text
    assert "no data found" not in fitted.ok("%modelreg register clf given --data train=X").text
    fitted.ok("class Fit:\n    def fit(self, X): return self\nbare = Fit()")
    assert "no data found" not in fitted.ok("%modelreg register bare bare").text


def test_a_question_about_data_waits_for_what_is_still_captured(fitted: Shell, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    fitted.ok("X = pd.read_csv('t.csv')\ny = X['a']")
    fitted.ok("from sklearn.dummy import DummyRegressor\nclf = DummyRegressor().fit(X, y)")
    assert "churn:v0" in fitted.ok("%modelreg register clf churn --quiet\n%modelreg versions data == 't.csv'").text
    fitted.ok("%modelreg register clf other --quiet")
    assert "t.csv" in fitted.ok("%modelreg lineage other").text


def test_data_is_known_again_when_a_lost_catalog_is_rebuilt(fitted: Shell, reg: Registry, home: Path) -> None:
    fitted.ok("%modelreg log X data/train --kind dataset\n%modelreg register clf churn")
    before = run_of(reg)
    fitted.ok("%unload_ext modelreg")
    reg.close()
    for left in (home / "registry").glob("registry.db*"):
        left.unlink()
    shutil.rmtree(home / "registry" / "backups", ignore_errors=True)
    reg.check(rebuild=True)
    (run,) = reg.show("churn:v0").runs
    assert (run.data, run.inputs, run.params) == (before.data, ("data/train:v0",), before.params)
    assert [v.ref for v in reg.versions(None, "data == 'data/train:v0'")] == ["churn:v0"]


def test_show_says_where_metrics_come_from(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg register clf churn --eval X,y --metric mine=1")
    run_of(reg)
    text = fitted.ok("%modelreg show churn:v0").text
    assert "accuracy evaluated on X, y" in text
    assert "mine user" not in text


def test_what_was_chosen_once_is_compared_with_what_the_model_has_by_itself(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg register clf churn")
    fitted.ok("clf = LogisticRegression(C=3.0, tol=0.5).fit(X, y)\n%modelreg register clf churn")
    assert capturing.wait(Notebook.current(), 60)
    rows = {
        row.name: (row.values, row.differs)
        for row in reg.compare("churn:v0", "churn:v1").rows
        if row.section == "params"
    }
    assert rows == {"C": ((3.0, 3.0), False), "max_iter": ((200, 100), True), "tol": ((0.0001, 0.5), True)}


@pytest.mark.parametrize("name", ["models['rf']", "grid.best_estimator_", "holder.model"])
def test_models_that_are_no_variables_have_their_data(shell: Shell, reg: Registry, name: str) -> None:
    shell.ok(DATA)
    shell.ok(
        "from sklearn.linear_model import LogisticRegression\nfrom sklearn.model_selection import GridSearchCV\n"
        "from types import SimpleNamespace\nmodels = {'rf': LogisticRegression().fit(X, y)}\n"
        "grid = GridSearchCV(LogisticRegression(), {'C': [1, 2]}, cv=2).fit(X, y)\nholder = SimpleNamespace()\n"
        "holder.model = LogisticRegression()\nholder.model.fit(X, y)"
    )
    shell.ok(f"%modelreg register {name} churn")
    assert [(use.role, use.name) for use in run_of(reg).data] == [("train", "X"), ("target", "y")]


def test_a_training_in_a_cell_that_failed_afterwards_counts(shell: Shell, reg: Registry) -> None:
    shell.ok(DATA)
    assert not shell(f"{FIT}\n1 / 0").result.success
    shell.ok("%modelreg register clf churn")
    assert told(run_of(reg), "data")["inputs"][0]["changed"]["state"] == "unchanged"


def test_reloading_the_extension_forgets_no_training(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%reload_ext modelreg")
    fitted.ok("%modelreg register clf churn")
    assert told(run_of(reg), "data")["inputs"][0]["changed"]["state"] == "unchanged"


def test_only_cells_that_train_are_looked_at_and_no_data_is_kept_alive(shell: Shell) -> None:
    shell.ok(DATA)
    assert Notebook.current().log.watcher is None
    shell.ok(FIT)
    assert Notebook.current().log.watcher.last("X").shape == (40, 2)
    held = weakref.ref(shell.value("X"))
    shell.ok("del X, y")
    gc.collect()
    assert held() is None


def test_a_register_keeps_neither_model_nor_data_alive(fitted: Shell, reg: Registry) -> None:
    fitted.ok("%modelreg register clf churn")
    run_of(reg)
    held = [weakref.ref(fitted.value(name)) for name in ("clf", "X")]
    fitted.ok("del clf, X, y")
    gc.collect()
    assert [one() for one in held] == [None, None]
