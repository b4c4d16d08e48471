"""Registering a small scikit-learn model: against ``joblib.dump`` (bare and flushed) and against MLflow.

python benchmarks/register.py --mlflow .venv-mlflow/bin/python

Every side works in fresh processes that take turns; the first registration of a process (imports included) and the
following ones are told apart. Each registration has params, metrics, a tag and an alias, and a model that changed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import report
from report import Result, Row

if TYPE_CHECKING:
    import argparse

OURS = ("joblib", "joblib+fsync", "modelreg", "notebook")
THEIRS = ("mlflow-given", "mlflow-default")
WORDS = {
    "joblib": "joblib.dump",
    "joblib+fsync": "joblib.dump + fsync",
    "mlflow-given": "MLflow, pip_requirements given",
    "mlflow-default": "MLflow",
}


def measure(given: argparse.Namespace) -> Result:
    """Return medians over all rounds."""
    rounds, times = (1, 2) if given.quick else (7, 9)
    sides = [*OURS, *(THEIRS if given.mlflow else ())]
    first: dict[str, list[float]] = {side: [] for side in sides}
    warm: dict[str, list[float]] = {side: [] for side in sides}
    modules: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder:
        for side in sides:  # the stores exist, and the files of the libraries are in memory
            _one(side, folder, given, 1)
        for turn in range(rounds):
            for side in sides[turn % len(sides) :] + sides[: turn % len(sides)]:
                one = _one(side, folder, given, min(times, 2) if side == "mlflow-default" else times)
                first[side].append(one["first"])
                warm[side] += one["warm"]
                modules[side] = one["modules"]
    middle = {name: {"first": report.median(first[name]), "warm": report.median(warm[name])} for name in sides}
    result = Result(
        title="Register a small scikit-learn model",
        how=(
            f"Medians of {rounds} fresh processes a side, which take turns, and of up to {times} more registrations in each. "
            "modelreg is durable (every file and the commit reach the disk); MLflow's artifacts and `joblib.dump` are not."
        ),
        details={"medians": middle, "modules imported by the first": modules, "first": first, "warm": warm},
    )
    result.rows = [*_warm_rows(middle), *_first_rows(middle)]
    if not given.mlflow:
        result.missing.append("MLflow (give --mlflow)")
    return result


def _one(side: str, folder: str, given: argparse.Namespace, times: int) -> dict[str, list[float]]:
    python = given.mlflow if side.startswith("mlflow") else sys.executable
    return report.side(python, "register", side, Path(folder) / side, "--times", times)


def _warm_rows(middle: dict[str, dict[str, float]]) -> list[Row]:
    bars = {
        ("modelreg", "joblib"): 10.0,
        ("modelreg", "mlflow-given"): 1 / 5,
    }  # the design's bars for the magic are for a register that captures code, data and environment: to come
    says = {"modelreg": "register, Python API", "notebook": "`%modelreg register`, to the answer"}
    return [
        Row(
            work=f"{says[ours]}; again in one process",
            ours=middle[ours]["warm"],
            theirs=middle[theirs]["warm"],
            against=WORDS[theirs],
            bar=bars.get((ours, theirs)),
        )
        for ours in says
        for theirs in WORDS
        if theirs in middle
    ]


def _first_rows(middle: dict[str, dict[str, float]]) -> list[Row]:
    return [
        Row(
            work="`%load_ext` and first `%modelreg register` of a kernel",
            ours=middle["notebook"]["first"],
            theirs=middle[theirs]["first"],
            against=WORDS[theirs],
            bar=1 / 10 if theirs.startswith("mlflow") else None,
        )
        for theirs in WORDS
        if theirs in middle
    ]


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
