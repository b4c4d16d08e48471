"""Captured code that is run again: in a kernel of its own, and what its model answers beside the stored one."""

from __future__ import annotations

from modelreg.capture.replay.kernel import Kernel, Stopped, lacking
from modelreg.capture.replay.pieces import Piece, pieces

__all__ = ["Kernel", "Piece", "Stopped", "lacking", "pieces"]
