"""Reading ahead: mapped objects that are not in memory come from the disk in threads, while the object is already in use.

Touched one after the other they would come one after the other, each with a read-ahead of its own.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from modelreg.errors import ModelRegError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.blobs.base import BlobStore

READERS: Final = 4
"""At most so many threads read."""

_PIECE: Final = 1 << 20


def start(blobs: BlobStore, names: Sequence[str]) -> list[threading.Thread]:
    """Begin to read objects, and return at once with the threads that do."""
    waiting = deque(dict.fromkeys(names))
    threads = [
        threading.Thread(target=_read, args=(blobs, waiting), name="modelreg-read-ahead", daemon=True)
        for _ in range(min(READERS, len(waiting), os.cpu_count() or 1))
    ]
    with suppress(RuntimeError):  # can't start new thread: whoever touches the bytes reads them
        for thread in threads:
            thread.start()
    return [thread for thread in threads if thread.ident is not None]


def _read(blobs: BlobStore, waiting: deque[str]) -> None:
    scratch = bytearray(_PIECE)
    with suppress(IndexError, ModelRegError, OSError):  # whoever touches the bytes is told, and nobody else
        while True:
            with blobs.open(waiting.popleft()) as stream:
                while stream.readinto(scratch):  # type: ignore[attr-defined]  # every binary file has it
                    pass
