"""How long the slice of a long session takes: the statements that made one object, out of everything that ran.

python benchmarks/slice.py
"""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING, Final

import report
from report import Result, Row

from modelreg.capture.slice import slice_log
from modelreg.notebook.execution import Execution

if TYPE_CHECKING:
    import argparse

FIRST: Final = """import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv('a.csv')
y = df.pop('y')
"""

CELL: Final = """df["c{n}"] = df["a"] * {n}
def scale{n}(values):
    return values * df["c{n}"]
for i in range(3):
    total = scale{n}(df["a"]) + i
clf = LogisticRegression(C={n} + 1).fit(df, y)
print(clf.score(df, y))
"""
BAR: Final = 0.1
"""Seconds at 200 cells."""


def measure(given: argparse.Namespace) -> Result:
    """Return the medians of sessions of 200 and 2,000 cells, and of one cell of 5,000 lines."""
    few, many, times = (20, 40, 1) if given.quick else (200, 2000, 9)
    result = Result(
        title=f"Slice of a session of {few} cells",
        how=f"Slice: medians of {times} ({times // 3 or 1} of the longer sessions), seconds of computing in one thread.",
    )
    cells = [CELL.format(n=n) for n in range(many - 1)]
    blocks = 5 * many // 14  # of seven lines each
    _add(result, f"slice, session of {few:,} cells", [FIRST, *cells[: few - 1]], times, BAR)
    _add(result, f"slice, session of {many:,} cells", [FIRST, *cells], times // 3 or 1)
    _add(result, f"slice, one cell of {7 * blocks + 4:,} lines", [FIRST + "".join(cells[:blocks])], times // 3 or 1)
    return result


def _add(result: Result, work: str, sources: list[str], times: int, bar: float | None = None) -> None:
    log = [Execution(source=source) for source in sources]
    took = []
    for _ in range(times):
        started = process_time()
        found = slice_log(log, "clf")
        took.append(process_time() - started)
    result.details[work] = took
    note = f"{len(found.kept):,} statements kept, {found.dropped:,} dropped"
    result.rows.append(Row(work=work, ours=report.median(took), bar=bar, note=note))


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
