"""Models of no library that is known: what they keep of the arguments of their constructor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.capture.model import estimator

if TYPE_CHECKING:
    from modelreg.capture.model.records import Params, Signature

__all__ = ["architecture", "params", "signature"]


def params(obj: Any) -> Params:
    """Return what ``get_params`` tells where there is one, else the arguments that were kept."""
    if callable(getattr(type(obj), "get_params", None)):
        return estimator.params(obj)
    return estimator.declared(obj)


def signature(obj: Any) -> Signature:
    """Return what it tells in scikit-learn's manner."""
    return estimator.signature(obj)


def architecture(obj: Any) -> None:
    """Return nothing: it is no network that is known."""
