"""scikit-learn: estimators, pipelines, and searches with what they chose."""

from __future__ import annotations

from typing import Any

from modelreg.capture.model import estimator
from modelreg.capture.model.records import Params, Signature
from modelreg.capture.model.values import attribute, jsonable

__all__ = ["architecture", "params", "signature"]


def params(obj: Any) -> Params:
    """Return the params of ``obj``; those of the estimator that a search chose as ``best__param``."""
    own = estimator.params(obj)
    chosen = attribute(obj, "best_params_")
    if not isinstance(chosen, dict):
        return own
    best = attribute(obj, "best_estimator_")
    found = estimator.params(best) if hasattr(best, "get_params") else Params()
    picked = {name: jsonable(value) for name, value in chosen.items()}
    return Params(
        every={**own.every, **_under_best({**found.every, **picked})},
        # what was searched from is told by what was found
        changed={
            **{
                name: value for name, value in own.changed.items() if best is None or not name.startswith("estimator__")
            },
            **_under_best({**found.changed, **picked}),
        },
        steps=(*own.steps, *((f"best__{path}", kind) for path, kind in found.steps)),
    )


def _under_best(found: dict[str, Any]) -> dict[str, Any]:
    return {f"best__{name}": value for name, value in found.items()}


def signature(obj: Any) -> Signature:
    """Return what fitting found out of features and classes."""
    return estimator.signature(obj)


def architecture(obj: Any) -> None:
    """Return nothing: an estimator has no layers to list."""
