"""What the first register and the first panel need is imported ahead, while the user goes on with the next cells.

``%load_ext`` itself imports nothing heavy; a thread does that once its cell has ended, so that nobody waits for it. Who asks
before the thread is through has it stop, and imports what an answer needs. An interrupt waits for the end of that: one that
Python delivers within an import can leave the lock of all imports taken, and then every thread that imports something hangs.
"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDED: Final = (
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
)
"""Modules with all that they import, which stand between a line and its answer."""
AHEAD: Final = (
    *NEEDED,
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
"""What is needed first before the rest."""
_BREATH: Final = 0.002
"""Seconds between two modules in which the user's cell has the interpreter to itself."""

_begun, _halted = threading.Event(), threading.Event()
_running: list[threading.Thread] = []
"""The thread, while it may be at work."""


def begin(_result: object = None) -> threading.Thread | None:
    """Start the thread, once in a process; return it, or None where it has been started or no thread can be."""
    if _begun.is_set():
        return None
    _begun.set()
    # no daemon: one that is stopped inside an extension module at the end of the process would take it down
    thread = threading.Thread(target=_import, args=(AHEAD,), name="modelreg imports ahead")
    try:
        thread.start()
    except RuntimeError:  # an interpreter without threads
        return None
    _running.append(thread)
    return thread


def finish() -> None:
    """Have what an answer needs imported, before the first line of a kernel is answered."""
    if _halted.is_set() and not _running:
        return
    _begun.set()
    _halted.set()
    for thread in tuple(_running):
        thread.join()
    with _undisturbed():
        for name in NEEDED:
            with suppress(Exception):  # whoever needs it is told
                import_module(name)
    _running.clear()


def _import(names: tuple[str, ...]) -> None:
    for name in names:
        if _halted.is_set() or not threading.main_thread().is_alive():
            return
        try:
            import_module(name)
        except Exception:  # noqa: BLE001  (whoever needs it is told)
            return
        time.sleep(_BREATH)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let an interrupt wait for the end of the block."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    heard: list[tuple[Any, ...]] = []
    signal.signal(signal.SIGINT, lambda *said: heard.append(said))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            before(*heard[0])
