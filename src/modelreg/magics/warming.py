"""What the first register and the first panel need is imported ahead, while the user goes on with the next cells.

``%load_ext`` itself imports nothing heavy; a thread does that once its cell has ended, so that nobody waits for it. What
is asked for before the thread is through is imported by whoever asks, as without it.
"""

from __future__ import annotations

import threading
import time
from importlib import import_module
from typing import Final

AHEAD: Final = (
    "modelreg.registry",
    "modelreg.commands.dispatch",
    "modelreg.commands.register",
    "modelreg.commands.attach",
    "modelreg.commands.interrupt",
    "modelreg.commands.progress",
    "modelreg.commands.expressions",
    "modelreg.commands.objects",
    "modelreg.flavors.python",
    "modelreg.flavors.pickler",
    "pickletools",
    "tqdm.std",
    "modelreg.capture.slice",
    "modelreg.capture.where",
    "modelreg.capture.datasets",
    "modelreg.capture.data.frozen",
    "modelreg.capture.described",
    "modelreg.capture.model.estimator",
    "modelreg.capture.measured",
    "modelreg.capture.metrics.attributes",
    "modelreg.capture.metrics.calls",
    "modelreg.capture.metrics.logged",
    "modelreg.capture.repository",
    "modelreg.capture.git.state",
    "modelreg.capture.git.facts",
    "modelreg.capture.code",
    "modelreg.views",
    "modelreg.capture.training",
    "modelreg.capture.cells",
    "modelreg.capture.saved",
    "modelreg.capture.packages",
    "modelreg.capture.environment.closure",
    "modelreg.capture.environment.imports",
    "packaging.requirements",
    "modelreg.commands.browse",
    "modelreg.panels",
)
"""Modules with all that they import, what is needed first before the rest."""
_BREATH: Final = 0.002
"""Seconds between two modules in which the user's cell has the interpreter to itself."""

_begun = threading.Event()


def begin(_result: object = None) -> threading.Thread | None:
    """Start the thread, once in a process; return it, or None where it has been started or no thread can be."""
    if _begun.is_set():
        return None
    _begun.set()
    # no daemon: one that is stopped inside an extension module at the end of the process would take it down
    thread = threading.Thread(target=_import, name="modelreg imports ahead")
    try:
        thread.start()
    except RuntimeError:  # an interpreter without threads
        return None
    return thread


def _import() -> None:
    for name in AHEAD:
        if not threading.main_thread().is_alive():
            return
        try:
            import_module(name)
        except Exception:  # noqa: BLE001  (whoever needs it is told)
            return
        time.sleep(_BREATH)
