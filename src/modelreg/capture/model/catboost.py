"""catboost: what was chosen, and what training made of it."""

from __future__ import annotations

from typing import Any

from modelreg.capture.model import estimator
from modelreg.capture.model.records import Params, Signature
from modelreg.capture.model.values import attribute, jsonable, names

__all__ = ["architecture", "params", "signature"]


def params(obj: Any) -> Params:
    """Return the params that were passed, and once it is trained all that they were resolved to."""
    chosen = {str(name): jsonable(value) for name, value in obj.get_params().items()}
    resolved = obj.get_all_params() if obj.is_fitted() else {}
    return Params(every={**{name: jsonable(value) for name, value in resolved.items()}, **chosen}, changed=chosen)


def signature(obj: Any) -> Signature:
    """Return the features and classes of the training."""
    if not obj.is_fitted():
        return Signature()
    found = estimator.signature(obj)
    listed = names(obj.feature_names_, estimator.MOST_NAMES)
    return Signature(
        n_features=found.n_features or len(obj.feature_names_),
        feature_names=listed,
        n_classes=found.n_classes or None,
        classes=found.classes or None,
        truncated=found.truncated or len(listed or ()) < len(attribute(obj, "feature_names_") or ()),
    )


def architecture(obj: Any) -> None:
    """Return nothing: trees are no layers."""
