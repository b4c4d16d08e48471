"""What the log costs each cell: ``python benchmarks/hooks.py``.

The events of the extension are called as IPython calls them, around nothing, with few and with 5,000 variables.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Final

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

ROUNDS: Final = 300
BAR: Final = 1.0
"""Milliseconds for each cell."""


def cost(shell: InteractiveShell) -> tuple[float, float]:
    """Return the median and the worst twentieth of what both events take, in milliseconds."""
    times = []
    result = shell.run_cell("x = 1")
    for _ in range(ROUNDS):
        started = perf_counter()
        shell.events.trigger("pre_run_cell", result.info)
        shell.events.trigger("post_run_cell", result)
        times.append(1000 * (perf_counter() - started))
    return median(times), sorted(times)[-ROUNDS // 20]


def main() -> None:
    """Print what the events take with and without the extension."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    for many in (0, 5_000):
        shell.user_ns.update({f"name{n}": object() for n in range(many)})
        shell.extension_manager.unload_extension("modelreg")
        bare, _ = cost(shell)
        shell.extension_manager.load_extension("modelreg")
        typical, worst = cost(shell)
        print(
            f"{many:>5} variables: {typical - bare:.3f} ms a cell, worst twentieth {worst - bare:.3f} (bar {BAR:.0f})"
        )


if __name__ == "__main__":
    main()
