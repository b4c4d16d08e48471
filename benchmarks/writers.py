"""Eight processes that register fifty models each into one registered model, beginning at the same instant.

python benchmarks/writers.py --mlflow .venv-mlflow/bin/python

modelreg's registry does not exist yet when they begin; MLflow's store does, for it is made by its first process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import report
import workload
from report import Result, Row

import modelreg

if TYPE_CHECKING:
    import argparse


def measure(given: argparse.Namespace) -> Result:
    """Return registrations a second, for eight processes and for one."""
    processes, times = (2, 3) if given.quick else (8, 50)
    result = Result(
        title=f"{processes} processes × {times} registrations into one registered model",
        how="Registrations a second from the common start to the last answer, imports not counted.",
    )
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder:
        place = Path(folder) / "registry"
        many = _race(sys.executable, "modelreg", place, processes, times)
        one = _race(sys.executable, "modelreg", Path(folder) / "alone", 1, times)
        numbers = _numbers(place)
        whole = numbers == list(range(processes * times))
        theirs = None
        if given.mlflow:
            store = Path(folder) / "mlflow"
            report.side(given.mlflow, "register", "mlflow-given", store, "--times", 0)
            theirs = _race(given.mlflow, "mlflow-given", store, processes, times)
    result.details = {"modelreg": many, "modelreg, one process": one, "mlflow": theirs}
    said = f"{len(numbers)} of {processes * times}, {'gapless' if whole else 'with gaps'}"
    if theirs is not None:
        result.rows.append(
            Row(
                work=f"{processes} processes, new registry", ours=many["rate"], theirs=theirs["rate"], unit="/s", bar=10.0,
                more=True, against="MLflow, pip_requirements given", note=f"{said}; MLflow {theirs['done']} of {theirs['asked']}",
            )
        )  # fmt: skip
    else:
        result.missing.append("MLflow (give --mlflow)")
    result.rows.append(
        Row(
            work=f"{processes} processes, new registry", ours=many["rate"], theirs=one["rate"], unit="/s",
            against="one process alone", note=said,
        )
    )  # fmt: skip
    return result


def _race(python: str, side: str, place: Path, processes: int, times: int) -> dict[str, Any]:
    """Start writers, which begin together once all have imported what they need."""
    begin = time.time() + (2.0 + 1.5 * processes if side.startswith("mlflow") else 1.0 + 1.0 * processes)
    writers = [
        report.start(python, "write", side, place, "--times", times, "--start", begin, "--who", who)
        for who in range(processes)
    ]
    done = [report.read(writer, side) for writer in writers]
    failed = [text for one in done for text in one["failed"]]
    took = max(one["ended"] for one in done) - min(one["began"] for one in done)
    count = processes * times - len(failed)
    late = max(one["late"] for one in done)
    return {
        "rate": count / took, "seconds": took, "done": count, "asked": processes * times, "failed": failed[:3],
        "latest start": late,
    }  # fmt: skip


def _numbers(place: Path) -> list[int]:
    """Return the numbers of all versions, oldest first."""
    registry = modelreg.connect(place)
    page = registry.versions(workload.NAME, limit=1000)
    return sorted(version.number for version in page)


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
