"""Registering a small scikit-learn model: against ``joblib.dump`` (bare and flushed) and against MLflow.

python benchmarks/register.py --mlflow .venv-mlflow/bin/python

Every side works in fresh processes that take turns; the first registration of a process (imports included) and the
following ones are told apart. Each registration has params, metrics, a tag and an alias, and a model that changed. With
capture, the model is trained and registered in a notebook's session of twenty cells, in a repository (``session.py``).
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import report
import session
from report import Result, Row

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

OURS: Final = {
    "modelreg": "register, Python API, no capture",
    "off": "`%modelreg register`, capture off",
    "captured": "`%modelreg register`, full capture",
}
"""Side -> what it does."""
THEIRS: Final = {
    "joblib": "joblib.dump",
    "joblib+fsync": "joblib.dump + fsync",
    "mlflow-given": "MLflow, pip_requirements given",
    "mlflow-default": "MLflow",
}
AGAIN: Final = {
    ("modelreg", "joblib"): 10.0,
    ("modelreg", "joblib+fsync"): None,
    ("modelreg", "mlflow-given"): 1 / 5,
    ("modelreg", "mlflow-default"): None,
    ("off", "joblib"): None,
    ("off", "joblib+fsync"): None,
    ("off", "mlflow-given"): None,
    ("off", "mlflow-default"): None,
    ("captured", "mlflow-given"): 2.0,
    ("captured", "mlflow-default"): 1 / 20,
}
"""Ours and theirs -> the bar, once the kernel has registered before."""
FIRST: Final = {
    ("off", "mlflow-given"): None,
    ("off", "mlflow-default"): None,
    ("captured", "mlflow-given"): 1 / 10,
    ("captured", "mlflow-default"): 1 / 10,
}
"""The same for the first one of a kernel."""


@dataclass
class Took:
    """What the processes of one side measured."""

    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)
    """All that the last of them said."""

    def add(self, one: dict[str, Any]) -> None:
        """Take what one more process measured."""
        self.first.append(one["first"])
        self.warm += one["warm"]
        self.last = one


def measure(given: argparse.Namespace) -> Result:
    """Return medians over all rounds."""
    rounds, times = (1, 1) if given.quick else (5, 9)
    sides = [side for side in (*THEIRS, *OURS) if given.mlflow or not side.startswith("mlflow")]
    took = {side: Took() for side in sides}
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder:
        session.prepare(Path(folder) / "work")
        for side in () if given.quick else sides:  # the stores exist, and the files of the libraries are in memory
            _one(side, folder, given, 0)
        for turn in range(rounds):
            for side in sides[turn % len(sides) :] + sides[: turn % len(sides)]:
                took[side].add(_one(side, folder, given, 1 if side == "mlflow-default" else times))
    result = Result(
        title="Register a small scikit-learn model",
        how=(
            f"Medians of {rounds} fresh processes a side, which take turns, and of up to {times} more registrations in each. "
            "modelreg is durable (every file and the commit reach the disk); MLflow's artifacts and `joblib.dump` are not. "
            "`%modelreg` in a session of twenty cells in a repository, to the answer as it is shown; MLflow captures neither "
            "code nor data."
        ),
        details={side: {"first": one.first, "warm": one.warm, "last": one.last} for side, one in took.items()},
    )
    result.rows = list(_rows(took))
    if not given.mlflow:
        result.missing.append("MLflow (give --mlflow)")
    return result


def _one(side: str, folder: str, given: argparse.Namespace, times: int) -> dict[str, Any]:
    python = given.mlflow if side.startswith("mlflow") else sys.executable
    work = "session" if side in {"off", "captured"} else "register"
    return report.side(python, work, side, Path(folder) / side, "--times", times)


def _rows(took: dict[str, Took]) -> Iterator[Row]:
    warm = {side: report.median(one.warm) for side, one in took.items()}
    first = {side: report.median(one.first) for side, one in took.items()}
    notes = {"captured": session.told(took["captured"].last["captured"])}
    for (ours, theirs), bar in AGAIN.items():
        if theirs in took:
            yield _row(f"{OURS[ours]}; again in one process", warm, ours, theirs, bar, notes.get(ours, ""))
    yield _row("`%modelreg register`, full capture; again in one process", warm, "captured", "off", None, "")
    for (ours, theirs), bar in FIRST.items():
        if theirs in took:
            work = f"`%load_ext` and first {OURS[ours]} of a kernel"
            yield _row(work, first, ours, theirs, bar, "")


def _row(work: str, middle: dict[str, float], ours: str, theirs: str, bar: float | None, note: str) -> Row:
    against = THEIRS.get(theirs) or "capture off"
    return Row(work=work, ours=middle[ours], theirs=middle[theirs], against=against, bar=bar, note=note)


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
