"""What capture takes, part by part: of a small session, and of a large frame, repository and log.

python benchmarks/capture.py

Each part is a script of its own too (``slice.py``, ``hooks.py``, ``fingerprint.py``, ``repository.py``), and runs in a fresh
process. How a register with capture compares with MLflow's is in ``register.py``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import report
import session
from report import Result, Row

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

PARTS: Final = ("slice", "hooks", "fingerprint", "repository")
WHEN: Final = {
    "quick": "before the answer",
    "beside": "beside the register, which waits for it a little",
    "late": "after the answer",
}


def measure(given: argparse.Namespace) -> Result:
    """Return the rows of all parts."""
    times = 2 if given.quick else 15
    result = Result(
        title="Capture",
        how=f"Parts of a register: medians of {times} in one kernel, in a repository of 40 files with a change.",
        missing=["MLflow captures none of this"],
    )
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder:
        session.prepare(Path(folder) / "work")
        one = report.side(sys.executable, "session", "captured", Path(folder) / "registry", "--times", times)
    result.rows += _parts(one)
    result.details["register"] = one
    for name in PARTS:
        part = report.script(name, given)
        result.how += f" {part.how}"
        result.rows += part.rows
        result.details[name] = part.details
    return result


def _parts(one: dict[str, Any]) -> Iterator[Row]:
    from modelreg.capture import KINDS

    for name, took in one["parts"].items():
        when = "late" if name.endswith(session.REST) else KINDS[name].when
        note = f"{WHEN[when]}; {report.figure(report.median(took['computing']), 'ms')} of computing"
        yield Row(work=f"{name}, small session", ours=report.median(took["seconds"]), note=note)
    yield Row(
        work="all that is left after the answer, until it is in the registry",
        ours=report.median(one["late"]),
        note=f"{report.figure(one['first late'], 'ms')} after the first of a kernel; {session.told(one['captured'])}",
    )


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
