"""Which process captures, so that one on the same machine can tell that it is gone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg.verbs import told

if TYPE_CHECKING:
    from modelreg.records import Json

_PROC: Final = Path("/proc")
_BEGUN: Final = 19
"""Where, after the name of the program, its ``stat`` tells when a process began."""


def mark() -> dict[str, Json] | None:
    """Return what tells this process from every other one of the machine; None where the system does not tell."""
    place, begun = _machine(), _begun(os.getpid())
    return None if place is None or begun is None else {"machine": place, "pid": os.getpid(), "begun": begun}


def gone(marked: object) -> bool:
    """Whether a process has ended for sure: one of another machine, or of another container, may go on."""
    known = told.table(marked)
    pid, begun = told.number(known.get("pid")), told.number(known.get("begun"))
    if pid is None or begun is None or known.get("machine") != _machine():
        return False
    return _begun(pid) != begun


def _machine() -> str | None:
    """Return this start of this machine, and which of its processes are seen from here."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except (OSError, ValueError):
        return None


def _begun(pid: int) -> int | None:
    """Return when a process began, in ticks since the machine did; None where there is none, or it only waits to be buried."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return None if fields[0] in {"Z", "X"} else int(fields[_BEGUN])
    except (OSError, ValueError, IndexError):
        return None
