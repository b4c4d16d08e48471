"""The benchmarks still run, at tiny sizes and without other registries. Nothing is asserted about how long anything takes."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"
OWN = ("load_ext", "register", "capture", "lists", "writers", "panel")
LARGE = "W4: an object that holds one array (scale: tiny)"
WRITERS = "W10: processes that write into one model (scale: tiny)"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder in which one quick run left its results, with two workloads and few of the sides that take part in them.

    Where the environment of pins should be, there is a Python without it.
    """
    folder = tmp_path_factory.mktemp("results")
    (folder / "home").mkdir()
    (folder / ".venv-pins" / "bin").mkdir(parents=True)
    (folder / ".venv-pins" / "bin" / "python").symlink_to(sys.executable)
    run(folder, "--only", *OWN, "W4", "W10", "--peers", "raw", "pins", "mlflow", "--environments", str(folder))
    return folder


def run(folder, *words):
    """Run the benchmarks at tiny sizes."""
    homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "IPYTHONDIR"), str(folder / "home"))
    line = [sys.executable, str(FOLDER / "run.py"), "--quick", "--to", str(folder), *words]
    done = subprocess.run(line, check=False, capture_output=True, text=True, env={**os.environ, **homes})
    assert done.returncode == 0, done.stderr


@pytest.fixture
def results(written):
    return {result["title"]: result for result in json.loads((written / "results.json").read_text())["results"]}


def test_every_script_is_part_of_the_run(results):
    scripts = {path.stem for path in FOLDER.glob("*.py") if "def measure(" in path.read_text(encoding="utf-8")}
    parts = [name for name in results["Capture"]["details"] if name in scripts - {"register"}]
    assert len(OWN) + len(parts) + len(["peers"]) == len(scripts) == 11
    assert len(results) == len(OWN) + len([LARGE, WRITERS])


def test_every_row_has_a_figure_and_its_ratio(results):
    rows = [row for result in results.values() for row in result["rows"]]
    assert len(rows) > 12
    assert all(row["ours"] > 0 for row in rows)
    assert all(row["ratio"] == pytest.approx(row["ours"] / row["theirs"]) for row in rows if row["theirs"])


def test_what_was_left_out_is_said(results):
    assert all(any("MLflow" in words for words in result["missing"]) for result in results.values())


def test_the_extension_imports_nothing_heavy(results):
    modules = set(results["Load the extension"]["details"]["modules"])
    assert "modelreg.magics" in modules
    assert not modules & {"sqlalchemy", "pandas", "numpy", "ipywidgets"}


def test_what_is_measured_alone_leaves_the_other_results_as_they_are(written, tmp_path):
    before = json.loads((written / "results.json").read_text(encoding="utf-8"))["results"]
    shutil.copy(written / "results.json", tmp_path)
    run(tmp_path, "--only", "load_ext")
    after = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["results"]
    assert [one["name"] for one in after] == [one["name"] for one in before]
    assert after[0]["details"]["seconds"] != before[0]["details"]["seconds"]
    assert after[1:] == before[1:]
    assert (tmp_path / "RESULTS.md").read_text(encoding="utf-8").count("Load average") == len(before)


def test_python_may_keep_what_it_compiles_while_it_is_timed(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("HOME", "before")
    spec = importlib.util.spec_from_file_location("report", FOLDER / "report.py")
    report = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "report", report)  # its dataclasses look themselves up
    spec.loader.exec_module(report)
    with report.home():
        assert "PYTHONDONTWRITEBYTECODE" not in os.environ
        assert Path(os.environ["HOME"]).name == "home"
    assert os.environ["PYTHONDONTWRITEBYTECODE"] == "1"
    assert os.environ["HOME"] == "before"


def test_nothing_is_left_in_the_home_of_the_user(written):
    assert list((written / "home").iterdir()) == []


def test_the_session_that_is_timed_captures_all_there_is(results):
    for session in (results["Capture"]["details"]["register"], _last(results, "captured")):
        assert session["captured"]["state"] == "complete"
        assert session["captured"]["errors"] == []
        everything = {"where", "data", "model", "git", "code", "session", "notebook", "environment"}
        assert everything <= set(session["captured"]["kinds"])
    assert _last(results, "off")["captured"]["kinds"] == []


def test_every_part_of_a_capture_has_a_row_with_its_time(results):
    works = [row["work"] for row in results["Capture"]["rows"]]
    for part in (
        *results["Capture"]["details"]["register"]["parts"],
        "slice",
        "hooks",
        "fingerprint",
        "git, 300 files",
    ):
        assert any(work.startswith(part) for work in works), part


