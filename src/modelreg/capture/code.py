"""The statements that made the object, out of the log of the session."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Final

from modelreg import syntax
from modelreg.capture.loads import flowing, pinned
from modelreg.capture.moment import Captured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from modelreg.capture.moment import Moment
    from modelreg.notebook import Execution

FILE: Final = "slice.py"
_ROOT: Final = re.compile(r"[^\W\d]\w*")
_LOADS: Final = re.compile(r"\bmodelreg\b")
"""What takes anything out of a registry names it."""
_RUNNING: Final = "it was registered in the middle of a statement, which the slice runs to its end"
_HALF: Final = "a statement that failed half-way was kept"


def capture(moment: Moment) -> Captured:
    """Return the slice as a file, and what is uncertain about it."""
    from modelreg.capture.secrets import redact
    from modelreg.capture.slice import slice_log

    root = _ROOT.match(moment.variable)
    if root is None or not moment.log:
        why = "the object has no name in the session" if moment.log else "nothing ran in the session"
        return Captured(facts={"cells": 0, "of": len(moment.log), "uncertain": [[why, ""]]})
    found = slice_log([_ran(entry) for entry in moment.log], moment.variable, scope=moment.scope)
    source, settled = _pinned(found.source, moment)
    uncertain = [pair for pair in found.uncertain if pair[0] not in settled]
    clean = redact(source, python=True)
    cells = len({kept.cell for kept in found.kept})
    loads = bool(_LOADS.search(found.source))
    facts = {
        "variable": moment.variable,
        "cells": cells,
        "of": len(moment.log),
        "statements": len(found.kept),
        "dropped": found.dropped,
        "uncertain": [list(pair) for pair in _honest(uncertain, moment.log)],
        "outside": sorted(found.outside),
        "loads": loads,
        "loaded": [list(pair) for pair in flowing(found.source, root[0], _registries(moment))] if loads else [],
    }
    said = f"{cells} cell{'' if cells == 1 else 's'}" if cells else ""
    return Captured(facts=facts, files={FILE: clean.text.encode()}, said=said, redactions=clean.found)


def _pinned(source: str, moment: Moment) -> tuple[str, set[str]]:
    """Return code that loads what it loaded, and the doubts that this settles; what a name or an alias means changes."""
    from modelreg.capture.slice.magics import later

    if not _LOADS.search(source):
        return source, set()
    text, lines = pinned(source, lambda name, ref: moment.meant(ref, moment.scope.get(name)), _registries(moment))
    return text, {later(line) for line in lines}


def _registries(moment: Moment) -> Callable[[str], bool]:
    """Return what tells the variables that hold a registry, or the package that gives one."""

    def is_registry(name: str) -> bool:
        value = moment.scope.get(name)
        if isinstance(value, ModuleType):
            return vars(value).get("__name__") == "modelreg"
        return str(vars(type)["__module__"].__get__(type(value))).startswith("modelreg.")

    return is_registry


def _ran(entry: Execution) -> Execution:
    """Return the execution without what never ran: a cell with an error of syntax, what stands below the register."""
    if entry.running and entry.failing_line:
        return replace(entry, transformed=_until(entry.code, entry.failing_line))
    # the slicer knows such a cell by its error, and by a failing line that is unknown
    return entry if entry.ok or entry.failing_line != 0 else replace(entry, failing_line=None, error="SyntaxError")


def _until(code: str, line: int) -> str:
    """Return the code up to the statement that stands on a line."""
    try:
        later = [node for node in syntax.parse(code).body if node.lineno > line]
    except (SyntaxError, ValueError, RecursionError):
        return code
    if not later:
        return code
    first = min([later[0].lineno, *(mark.lineno for mark in getattr(later[0], "decorator_list", ()))])
    return "\n".join(code.split("\n")[: first - 1]) + "\n"


def _honest(uncertain: Iterable[tuple[str, str]], log: tuple[Execution, ...]) -> Iterable[tuple[str, str]]:
    """Yield the reasons; what stands half-way in the cell that registers has not failed."""
    running = {f"cell {at}" for at, entry in enumerate(log, 1) if entry.running}
    for reason, place in uncertain:
        yield (_RUNNING if reason == _HALF and place in running else reason), place
