"""What surrounds a model is kept with its run: before the answer what is quick, the rest soon after, and never in the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg.notebook import Notebook
from modelreg.verbs import capturing

from .kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelreg.records import Run
    from modelreg.registry import Registry

    from .conftest import Shell

TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture
def reg() -> Iterator[Registry]:
    registry = modelreg.connect()
    yield registry
    registry.close()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working directory: a git repository with one commit."""
    monkeypatch.chdir(tmp_path)
    for line in ("init -q -b main", "add .", "commit -q --allow-empty -m first"):
        git(tmp_path, *line.split())
    return tmp_path


def git(place: Path, *words: str) -> str:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    line = ["git", "-C", str(place), *words]
    return subprocess.run(line, check=True, capture_output=True, text=True, env={**os.environ, **who}).stdout.strip()


def run_of(reg: Registry, ref: str = "churn:v0") -> Run:
    """Return the newest run of a version, once nothing is captured any more."""
    assert capturing.wait(Notebook.current(), 60)
    return reg.show(ref).runs[0]


def file(reg: Registry, run: Run, name: str) -> str:
    (found,) = (one for one in run.files if one.name == name)
    return reg._context.blobs.read(found.digest).decode()


def facts(run: Run) -> dict[str, Any]:
    assert run.capture is not None
    return dict(run.capture)


def test_the_slice_of_the_session_is_kept_and_runs_alone(shell: Shell, reg: Registry) -> None:
    shell.ok("depth = 3\nunrelated = 4")
    shell.ok("clf = Model(depth)")
    assert "3 cells" in shell.ok("%modelreg register clf churn").text
    run = run_of(reg)
    names: dict[str, Any] = {}
    exec(file(reg, run, "slice.py"), names)
    assert names["clf"].depth == 3
    assert "unrelated" not in names
    assert facts(run)["code"]["cells"] == 3


def test_everything_lands_and_the_run_is_complete(shell: Shell, reg: Registry, work: Path) -> None:
    shell.ok("%modelreg register clf churn")
    run = run_of(reg)
    told = facts(run)
    assert run.capture_state == "complete"
    assert (told["pending"], told["errors"]) == ([], [])
    assert told["git"]["commit"] == git(work, "rev-parse", "HEAD")
    assert told["environment"]["python"].startswith(f"{sys.version_info[0]}.{sys.version_info[1]}.")
    assert told["where"]["session"] == Notebook.current().session
    assert {one.name for one in run.files} == {"slice.py", "session.ipynb", "requirements.txt"}


def test_the_requirements_of_a_version_run_its_slice_and_load_its_model(shell: Shell, reg: Registry) -> None:
    pytest.importorskip("lightgbm")
    shell.ok("import pandas as pd; from lightgbm import LGBMRegressor")
    shell.ok("frame = pd.DataFrame({'a': range(40), 't': range(40)})")
    shell.ok("trees = LGBMRegressor(n_estimators=2, verbose=-1).fit(frame[['a']], frame['t'])")
    shell.ok("%modelreg register trees trees")
    run_of(reg, "trees:v0")
    lines = reg.environment("trees:v0").requirements.splitlines()
    assert {line.partition("==")[0] for line in lines} >= {"lightgbm", "scikit-learn", "pandas", "numpy"}
    assert [one.name for one in reg.environment("trees:v0").environment.direct] == ["lightgbm", "scikit-learn"]


def test_the_rest_lands_as_one_action_that_undo_leaves_alone(shell: Shell, reg: Registry) -> None:
    shell.ok("%modelreg register clf churn")
    run_of(reg)
    actions = [action for action in reg.history() if action.kind == "captured"]
    assert [action.sentence for action in actions] == ["capture of scratch/clf v0 complete"]
    assert "captured" not in {action.kind for action in reg.history("churn")}
    shell.ok("%modelreg undo")
    assert shell.versions() == 0


def test_the_session_is_kept_whole_with_what_failed(shell: Shell, reg: Registry) -> None:
    assert not shell("a = 1\n1 / 0").result.success
    shell.ok("%modelreg register clf churn")
    book = json.loads(file(reg, run_of(reg), "session.ipynb"))
    failed = next(cell for cell in book["cells"] if "1 / 0" in cell["source"])
    assert failed["metadata"]["modelreg"]["error"] == "ZeroDivisionError"
    assert failed["metadata"]["modelreg"]["failing_line"] == 2
    assert "register clf churn" in book["cells"][-1]["source"]


def test_an_error_of_syntax_makes_nothing_uncertain(shell: Shell, reg: Registry) -> None:
    assert not shell("b = = 2").result.success
    shell.ok("%modelreg register clf churn")
    assert facts(run_of(reg))["code"]["uncertain"] == []


