"""What the log costs each cell: the events of the extension, called as IPython calls them, around nothing.

python benchmarks/hooks.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import report
import workload
from IPython.core.interactiveshell import InteractiveShell
from report import Result, Row
from traitlets.config import Config

if TYPE_CHECKING:
    import argparse

PLAIN: Final = "x = 1"
TRAINS: Final = "clf.fit(X, y);"
BAR: Final = 0.001
"""Seconds for each cell."""


def measure(given: argparse.Namespace) -> Result:
    """Return what the events take more than without the extension, for few and for many variables."""
    times = 20 if given.quick else 300
    result = Result(
        title="Hooks of each cell",
        how=f"Hooks: medians of {times} cells, less what IPython's own events take.",
    )
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    _add(result, shell, "hooks, a cell among few variables", PLAIN, times)
    shell.user_ns.update({f"name{number}": object() for number in range(5_000)})
    _add(result, shell, "hooks, a cell among 5,000 variables", PLAIN, times)
    shell.user_ns.update({f"frame{number}": pd.DataFrame({"a": range(100_000)}) for number in range(20)})
    _add(result, shell, "hooks, a cell among 5,000 variables and 20 frames", PLAIN, times)
    shell.user_ns["X"], shell.user_ns["y"] = workload.data()
    shell.user_ns["clf"] = workload.fitted()
    _add(result, shell, "hooks, a cell that fits a small model", TRAINS, times, bar=None)
    return result


def _add(result: Result, shell: InteractiveShell, work: str, cell: str, times: int, *, bar: float | None = BAR) -> None:
    ran = shell.run_cell(cell)
    ran.raise_error()
    if "modelreg" in shell.extension_manager.loaded:
        shell.extension_manager.unload_extension("modelreg")
    bare = report.median(_each(shell, ran, times))
    shell.extension_manager.load_extension("modelreg")
    took = _each(shell, ran, times)
    result.details[work] = {"with the extension": took, "without, median": bare}
    worst = report.figure(sorted(took)[-max(1, times // 20)] - bare, "ms")
    result.rows.append(Row(work=work, ours=report.median(took) - bare, bar=bar, note=f"worst twentieth {worst}"))


def _each(shell: InteractiveShell, ran: Any, times: int) -> list[float]:
    def events() -> None:
        shell.events.trigger("pre_run_cell", ran.info)
        shell.events.trigger("post_run_cell", ran)

    return list(report.timed(events, times))


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
