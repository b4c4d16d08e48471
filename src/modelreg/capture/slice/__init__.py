"""The statements of a session that made one object."""

from __future__ import annotations

from modelreg.capture.slice.walk import Slice, slice_log

__all__ = ["Slice", "slice_log"]
