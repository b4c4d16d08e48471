"""A writer under strace: what it asks of the system, in which order, and what becomes of it when the system refuses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

WRITER = Path(__file__).with_name("writer.py")
STRACE = os.environ.get("STRACE") or shutil.which("strace")
CALLS = (
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "link",
    "unlink",
    "ftruncate",
    "mkdir",
    "fchmod",
)
INSTALLABLE = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None
"""Whether strace could be had here: then its absence is a fault of the set-up, and no reason to skip."""
needs_strace = pytest.mark.skipif(
    STRACE is None and not INSTALLABLE, reason="strace is missing and cannot be installed here"
)


def command(place: Path, who: str, count: int, size: int = 0) -> list[str]:
    """Return the command line of a writer."""
    return [sys.executable, str(WRITER), str(place), "churn", who, str(count), str(size)]


def traced(
    place: Path, log: Path, *options: str, who: str, count: int = 1, size: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run a writer under strace."""
    assert STRACE is not None, "strace is missing: run scripts/tool.sh strace STRACE"
    line = [STRACE, "-f", "-qq", "-o", str(log), *options, *command(place, who, count, size)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def counts(place: Path, tmp_path: Path, size: int = 0) -> dict[str, int]:
    """Return how often one thread of a writer makes each call that changes something, at most, in an existing registry."""
    log = tmp_path / "clean.log"
    done = traced(place, log, "-e", f"trace={','.join(CALLS)}", who="clean", size=size)
    assert done.returncode == 0, done.stderr
    made: Counter[tuple[str, str]] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        called = re.match(r"(\d+) +(\w+)\(", line)
        if called:
            made[called[2], called[1]] += 1
    return {call: max((times for (name, _), times in made.items() if name == call), default=0) for call in CALLS}


def spread(total: int, most: int | None) -> list[int]:
    """Return the numbers from 1 to the total: all, or so many, from the first to the last; of one the middle."""
    if most == 1:
        return [(total + 1) // 2]
    if most is None or total <= most:
        return list(range(1, total + 1))
    return sorted({1 + round(at * (total - 1) / (most - 1)) for at in range(most)})


class Call(NamedTuple):
    """A call to the system; threads make theirs at the same time."""

    thread: int
    name: str
    text: str
    """Arguments and result."""
    begun: int
    """Line of the trace."""
    done: int


def calls(lines: Iterable[str]) -> list[Call]:
    """Return the calls of a trace in the order in which they ended."""
    found: list[Call] = []
    begun: dict[int, tuple[int, str]] = {}
    for at, line in enumerate(lines):
        split = re.match(r"(\d+) +(.*)", line)
        if split is None:
            continue
        thread, text = int(split[1]), split[2]
        start = at
        if text.endswith("<unfinished ...>"):
            begun[thread] = at, text.removesuffix("<unfinished ...>").rstrip()
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
        if resumed:
            start, first = begun.pop(thread)
            text = first + resumed[1]
        called = re.match(r"(\w+)\((.*)", text)
        if called:
            found.append(Call(thread, called[1], called[2], start, at))
    return found
