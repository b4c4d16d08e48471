"""``model.txt``: what ``lightgbm.Booster(model_file=…)`` reads. The labels of a classifier are not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NAME = "model.txt"


def write(obj: Any, directory: Path) -> list[str]:
    """Write a booster or that of a fitted estimator; one that is not fitted has no file."""
    fitted = getattr(obj, "__sklearn_is_fitted__", None)
    if fitted is not None and not fitted():
        return []
    booster = obj if fitted is None else obj.booster_
    if not hasattr(booster, "save_model"):
        return []
    booster.save_model(directory / NAME)
    return [NAME]