def test_code_that_goes_on_with_a_loaded_model_runs_as_a_file(shell: Shell, reg: Registry, work: Path) -> None:
    shell.ok("%modelreg connect 'the registry'")
    shell.ok("first = {'weights': [1]}\n%modelreg register first churn")
    shell.ok("%modelreg load churn:v0 --as old")
    shell.ok("old['weights'].append(2)\n%modelreg register old churn")
    shell.ok("%modelreg checkout churn:v1 again")
    with (work / "again" / "slice.py").open("a") as code:
        code.write("print(old)\n")
    words = [sys.executable, "-m", "IPython", "--quick", "slice.py"]
    said = subprocess.run(words, cwd=work / "again", check=True, capture_output=True, text=True)
    assert "{'weights': [1, 2]}" in said.stdout, said.stderr


def test_what_stands_below_the_register_is_not_in_the_slice(shell: Shell, reg: Registry) -> None:
    shell.ok("clf = Model(5)\n%modelreg register clf churn\nclf = Model(6)")
    assert "Model(6)" not in file(reg, run_of(reg), "slice.py")


def test_python_captures_as_the_magic_does(shell: Shell, reg: Registry) -> None:
    shell.ok("import modelreg\nreg = modelreg.connect()\nclf = Model(7)")
    shell.ok("reg.register(clf, 'churn')\nreg.close()")
    run = run_of(reg)
    assert facts(run)["code"]["variable"] == "clf"
    assert "Model(7)" in file(reg, run, "slice.py")


def test_the_cell_that_registers_is_in_the_slice_of_a_cell_magic(shell: Shell, reg: Registry) -> None:
    shell.ok("%%modelreg register clf churn\nclf = Model(8)")
    assert "Model(8)" in file(reg, run_of(reg), "slice.py")


