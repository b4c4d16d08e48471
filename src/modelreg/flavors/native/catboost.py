"""``model.cbm``: what ``load_model`` of the same class reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NAME = "model.cbm"


def write(obj: Any, directory: Path) -> list[str]:
    """Write a fitted model; one that is not fitted has no file."""
    if not hasattr(obj, "save_model") or not obj.is_fitted():
        return []
    obj.save_model(str(directory / NAME), format="cbm")
    return [NAME]
