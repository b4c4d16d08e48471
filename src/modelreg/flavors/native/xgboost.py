"""``model.ubj``: what ``load_model`` of a Booster or of the estimator reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NAME = "model.ubj"


def write(obj: Any, directory: Path) -> list[str]:
    """Write a booster or a fitted estimator; one that is not fitted has no file."""
    fitted = getattr(obj, "__sklearn_is_fitted__", None)
    if not hasattr(obj, "save_model") or (fitted is not None and not fitted()):
        return []
    obj.save_model(directory / NAME)
    return [NAME]
