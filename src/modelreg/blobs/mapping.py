"""One contiguous piece of writable memory that is made of files, without reading them.

Private anonymous memory is reserved, and stretches of files are mapped over it, copy-on-write: pages are read when they are
touched, shared by all kernels that map the same file, and copied when they are written. Where the system has no such thing,
or refuses, there is plain private memory to read into. ``docs/design/009-load-path.md`` has the rules.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from contextlib import suppress
from functools import cache
from typing import Any, Final

HUGE: Final = 2 << 20
"""Regions begin at multiples of it: only there can the processor's large pages serve files, which is worth twice the speed."""

SMALL: Final = 256 << 10
"""Bytes below which memory comes from the heap."""

PAGE: Final = mmap.PAGESIZE

_FIXED: Final = 0x10
"""``MAP_FIXED``, the same number on Linux and macOS."""

_RESERVE: Final = (
    getattr(mmap, "MAP_PRIVATE", 0)
    | getattr(mmap, "MAP_ANONYMOUS", 0)
    | getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0x40)
)


class Region:
    """Private memory of ``size`` bytes, zero until something is mapped or written; it lasts as long as any view of it.

    Parameters
    ----------
    size : int
        Bytes, more than 0.

    Raises
    ------
    MemoryError
        The process does not get so much.
    """

    def __init__(self, size: int) -> None:
        try:
            self._memory = _reserved(size + HUGE)
        except (OSError, ValueError, OverflowError) as error:
            msg = f"no {size:,} bytes of memory"
            raise MemoryError(msg) from error
        self._base = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self._start = -self._base % HUGE
        with suppress(OSError, AttributeError, ValueError):  # for what is read into it
            self._memory.madvise(mmap.MADV_HUGEPAGE)
        self.view = memoryview(self._memory)[self._start : self._start + size]

    def map(self, at: int, descriptor: int, offset: int, length: int) -> bool:
        """Lay ``length`` bytes of a file at ``at``; False where that cannot be, and then nothing is changed.

        The caller sees that the file is that long. The descriptor may be closed afterwards.
        """
        call = _mmap()
        if call is None or at % PAGE or offset % PAGE or not length or at + length > self.view.nbytes:
            return False
        if length % PAGE and at + length != self.view.nbytes:  # the rest of the last page would be lost to what follows
            return False
        wanted = self._base + self._start + at
        access = mmap.PROT_READ | mmap.PROT_WRITE
        if call(wanted, length, access, mmap.MAP_PRIVATE | _FIXED, descriptor, offset) == wanted:
            return True
        if call(wanted, length, access, _RESERVE | _FIXED, -1, 0) != wanted:  # what was there may be gone already
            msg = f"no {length:,} bytes of memory"
            raise MemoryError(msg)
        return False


def memory(size: int) -> memoryview:
    """Return private writable memory to read into; it is zero.

    Raises
    ------
    MemoryError
        The process does not get so much.
    """
    return memoryview(bytearray(size)) if size < SMALL else Region(size).view


def _reserved(size: int) -> mmap.mmap:
    if hasattr(mmap, "MAP_PRIVATE"):  # not the default, which is shared: with forked children, and slow to touch
        return mmap.mmap(-1, size, flags=_RESERVE)
    return mmap.mmap(-1, size)


@cache
def _mmap() -> Any:
    """Return the system's ``mmap``; None where there is none that maps over a reservation."""
    if sys.platform not in ("linux", "darwin") or ctypes.sizeof(ctypes.c_void_p) != 8:  # noqa: PLR2004  (bytes of an address)
        return None
    try:
        call = ctypes.CDLL(None, use_errno=True).mmap
    except (OSError, AttributeError):
        return None
    call.restype = ctypes.c_void_p
    call.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64]
    return call


def is_cold(descriptor: int, offset: int) -> bool:
    """Whether a byte of a file would have to come from the disk; False where the system does not say."""
    if not hasattr(os, "RWF_NOWAIT"):
        return False
    try:
        os.preadv(descriptor, [bytearray(1)], offset, os.RWF_NOWAIT)
    except BlockingIOError:
        return True
    except OSError:  # this file system cannot tell
        return False
    return False
