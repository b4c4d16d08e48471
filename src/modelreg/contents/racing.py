"""Whether other threads were at work while a model was written: what is stored may then be a mix of two moments."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import FrameType

SURROUNDINGS: Final = frozenset(
    {
        "IPython",
        "_pydevd_bundle",
        "anyio",
        "anywidget",
        "comm",
        "debugpy",
        "ipykernel",
        "ipywidgets",
        "jupyter_client",
        "nest_asyncio",
        "tornado",
        "tqdm",
        "traitlets",
        "zmq",
    }
)
"""Top-level modules whose threads serve the kernel and change no model."""


def busy() -> list[str]:
    """Return the names of other threads that run code of the user or of a library.

    A thread that only waits in the standard library, as idle workers of a pool do, is none of them.
    """
    own = threading.get_ident()
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = sys._current_frames()  # noqa: SLF001  (the documented way, in spite of its name)
    return sorted(names.get(ident, "?") for ident, frame in frames.items() if ident != own and _works(frame))


def _works(frame: FrameType | None) -> bool:
    works = False
    while frame is not None:
        root = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if root == "modelreg":  # a thread of ours: one that captures, or imports ahead
            return False
        works = works or (root not in SURROUNDINGS and root not in sys.stdlib_module_names)
        frame = frame.f_back
    return works
