"""What the suite registers and calls things."""

from __future__ import annotations

from typing import Any

HOSTILE = (
    "'; DROP TABLE versions; --",
    "' OR 1=1 --",
    "%",
    "_",
    "\\",
    "it''s",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "日本 🙂",
)
"""Texts that are a weapon elsewhere and only text here."""


def model(weight: object = 0) -> dict[str, Any]:
    """Return a small model; equal weights give equal contents."""
    return {"weight": weight}


class Thing:
    """An object with a state that allows weak references."""

    def __init__(self, weight: int) -> None:
        self.weight = weight
