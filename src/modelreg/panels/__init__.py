"""Panels: the registry as widgets in the cell. The only place of ipywidgets and anywidget.

A panel is a class made from a :class:`~modelreg.panels.desk.Desk`; a new one is one module and one line here, or an entry
point ``modelreg.panels`` of another package.
"""

from __future__ import annotations

from typing import Any, Final

from modelreg.plugins import LazyTable

PANELS: Final[LazyTable[Any]] = LazyTable(
    "panel", {name: f"modelreg.panels.{name}" for name in ("browser", "register")}, group="modelreg.panels"
)
"""Name -> module with ``open(desk, **what)``, which returns the panel."""
