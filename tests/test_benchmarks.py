"""The benchmarks still run, at tiny sizes and without MLflow. Nothing is asserted about how long anything takes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder in which one quick run of everything left its results."""
    folder = tmp_path_factory.mktemp("results")
    line = [sys.executable, str(FOLDER / "run.py"), "--quick", "--to", str(folder)]
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def results(written):
    return {result["title"]: result for result in json.loads((written / "results.json").read_text())["results"]}


def test_every_script_is_part_of_the_run(results):
    scripts = {path.stem for path in FOLDER.glob("*.py") if "def measure(" in path.read_text(encoding="utf-8")}
    assert len(results) == len(scripts) == 5


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


def test_writers_lose_nothing(results):
    (title,) = (title for title in results if "processes" in title)
    assert results[title]["rows"][0]["note"].startswith("6 of 6, gapless")


def test_the_panel_is_measured_in_a_browser(results):
    pytest.importorskip("playwright")  # where the tests of the browser run, so must this
    (title,) = (title for title in results if "panel" in title)
    assert len(results[title]["rows"]) == 11
    messages = [sizes for side in results[title]["details"].values() for sizes in side["bytes"]["next page"]]
    assert all(max(sizes) > 1000 for sizes in messages)


def test_the_page_tells_the_machine_and_its_load(written):
    page = (written / "RESULTS.md").read_text(encoding="utf-8")
    assert "| processor |" in page
    assert page.count("Load average") == 5
    assert "/home/" not in page
    assert "/tmp/" not in page
