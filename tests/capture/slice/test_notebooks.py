"""Each notebook is run in a real shell and sliced; the slice, alone in a fresh process, must predict the same."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.txt"))
LIBRARIES = """numpy pandas IPython matplotlib.pyplot sklearn sklearn.linear_model sklearn.ensemble sklearn.pipeline
sklearn.compose sklearn.model_selection sklearn.datasets sklearn.preprocessing sklearn.svm sklearn.neighbors
sklearn.neural_network sklearn.cluster sklearn.decomposition sklearn.impute torch torch._dynamo xgboost lightgbm joblib""".split()  # noqa: SIM905

INEXACT = {"unseeded": "which nothing seeded"}
"""Notebooks whose slice cannot predict the same, and the doubt that must say so."""


@pytest.fixture(scope="module")
def results():
    """What became of each notebook; all run in one batch, since the libraries take longest."""
    jobs = [{"name": one.stem, "text": one.read_text(encoding="utf-8")} for one in NOTEBOOKS]
    given = json.dumps({"preload": LIBRARIES, "jobs": jobs})
    environment = dict(os.environ, OMP_NUM_THREADS="1", MPLBACKEND="Agg")
    worker = [sys.executable, str(Path(__file__).with_name("worker.py"))]
    done = subprocess.run(worker, input=given, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return {one["name"]: one for one in json.loads(done.stdout)}


@pytest.mark.parametrize("name", [one.stem for one in NOTEBOOKS])
def test_slice_alone_predicts_the_same_or_says_that_it_may_not(results, name):
    found = results[name]
    assert found["ran"], found["error"]
    doubts = " ".join(reason for reason, _place in found["uncertain"])
    if name in INEXACT:
        assert INEXACT[name] in doubts
    else:
        assert found["equal"], found["source"] + found["error"]
        assert not found["outside"]


@pytest.mark.parametrize("name", [one.stem for one in NOTEBOOKS])
def test_slice_leaves_out_what_the_model_does_not_need(results, name):
    found = results[name]
    assert "unrelated" not in found["source"]
    assert found["dropped"] > 0


def test_nearly_all_slices_predict_the_same_and_are_short(results):
    found = [one for one in results.values() if one["ran"]]
    equal = sum(one["equal"] for one in found) / len(found)
    honest = sum(bool(one["equal"] or one["uncertain"]) for one in found) / len(found)
    share = statistics.median(one["share"] for one in found)
    print(f"{len(found)} notebooks: {equal:.1%} equal, {honest:.1%} equal or uncertain, {share:.0%} of the lines kept")
    assert equal >= 0.95
    assert honest == 1.0
    # these notebooks are short, and little in them is about anything but the model
    assert share <= 0.75
