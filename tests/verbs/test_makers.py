"""What is told of how a version was made stays what it was, whoever registers the same contents again."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import modelreg
from modelreg import views
from modelreg.catalog.create import DATABASE
from modelreg.errors import InvalidError, NotFoundError
from modelreg.notebook import Notebook
from modelreg.records import Run
from modelreg.verbs import kernels, makers

from .cells import Cells

MODEL = """
class Model:
    def fit(self, X, y):
        self.mean = sum(y) / len(y)
        return self
    def predict(self, X):
        return [self.mean for _ in X]
"""


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cells:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    made = Cells(tmp_path)
    made(MODEL)
    made("import pandas as pd\nX = pd.DataFrame({'a': [1.0, 2.0, 3.0]})\ny = [1.0, 0.0, 1.0]")
    made("clf = Model().fit(X, y)")
    made.register("clf")
    return made


def test_who_loads_a_model_and_registers_it_unchanged_changes_nothing_of_its_story(cells: Cells) -> None:
    before = cells.registry.show("churn:v0").surroundings
    cells("import modelreg\nreg = modelreg.connect()\nmine = reg.load('churn:v0', trust=True)")
    cells("X['a'] = 0.0")
    cells.registry.register(cells.names["mine"], "shared", variable="mine")
    cells.register("clf", "churn")
    assert len(cells.registry.show("churn:v0").runs) >= 3
    after = cells.registry.show("churn:v0").surroundings
    assert after == before
    if cells.registry.get("shared").content_id != cells.registry.get("churn").content_id:
        assert version("cloudpickle").startswith("3.0")  # a class of the notebook is another there once it was loaded
        cells.names["reg"].close()
        return
    with pytest.raises(InvalidError, match=r"only loads what was made as train/clf:v0: .*Try .*reproduce train/clf:v0"):
        cells.registry.reproduce("shared:v0", trust=True)
    assert cells.registry.code("churn:v0", what="session").data.count(b'"run-') == 3
    (use,) = (one for one in after.data if one.name == "X")
    assert use.state == "unchanged"
    cells.names["reg"].close()


def test_what_made_a_version_is_known_however_often_it_was_loaded_since(cells: Cells) -> None:
    for _ in range(60):
        other = modelreg.connect(notebook=Notebook())
        other.load("churn:v0", trust=True)
        other.close()
    shown = cells.registry.show("churn:v0")
    assert [run.kind for run in shown.runs].count("register") == 1
    assert shown.surroundings is not None
    assert cells.registry.code("churn:v0").cells


def test_code_that_trains_is_preferred_to_code_that_loads_and_that_to_none() -> None:
    def run(uid: str, code: object) -> Run:
        return Run(
            uid=uid, kind="register", at=0, actor="a", host="h", notebook="", variable="", message="",
            capture_state="complete", duration=0, capture={"code": code, "where": {"host": "h"}},
        )  # fmt: skip

    trains, loads, bare = {"cells": 3, "loads": False}, {"cells": 1, "loads": True}, {"cells": 0}
    newest_first = [run("again", trains), run("made", trains), run("loaded", loads), run("script", bare)]
    assert [one.uid for one in makers.first(newest_first)] == ["made", "again", "loaded", "script"]
    assert [one.uid for one in makers.first([run("odd", "what somebody wrote"), *newest_first])][-2:] == [
        "script",
        "odd",
    ]


def test_a_capture_that_nobody_goes_on_with_is_said_to_have_ended(cells: Cells) -> None:
    def cut(facts: dict) -> None:
        facts["pending"] = ["session", "environment"]

    cells.rewrite(cut)
    driver = sqlite3.connect(Path(cells.registry.location) / DATABASE)
    driver.execute("UPDATE runs SET capture_state = 'pending'")
    driver.commit()
    shown = cells.registry.show("churn:v0").surroundings
    assert (shown.state, shown.waiting) == ("pending", ("session", "environment"))
    driver.execute("UPDATE runs SET at = at - 360000000")
    driver.commit()
    driver.close()
    shown = cells.registry.show("churn:v0").surroundings
    assert (shown.state, shown.waiting) == ("partial", ())
    assert shown.errors == ("the kernel ended before session, environment could be captured",)


def test_a_capture_whose_kernel_is_gone_is_partial_at_once(cells: Cells) -> None:
    def cut(by: object) -> None:
        def edit(facts: dict) -> None:
            facts.update(pending=["session"], by=by)

        cells.rewrite(edit)
        driver = sqlite3.connect(Path(cells.registry.location) / DATABASE)
        driver.execute("UPDATE runs SET capture_state = 'pending'")
        driver.execute("DELETE FROM attachments WHERE name = 'session.ipynb'")
        driver.commit()
        driver.close()

    ended = subprocess.run(
        [sys.executable, "-c", "import json; from modelreg.verbs import kernels; print(json.dumps(kernels.mark()))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    gone = json.loads(ended.stdout)
    elsewhere = {**gone, "machine": "another"}
    reused = {**kernels.mark(), "begun": 1}
    for by in (kernels.mark(), elsewhere, None, "odd", {"pid": "1"}):
        cut(by)
        shown = cells.registry.show("churn:v0")
        assert (shown.surroundings.state, shown.runs[0].capture_state) == ("pending", "pending"), by
        assert "capture" not in repr(views.show(shown))
        assert "pending: session" in repr(views.show(shown, full=True))
    for by in (gone, reused):
        cut(by)
        shown = cells.registry.show("churn:v0")
        assert (shown.surroundings.state, shown.runs[0].capture_state) == ("partial", "partial")
        for text in (repr(views.show(shown)), repr(views.show(shown, full=True))):
            assert "capture partial: the kernel ended before session could be captured" in re.sub(" +", " ", text)
        with pytest.raises(NotFoundError, match=r"no session\.ipynb of churn:v0: the kernel ended before"):
            cells.registry.code("churn:v0", what="session")
