"""``%%modelreg register …`` on top of a cell: the cell runs as any cell, and what it made is registered afterwards.

The line becomes a comment before Python sees the cell, so that line numbers, ``Out[n]``, ``In[n]`` and top-level
``await`` stay what they are; running the cell inside a magic would lose all of these.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from IPython.core.error import UsageError

from modelreg.magics.adapter import NAME

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

    from modelreg.magics.adapter import Adapter

_LINE: Final = re.compile(rf"%%{NAME}(?=\s|$)(.*)", re.DOTALL)
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


def line_of(cell: str) -> str | None:
    """Return what stands after ``%%modelreg`` on the first line of a cell, None where it does not stand there."""
    first = next((line.strip() for line in cell.splitlines() if line.strip()), "")
    found = _LINE.match(first)
    return found[1].strip() if found else None


class Cells:
    """Registers what cells make."""

    def __init__(self, shell: InteractiveShell, adapter: Adapter) -> None:
        self._shell = shell
        self._adapter = adapter

    def after(self, result: ExecutionResult | None) -> None:
        """Do what the line on top of a cell says, now that the cell is done."""
        info = getattr(result, "info", None)
        line = line_of(info.raw_cell) if info is not None and info.raw_cell else None
        if line is None or result is None:
            return
        fault = result.error_before_exec or result.error_in_exec
        if fault is not None:
            self._say(f"not registered: {type(fault).__name__} in the cell")
            return
        try:
            self._do(line)
        except UsageError as error:
            self._fail(result, error)
        except KeyboardInterrupt as interrupt:
            result.error_in_exec = interrupt
            self._say("interrupted while registering; run the cell again, nothing is done twice")
        except BaseException as bug:
            result.error_in_exec = bug
            raise

    def _do(self, line: str) -> None:
        from modelreg.commands import dispatch
        from modelreg.commands.line import split
        from modelreg.errors import ModelRegError

        try:
            name = dispatch.named(split(line))
        except ModelRegError as error:
            raise UsageError(dispatch.complaint(error, self._adapter.session.program)) from error
        if name not in COMMANDS:
            shown = line or "alone"
            raise UsageError(
                f"%%{NAME} {shown}: on top of a cell goes register or log. Try %%{NAME} register clf churn"
            )
        answer = self._adapter.run(line)
        if answer.value is not None and not answer.quiet:
            self._adapter.display(answer.value)

    def _fail(self, result: ExecutionResult, error: UsageError) -> None:
        """Show an error in one line and let the cell count as failed, so that Run All stops."""
        result.error_in_exec = error
        self._shell.last_execution_succeeded = False
        self._shell.show_usage_error(error)

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr)  # noqa: T201  (the output of the cell)
