"""The benchmarks still run, at tiny sizes and without MLflow. Nothing is asserted about how long anything takes."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder in which one quick run of everything left its results."""
    folder = tmp_path_factory.mktemp("results")
    (folder / "home").mkdir()
    run(folder)
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
    assert len(results) + len(parts) == len(scripts) == 10


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
    (title,) = (title for title in results if "processes" in title)
    assert results[title]["rows"][0]["note"].startswith("6 of 6, gapless")


def test_the_panel_is_measured_in_a_browser(results):
    pytest.importorskip("playwright")  # where the tests of the browser run, so must this
    (title,) = (title for title in results if "panel" in title)
    assert len(results[title]["rows"]) == 13
    assert [row["bar"] for row in results[title]["rows"]].count(0.08) == 8
    messages = [sizes for side in results[title]["details"].values() for sizes in side["bytes"]["next page"]]
    assert all(max(sizes) > 1000 for sizes in messages)


def test_the_page_tells_the_machine_and_its_load(written):
    page = (written / "RESULTS.md").read_text(encoding="utf-8")
    assert "| processor |" in page
    assert page.count("Load average") == 6
    assert "/home/" not in page
    assert "/tmp/" not in page