def test_secrets_are_taken_out_of_everything_and_listed(
    shell: Shell, reg: Registry, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_TOKEN", "odd-value-of-no-form")
    (work / "churn.ipynb").write_text(json.dumps({
        "cells": [{"cell_type": "code", "id": "c", "source": [f"t = '{TOKEN}'"], "metadata": {}, "execution_count": 1,
                   "outputs": [{"output_type": "stream", "name": "stdout", "text": [TOKEN, "\n"]}]}],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }))  # fmt: skip
    monkeypatch.setenv("JPY_SESSION_NAME", str(work / "churn.ipynb"))
    shell.ok(
        f"t = '{TOKEN}'\nclf.token = t\nplain = 'odd-value-of-no-form'\nclf.plain = plain\nclf.token = clf.plain = 0"
    )
    shell.ok("%modelreg register clf churn")
    run = run_of(reg)
    assert {one.name for one in run.files} >= {"slice.py", "session.ipynb", "notebook.ipynb"}
    for one in run.files:
        text = file(reg, run, one.name)
        assert TOKEN not in text
        assert "odd-value-of-no-form" not in text
    assert TOKEN not in json.dumps(facts(run))
    assert {"code", "session", "notebook"} <= {one["in"] for one in facts(run)["redactions"]}


def test_the_patch_and_the_modules_of_the_user_are_kept(shell: Shell, reg: Registry, work: Path) -> None:
    (work / "tracked.txt").write_text("before\n")
    git(work, "add", "tracked.txt")
    git(work, "commit", "-qm", "second")
    (work / "tracked.txt").write_text("after\n")
    (work / "mine_for_capture.py").write_text("DEPTH = 4\n")
    sys.path.insert(0, str(work))
    shell.ok("import mine_for_capture\nclf = Model(mine_for_capture.DEPTH)")
    shell.ok("%modelreg register clf churn")
    run = run_of(reg)
    sys.modules.pop("mine_for_capture")
    assert "+after" in file(reg, run, "git.patch")
    assert file(reg, run, "modules/mine_for_capture.py") == "DEPTH = 4\n"
    assert facts(run)["git"]["dirty"] is True


def test_captured_files_are_not_among_the_attachments(shell: Shell, reg: Registry, work: Path) -> None:
    (work / "own.txt").write_text("mine")
    shell.ok("%modelreg register clf churn --attach own.txt")
    run_of(reg)
    detail = reg.show("churn:v0")
    assert [one.name for one in detail.attachments] == ["own.txt"]
    assert [one.name for one in detail.runs[0].attachments] == ["own.txt"]


def test_housekeeping_knows_what_was_captured(shell: Shell, reg: Registry) -> None:
    shell.ok("%modelreg register clf churn")
    run = run_of(reg)
    assert "all is well" in shell.ok("%modelreg check --read-data").text
    lost = reg._context.blobs.path(run.files[0].digest)
    lost.unlink()
    assert "is missing" in shell.ok("%modelreg check").text


def test_what_was_captured_before_the_answer_survives_the_catalog(
    shell: Shell, reg: Registry, home: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "pkg").mkdir()
    (work / "pkg" / "mine_in_a_folder.py").write_text("DEPTH = 9\n")
    monkeypatch.syspath_prepend(str(work / "pkg"))
    monkeypatch.setattr(capturing, "PATIENCE", 60.0)  # what git tells comes before the answer, however busy the machine
    shell.ok("import mine_in_a_folder\nclf = Model(mine_in_a_folder.DEPTH)\n%modelreg register clf churn")
    run_of(reg)
    sys.modules.pop("mine_in_a_folder")
    shell.ok("%unload_ext modelreg")
    reg.close()
    for left in (home / "registry").glob("registry.db*"):
        left.unlink()
    shutil.rmtree(home / "registry" / "backups", ignore_errors=True)
    reg.check(rebuild=True)
    (run,) = reg.show("churn:v0").runs
    assert run.capture_state == "partial"
    assert "Model(mine_in_a_folder.DEPTH)" in file(reg, run, "slice.py")
    assert file(reg, run, "modules/pkg/mine_in_a_folder.py") == "DEPTH = 9\n"


def test_capture_off_keeps_nothing(shell: Shell, reg: Registry) -> None:
    shell.ok("%modelreg config capture off")
    assert "cell" not in shell.ok("%modelreg register clf churn").text
    run = run_of(reg)
    assert (run.capture, run.files, run.capture_state) == (None, (), "complete")


def test_plain_python_captures_nothing(reg: Registry) -> None:
    reg.register({"a": 1}, "churn")
    assert reg.show("churn:v0").runs[0].capture is None


def test_a_capture_that_fails_leaves_a_line_and_a_partial_run(
    shell: Shell, reg: Registry, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "churn.ipynb").write_text("no notebook at all")
    monkeypatch.setenv("JPY_SESSION_NAME", str(work / "churn.ipynb"))
    shell.ok("%modelreg register clf churn")
    run = run_of(reg)
    assert run.capture_state == "partial"
    assert facts(run)["errors"][0].startswith("notebook was not captured: JSONDecodeError")


def test_a_working_directory_that_is_gone_does_not_stop_a_register(
    shell: Shell, reg: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    shell.ok("%modelreg register clf churn")
    assert shell.versions() == 1


def test_registered_again_unchanged_the_new_run_has_a_capture_of_its_own(shell: Shell, reg: Registry) -> None:
    shell.ok("%modelreg register clf churn")
    shell.ok("%modelreg register clf churn")
    assert capturing.wait(Notebook.current(), 60)
    runs = reg.show("churn:v0").runs
    assert [run.capture_state for run in runs] == ["complete", "complete"]
    assert [facts(run)["code"]["of"] for run in runs] == [3, 2]


def test_a_kernel_that_ends_at_once_lets_the_rest_land(home: Path, reg: Registry) -> None:
    kept = {name: os.environ[name] for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "MODELREG_REGISTRY")}
    kernel = Kernel(kept, str(home))
    try:
        # a busy machine may need longer than anybody is made to wait
        kernel.ok("from modelreg.verbs import capturing\ncapturing.FAREWELL = 100.0")
        kernel.ok("import numpy as np, pandas as pd\nX = pd.DataFrame({'a': np.arange(40.0)})")
        kernel.ok("class Model:\n    def fit(self, X):\n        return self\nclf = Model().fit(X)")
        kernel.ok("%modelreg register clf churn")
        kernel.client.shutdown()
        kernel.manager.finish_shutdown(waittime=120)
        assert not kernel.manager.is_alive()
    finally:
        kernel.stop()
    run = reg.show("churn:v0").runs[0]
    told = facts(run)
    assert (run.capture_state, told["pending"], told["errors"]) == ("complete", [], [])
    assert told["data"]["inputs"][0]["profile"]["columns"][0]["max"] == 39.0
    assert told["where"]["kernel"] or told["where"]["session"]


def test_a_registry_that_is_moved_meanwhile_is_not_begun_anew(
    shell: Shell, reg: Registry, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = threading.Event()
    monkeypatch.setattr(capturing.Capturing, "_land", _after(begin, capturing.Capturing._land))
    shell.ok("clf = Model(4)\n%modelreg register clf churn")
    place = reg._context.catalog.place
    place.rename(home / "elsewhere")
    begin.set()
    assert capturing.wait(Notebook.current(), 60)
    assert not place.exists()


def _after(begin: threading.Event, do: Any) -> Any:
    def waits(*given: Any) -> None:
        assert begin.wait(60)
        do(*given)

    return waits
