"""What a process used: peak of its memory, bytes that it wrote, files that it left; and how a tree gets to the disk.

Of this process only: what a helper of a library writes (the service of W&B) is seen in the files, not in the bytes.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

STATUS = Path("/proc/self/status")
IO = Path("/proc/self/io")
CLEAR = Path("/proc/self/clear_refs")


def seconds(do: Callable[[], Any]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def memory(name: str) -> int | None:
    """Return a figure of this process's memory, in bytes: ``VmRSS``, ``VmHWM``; None where the system has none."""
    if not STATUS.exists():
        return None
    found = re.search(rf"^{name}:\s+(\d+) kB", STATUS.read_text(encoding="utf-8"), re.MULTILINE)
    return 1024 * int(found[1]) if found else None


def wrote() -> int | None:
    """Return the bytes that this process has handed to ``write`` and its like."""
    if not IO.exists():
        return None
    found = re.search(r"^wchar: (\d+)$", IO.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]) if found else None


@dataclass
class Use:
    """Peak and bytes from its making on."""

    resident: int | None
    written: int | None

    @classmethod
    def begin(cls) -> Self:
        """Forget the peak until now, and count from here."""
        if CLEAR.exists():
            CLEAR.write_text("5", encoding="ascii")
        return cls(memory("VmRSS"), wrote())

    def end(self) -> dict[str, int | None]:
        """Return the memory above what was there, and the bytes written."""
        written, peak = wrote(), memory("VmHWM")
        return {
            "peak": None if peak is None or self.resident is None else max(0, peak - self.resident),
            "written": None if written is None or self.written is None else written - self.written,
        }


def files(place: Path) -> dict[str, tuple[int, int, int]]:
    """Return every file below a place: inode, size and time of its last change."""
    found = {}
    for folder, _, names in os.walk(place):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118  (tens of thousands of them)
            try:
                state = os.lstat(path)
            except FileNotFoundError:  # gone meanwhile: a journal
                continue
            found[path] = (state.st_ino, state.st_size, state.st_mtime_ns)
    return found


def size(place: Path) -> int:
    """Return the bytes of all files below a place, one of several names counted once."""
    return sum({inode: bytes_ for inode, bytes_, _ in files(place).values()}.values())


def flush(place: Path, before: dict[str, tuple[int, int, int]]) -> int:
    """Bring every file that is new or has changed to the disk, and its folder; return how many files are new."""
    after = files(place)
    changed = [path for path, state in after.items() if before.get(path) != state]
    for path in (*changed, *{os.path.dirname(path) for path in changed}):  # noqa: PTH120
        sync(path)
    return len(after.keys() - before.keys())


def sync(path: str | Path) -> None:
    """Bring a file or folder to the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        SYNC(handle)
    finally:
        os.close(handle)


SYNC = os.fsync
"""Taken before a side leaves its own flushes out."""


def evict(place: Path) -> bool:
    """Bring all files below a place to the disk and drop them from memory; return whether the system can do so."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in files(place):
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        SYNC(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)
    return True
