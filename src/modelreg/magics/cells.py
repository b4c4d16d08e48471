"""``%%modelreg register clf churn`` on top of a training cell.

The cell is not nested in a magic: an input transformer makes the first line a comment, so the kernel runs the cell as any
other (``await``, tracebacks, ``Out[n]`` and ``In[n]`` stay right), and what it made is registered when it has succeeded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.commands import dispatch
from modelreg.commands.line import split
from modelreg.errors import ModelRegError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

MARK: Final = "%%modelreg"
CELL_COMMANDS: Final = ("register", "log")


def first(lines: list[str]) -> int | None:
    """Return the index of the line with the cell magic; None when the first line that is not blank is another."""
    for index, line in enumerate(lines):
        if line.strip():
            words = line.split()
            return index if words[0] == MARK and "?" not in line.rstrip()[-2:] else None
    return None


def comment_out(lines: list[str]) -> list[str]:
    """Make the line of the cell magic a comment. Above another cell magic it goes to the end, where it does no harm."""
    index = first(lines)
    if index is None:
        return lines
    comment = f"# {lines[index]}" if lines[index].endswith("\n") else f"# {lines[index]}\n"
    rest = lines[index + 1 :]
    if next((line for line in rest if line.strip()), "").startswith("%%"):
        body = [line for line in rest if line.strip()] if not rest[0].strip() else rest
        last = body[-1] if body[-1].endswith("\n") else f"{body[-1]}\n"
        return [*body[:-1], last, comment]
    return [*lines[:index], comment, *rest]


class CellMagic:
    """The events around a cell.

    Parameters
    ----------
    run : callable
        Runs a line and returns its result.
    complain : callable
        Shows one line of error.
    """

    def __init__(self, run: Callable[[str], Any], complain: Callable[[str], None]) -> None:
        self._run = run
        self._complain = complain

    def before(self, info: Any) -> None:
        """Do nothing before the cell: whatever its first line says, the cell runs."""

    def after(self, result: Any) -> None:
        """Register what the cell made, if its first line says so and it succeeded."""
        info = getattr(result, "info", None)
        lines = str(getattr(info, "raw_cell", "") or "").splitlines()
        index = first(lines)
        if index is None:
            return
        text = lines[index].strip()[len(MARK) :].strip()
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            self._complain(f"not registered: {type(error).__name__} in the cell")
            return
        try:
            _check(text)
            value = self._run(text)
        except ModelRegError as refusal:
            self._complain(dispatch.complaint(refusal, "%modelreg"))
            return
        if value is not None:
            _show(value)


def _check(text: str) -> None:
    """Raise UsageError unless the line is one that makes sense on top of a cell."""
    name = dispatch.named(split(text))
    if name not in CELL_COMMANDS:
        msg = f"%%modelreg {name} on top of a cell does nothing; a cell can be registered"
        raise UsageError(msg, tries=(f"{name}",) if name != "browse" else ("register clf churn",))


def _show(value: Any) -> None:
    from IPython.display import display

    display(value)
