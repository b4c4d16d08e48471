"""One side doing one part of one workload, in a process of its own; each line that it prints is JSON, the last one holds.

    python benchmarks/peer/process.py files W1 register PLACE --option joblib
    .venv-pins/bin/python benchmarks/peer/process.py pins W6 rate PLACE --scale small

``peers.py`` starts this with the Python of each library's environment. What the libraries print goes to the other stream.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import work
import workloads
from side import AbsentError
from sizes import SIZES


def main() -> None:
    """Do the part that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("side", help="files, modelreg, mlflow, …: a module with_… beside this file")
    parser.add_argument("workload", choices=list(workloads.WORKLOADS))
    parser.add_argument("stage", choices=list(work.STAGES))
    parser.add_argument("place", type=Path)
    parser.add_argument("--option", default="", help="which way of the side")
    parser.add_argument("--scale", choices=list(SIZES), default="tiny")
    parser.add_argument("--with", dest="more", type=json.loads, default={}, help="what else the stage takes, as JSON")
    given = parser.parse_args()
    tell = _teller()
    warnings.simplefilter("ignore")
    module, size = importlib.import_module(f"with_{given.side}"), SIZES[given.scale]
    task = work.Task(
        load=workloads.WORKLOADS[given.workload], size=size, open_side=lambda: module.open_side(given.place, given.option),
        place=given.place, tell=tell,
    )  # fmt: skip
    try:
        given.place.mkdir(parents=True, exist_ok=True)
        work.STAGES[given.stage](task, **given.more)
    except AbsentError as absent:
        tell({"absent": str(absent)})
    except Exception as error:  # noqa: BLE001  (that a library fails is a result)
        import traceback

        traceback.print_exc()
        tell({"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]})
    sys.stderr.flush()
    os._exit(0)  # no library has a say in how long it takes to end


def _teller() -> Any:
    """Return what prints a line of results; everything else that is printed, also by libraries in C, goes to stderr."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sofar: dict[str, Any] = {}

    def tell(found: dict[str, Any]) -> None:
        sofar.update(found)
        print(json.dumps(sofar), file=out, flush=True)

    return tell


if __name__ == "__main__":
    main()
