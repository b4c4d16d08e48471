"""Contents: the bytes of one version, cut into objects, named by one content id, and put together again.

::

    packed = pack(obj, flavor)            dumped and hashed; nothing is written
    packed = pack(obj, flavor, into=blobs)    and what is missing is written at the same time, durable
    store(packed, blobs)                  what is missing is written later
    source = fetch(layout, id, blobs)     read and verified; nothing is run
    verify(layout, id, blobs)             the same verification without keeping what was read
    unpack(source, flavor)                the object: only behind the gate of ``trust``

The content id and the layout are described in ``docs/design/001-content-id.md``.
"""

from __future__ import annotations

import gc
import os
import threading
from typing import TYPE_CHECKING, Any

from modelreg.blobs.faults import OtherBytesError
from modelreg.contents.pack import Packed, as_stored, pack, store
from modelreg.contents.source import Verified, describe, fetch
from modelreg.contents.verify import compare, verify
from modelreg.flavors.base import TooLarge

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.flavors.base import Flavor, Source

__all__ = [
    "OtherBytesError",
    "Packed",
    "TooLarge",
    "Verified",
    "as_stored",
    "compare",
    "describe",
    "export",
    "fetch",
    "pack",
    "store",
    "unpack",
    "verify",
]


def unpack(source: Source, flavor: Flavor, directory: Path | None = None) -> Any:
    """Return the object. This may run code that came with the bytes: call it behind the gate only.

    No garbage is collected in the meantime: nothing that is being made is any, and an interrupt would be lost. A pickle of
    plain things is read without a line of Python. Where a collection came in between, callbacks of what it takes away were
    the first Python to run, and Python swallows an interrupt that it delivers there.
    """
    thread, collecting = threading.get_ident(), gc.isenabled()
    try:  # first: an interrupt that comes before it finds all as it was
        if collecting:
            _paused.add(thread)
            gc.disable()
        return flavor.load(source, directory)
    finally:
        if collecting:
            gc.enable()
            _paused.discard(thread)


def export(source: Source, flavor: Flavor, directory: Path) -> list[str]:
    """Write the library's own file format into ``directory``; behind the gate only."""
    return flavor.export(unpack(source, flavor), source, directory)


_paused: set[int] = set()
"""Threads that have paused the collection of garbage."""


def _after_fork() -> None:
    if _paused:  # the thread that would go on with it is not in the child
        _paused.clear()
        gc.enable()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