def test_the_bars_of_the_capture_are_held_against_their_figures(results):
    bars = {row["work"]: row["bar"] for row in results["Capture"]["rows"] if row["bar"] is not None}
    assert {work.partition(",")[0] for work in bars} == {"slice", "hooks", "fingerprint"}
    assert all(row["holds"] in {True, False} for row in results["Capture"]["rows"] if row["work"] in bars)


def _last(results, side):
    return results["Register a small scikit-learn model"]["details"][side]["last"]


def test_writers_lose_nothing(results):
    (title,) = (title for title in results if "processes ×" in title)
    assert results[title]["rows"][0]["note"].startswith("6 of 6, gapless")


def test_the_panel_is_measured_in_a_browser(results):
    pytest.importorskip("playwright")  # where the tests of the browser run, so must this
    (title,) = (title for title in results if "panel" in title)
    assert len(results[title]["rows"]) == 13
    assert [row["bar"] for row in results[title]["rows"]].count(0.08) == 8
    messages = [sizes for side in results[title]["details"].values() for sizes in side["bytes"]["next page"]]
    assert all(max(sizes) > 1000 for sizes in messages)


def test_each_side_of_a_workload_has_a_line_with_its_figures(results):
    ((head, ours, raw, _),) = results[LARGE]["tables"]
    assert head[1:3] == ["register", "modelreg / it"]
    assert ours[0].startswith("modelreg")
    assert raw[0] == "bare bytes, one file"
    assert all(" ms" in line[1] for line in (ours, raw))
    assert not any(line[-1] for line in (ours, raw)), "nothing failed"


def test_a_side_that_fails_is_a_line_that_says_so(results):
    for title in (LARGE, WRITERS):
        (line,) = (line for line in results[title]["tables"][0] if line[0] == "pins")
        assert "failed: `ModuleNotFoundError" in line[-1]


def test_what_was_registered_comes_back_in_a_fresh_process(results):
    (loaded,) = results[LARGE]["details"]["found"]["modelreg"]["loaded"]
    assert loaded["same"] is True
    assert len(loaded["warm"]) == 3


def test_the_goals_of_contents_are_held_against_the_bytes_alone(results):
    bars = {row["work"]: row["bar"] for row in results[LARGE]["rows"]}
    assert bars["register, durable"] == 1.25
    assert bars["register, the same again"] == 0.5
    assert len(bars) == 5, "what nobody has measured, registering without a flush, has no row"
    assert all(row["holds"] in {True, False} for row in results[LARGE]["rows"])


def test_processes_that_write_into_one_model_keep_what_they_were_told_to(results):
    (line,) = (line for line in results[WRITERS]["tables"][0] if line[0].startswith("modelreg"))
    assert line[4:8] == ["4", "0", "6 unique", "6 of 6"]


def test_a_side_measured_alone_joins_those_that_were_there(written, tmp_path):
    shutil.copy(written / "results.json", tmp_path)
    run(tmp_path, "--workload", "W4", "--peers", "pickle")
    every = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["results"]
    (result,) = (one for one in every if one["name"] == "W4")
    found = result["details"]["found"]
    assert list(found) == ["modelreg", "raw", "pickle", "pins"]
    before = json.loads((written / "results.json").read_text(encoding="utf-8"))["results"]
    assert found["raw"] == next(one for one in before if one["name"] == "W4")["details"]["found"]["raw"]
    words = [line[0] for line in result["tables"][0]]
    assert [" UTC)" in word for word in words] == [False, False, True, False, True], "what is older says of when it is"


def test_a_side_that_takes_too_long_is_stopped_and_says_so(tmp_path):
    code = f"""
import argparse, pathlib, sys
sys.path.insert(0, {str(FOLDER)!r})
import lines, peers
peers.QUICK_LIMIT = 0.0
given = argparse.Namespace(scale="tiny", environments=None)
turn = peers.Turn(key="W4", name="raw", place=pathlib.Path({str(tmp_path)!r}), given=given)
told = turn.run("register", times=1, raw=False)
print(lines._note(told))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "stopped after 0 s\n"


def test_the_page_tells_the_machine_and_its_load(written):
    page = (written / "RESULTS.md").read_text(encoding="utf-8")
    assert "| processor |" in page
    assert page.count("Load average") == len(OWN) + 2
    assert "/home/" not in page
    assert "/tmp/" not in page
