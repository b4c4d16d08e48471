"""The events of cells, written into the notebook's log: nothing is shown, nothing is read or written on disk.

The work of an event is copying strings and comparing identities; nothing that it meets may reach the cell.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from modelreg.notebook.execution import Execution
from modelreg.notebook.watching import may_train

if TYPE_CHECKING:
    from collections.abc import Hashable
    from types import TracebackType

    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from modelreg.notebook.log import Log

_RUNNER: Final = "run_code"
"""The function of IPython that calls the code of a cell."""
_LOADING: Final = "loading"
"""Stands for the cell that loads the extension, whose beginning came without an event."""
_DEEPEST: Final = 20_000


class Hooks:
    """Fills the log of one shell."""

    def __init__(self, shell: InteractiveShell, log: Log) -> None:
        self._shell = shell
        self._log = log

    def start(self) -> None:
        """Take over what ran before, and the cell that runs now."""
        log = self._log
        log.transform, log.where = self._shell.transform_cell, self._lines
        try:
            from modelreg import settings

            log.on = settings.read()["capture"] == "on"
        except Exception:  # noqa: BLE001  (a config file that cannot be read is said by the commands, not by the load)
            log.on = True
        if log.on:
            self._catch_up()

    def before(self, info: ExecutionInfo) -> None:
        """Note that a cell begins."""
        if not self._log.on:
            return
        try:
            # the history gets the cell only when it runs, under the number that is the length before
            told = getattr(self._shell.history_manager, "input_hist_raw", None) if info.store_history else None
            self._log.begin(id(info), _entry(info, count=len(told) if told else None), self._shell.user_ns.copy())
        except Exception:  # noqa: BLE001  (no cell may notice that it is watched)
            self._log.drop(id(info))

    def after(self, result: ExecutionResult | None) -> None:
        """Note that a cell ended, and how."""
        info = getattr(result, "info", None)
        if result is None or info is None or not (info.raw_cell or "").strip():
            return
        key: Hashable = id(info)
        try:
            if self._log.on:
                key = key if self._log.knows(key) else _LOADING
                fault = result.error_before_exec or result.error_in_exec
                line = None if fault is None else 0 if result.error_before_exec else self._failing(fault.__traceback__)
                error = None if fault is None else type(fault).__name__
                count = result.execution_count if info.store_history else None
                entry = _entry(info, count=count, ok=fault is None, error=error, failing_line=line)
                self._log.end(key, entry, self._shell.user_ns.copy())
                self._watch(entry)
        except KeyboardInterrupt:
            self._log.drop(key)
            raise
        except BaseException:  # noqa: BLE001  (the same, and the user's code may ask to exit)
            self._log.drop(key)

    def _watch(self, entry: Execution) -> None:
        """Look at the data of a cell that trained."""
        watcher = self._log.watcher
        if not (may_train(entry.code) if watcher is None else watcher.trains(entry.code)):
            return
        if watcher is None:
            from modelreg.capture.data import Watcher

            watcher = self._log.watcher = Watcher()
        # the entry as the log keeps it, by which the watcher knows how far it has read; what still runs comes later
        ended = [one for one in self._log.executions() if not one.running]
        watcher.note(ended[-1], self._shell.user_ns, ended)

    def _catch_up(self) -> None:
        try:
            told = getattr(self._shell.history_manager, "input_hist_raw", None) or [""]
            earlier = list(enumerate(told))[1:]
            if earlier and self._lines():
                count, source = earlier.pop()  # the cell that runs now
                if not self._log.busy:
                    self._log.begin(_LOADING, Execution(source=source, count=count), self._shell.user_ns.copy())
            self._log.remember(earlier)
        except Exception:  # noqa: BLE001  (without a history the log begins here)
            self._log.drop(_LOADING)

    def _lines(self) -> tuple[int, ...]:
        """Return the lines at which the running cells stand, the innermost first."""
        found = []
        frame: Any = sys._getframe()  # noqa: SLF001  (the one way to know how far a running cell has come)
        for _ in range(_DEEPEST):
            above = frame.f_back
            if above is None:
                break
            if above.f_code.co_name == _RUNNER and frame.f_globals is self._shell.user_global_ns:
                found.append(frame.f_lineno)
            frame = above
        return tuple(found)

    def _failing(self, traceback: TracebackType | None) -> int | None:
        """Return the line of the cell that failed: that of its own frame, whatever it called."""
        while traceback is not None:
            if traceback.tb_frame.f_globals is self._shell.user_global_ns:
                return traceback.tb_lineno
            traceback = traceback.tb_next
        return None


def _entry(info: ExecutionInfo, **more: Any) -> Execution:
    # older IPython tells neither what it made of the cell nor which cell it was
    return Execution(
        source=info.raw_cell or "",
        transformed=getattr(info, "transformed_cell", None) or "",
        cell_id=getattr(info, "cell_id", None),
        **more,
    )
