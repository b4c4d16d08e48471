"""``%%modelreg register …`` on top of a cell: the cell runs as any cell, and what it made is registered afterwards.

The line becomes a comment before Python sees the cell, so that line numbers, ``Out[n]``, ``In[n]`` and top-level
``await`` stay what they are; running the cell inside a magic would lose all of these.
"""

from __future__ import annotations

import re
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from IPython.core.error import UsageError

from modelreg.magics.adapter import NAME
from modelreg.magics.outputs import Outputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from modelreg.magics.adapter import Adapter

_LINE: Final = re.compile(rf"%%{NAME}(?=\s|$)(.*)", re.DOTALL)
_AROUND: Final = re.compile(r"%%(time|timeit|prun)\b")
"""Cell magics that run the rest of the cell as IPython would; ``%%capture`` makes a cell of its own of it."""
COMMANDS: Final = ("register", "log")
"""The commands that go on top of a cell."""


def comment_out(lines: list[str]) -> list[str]:
    """Return the lines of a cell with a first ``%%modelreg`` as a comment; above another cell magic it goes to the end.

    Pure: IPython also calls it to find out whether a cell is complete.
    """
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None or not _LINE.match(lines[first]):
        return lines
    comment = "# " + lines[first]
    rest = lines[first + 1 :]
    following = next((line for line in rest if line.strip()), "")
    if not following.startswith("%%"):
        return [*lines[:first], comment, *rest]
    body = rest[next(at for at, line in enumerate(rest) if line.strip()) :]
    ending = "" if body[-1].endswith("\n") else "\n"
    return [*body[:-1], body[-1] + ending, comment]


def line_of(lines: Iterable[str]) -> str | None:
    """Return what stands after ``%%modelreg`` on top of a cell, or right below ``%%time``; None where it stands nowhere."""
    for line in lines:
        found = _LINE.match(line)
        if found is not None:
            return found[1].strip()
        if line.strip() and not _AROUND.match(line):
            return None
    return None


class Cells:
    """Registers what cells make."""

    def __init__(self, shell: InteractiveShell, adapter: Adapter) -> None:
        self._shell = shell
        self._adapter = adapter
        self._outputs = Outputs(shell)

    def before(self, info: ExecutionInfo) -> None:
        """Write down what a cell shows that will be registered."""
        if self._adapter.session.notebook.log.on and line_of(self._cleaned(info.raw_cell or "")) is not None:
            self._outputs.start()

    def after(self, result: ExecutionResult | None) -> None:
        """Do what the line on top of a cell says, now that the cell is done."""
        shown = self._outputs.stop()
        if result is None or result.info is None:
            return
        line = line_of(self._cleaned(result.info.raw_cell or ""))
        if line is None:
            return
        fault = result.error_before_exec or result.error_in_exec
        if fault is not None:
            self._say(f"not registered: {type(fault).__name__} in the cell")
            return
        log = self._adapter.session.notebook.log
        log.outputs = shown
        try:
            with _interruptible():
                self._do(line)
        except UsageError as error:
            self._shell.show_usage_error(error)
            self._fail(result, error)
        except KeyboardInterrupt as interrupt:
            self._say(str(interrupt) or "interrupted while registering; run the cell again, nothing is done twice")
            self._fail(result, interrupt)
        except Exception as bug:  # noqa: BLE001  (shown as the traceback of this cell, not as that of an event)
            self._shell.showtraceback()
            self._fail(result, bug)
        finally:
            log.outputs = None

    def _cleaned(self, cell: str) -> list[str]:
        """Return the lines of a cell as :func:`comment_out` got them: without prompts, leading blanks and indent."""
        lines = cell.splitlines(keepends=True)
        for transform in self._shell.input_transformers_cleanup:
            if transform is comment_out:
                break
            lines = transform(lines)
        return lines

    def _do(self, line: str) -> None:
        from modelreg.commands import dispatch
        from modelreg.commands.line import split
        from modelreg.errors import ModelRegError

        try:
            name = dispatch.named(split(line))
        except ModelRegError as error:
            raise UsageError(dispatch.complaint(error, self._adapter.session.program)) from error
        if name not in COMMANDS:
            # the cell has run: what it made is registered without running it again
            raise UsageError(
                f"%%{NAME} {line or 'alone'}: on top of a cell goes register or log; the cell has run. "
                f"Try %{NAME} {_meant(name, line)}"
            )
        answer = self._adapter.run(line)
        if answer.value is not None and not answer.quiet:
            self._adapter.display(answer.value)

    def _fail(self, result: ExecutionResult, error: BaseException) -> None:
        """Let the cell count as failed, so that Run All stops."""
        result.error_in_exec = error
        self._shell.last_execution_succeeded = False

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr)  # noqa: T201  (the output of the cell)


def _meant(name: str, line: str) -> str:
    """Return the line to type below a cell for one that cannot stand on top of it."""
    from modelreg.commands import COMMANDS as KNOWN
    from modelreg.errors import alike

    close = [] if name in KNOWN else [one for one in alike(name, KNOWN) if one in COMMANDS]
    if name in KNOWN and line:
        return line
    return f"{close[0]}{line[len(name) :]}" if close and line.startswith(name) else "register clf churn"


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the stop button work: after a cell with ``await`` ipykernel still holds it for that cell, which is done."""
    handler = signal.getsignal(signal.SIGINT)
    held = getattr(handler, "__module__", None) or ""
    if not held.startswith("ipykernel") or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
