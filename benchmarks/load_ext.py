"""What ``%load_ext modelreg`` costs in a kernel, and what it imports; beside ``import mlflow``.

python benchmarks/load_ext.py --mlflow .venv-mlflow/bin/python
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import report
from report import Result, Row

if TYPE_CHECKING:
    import argparse

HEAVY = ("sqlalchemy", "alembic", "pandas", "numpy", "ipywidgets", "anywidget", "pyarrow", "torch", "sklearn")
EXTENSION = """
import json, sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
started = time.perf_counter()
shell.run_line_magic("load_ext", "modelreg")
took = time.perf_counter() - started
print(json.dumps({"seconds": took, "modules": sorted(set(sys.modules) - before)}))
"""
PEER = """
import json, sys, time
import numpy, sklearn
before = set(sys.modules)
started = time.perf_counter()
import mlflow
took = time.perf_counter() - started
print(json.dumps({"seconds": took, "modules": sorted(set(sys.modules) - before)}))
"""


def measure(given: argparse.Namespace) -> Result:
    """Return the median time over fresh processes, and the modules."""
    times = 2 if given.quick else 11
    ours, theirs = [], []
    for _ in range(times):
        ours.append(_fresh(sys.executable, EXTENSION))
        if given.mlflow:
            theirs.append(_fresh(given.mlflow, PEER))
    took, modules = report.median(one["seconds"] for one in ours), ours[0]["modules"]
    heavy = ", ".join(name for name in HEAVY if name in modules) or "none"
    result = Result(
        title="Load the extension",
        how=f"Medians of {times} fresh processes.",
        rows=[
            Row(work="`%load_ext modelreg`", ours=took, bar=0.1, against="IPython imported before"),
            Row(work="modules that it imports", ours=len(modules), unit="", note=f"of {', '.join(HEAVY)}: {heavy}"),
        ],
        details={"seconds": [one["seconds"] for one in ours], "modules": modules},
    )  # fmt: skip
    if theirs:
        peer = report.median(one["seconds"] for one in theirs)
        result.rows.append(
            Row(
                work="`%load_ext modelreg`",
                ours=took,
                theirs=peer,
                against="`import mlflow`, scikit-learn imported before",
            )
        )
        result.rows.append(
            Row(work="modules", ours=len(modules), theirs=len(theirs[0]["modules"]), unit="", against="`import mlflow`")
        )
    else:
        result.missing.append("MLflow (give --mlflow)")
    return result


def _fresh(python: str, code: str) -> dict[str, Any]:
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
