"""statsmodels: the results of a fit, and the model that was fitted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.model import estimator
from modelreg.capture.model.records import Params, Signature
from modelreg.capture.model.values import attribute, jsonable, names, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["architecture", "params", "signature", "uncached"]

TOLD: Final = ("formula", "endog_names", "method", "order", "seasonal_order", "trend", "k_trend", "missing")
OF_RESULTS: Final = ("cov_type", "use_t")


@contextmanager
def uncached(obj: Any) -> Iterator[None]:
    """Forget what reading ``obj`` computes: results keep every figure that was asked for, and would be stored with it."""
    inner = attribute(obj, "_results") or obj
    model = attribute(inner, "model")
    holders = [vars(one) for one in (obj, inner, model, attribute(model, "data")) if hasattr(one, "__dict__")]
    kept = [*holders, *(cache for one in holders if isinstance(cache := one.get("_cache"), dict))]
    before = [set(one) for one in kept]
    try:
        yield
    finally:
        for held, names_before in zip(kept, before, strict=True):
            for name in set(held) - names_before:
                del held[name]


def params(obj: Any) -> Params:
    """Return what was fitted and how."""
    with uncached(obj):
        model = attribute(obj, "model") or obj
        found = {"model": path_of(type(model))}
        found |= {name: jsonable(value) for name in TOLD if (value := attribute(model, name)) is not None}
        found |= {name: jsonable(value) for name in OF_RESULTS if (value := attribute(obj, name)) is not None}
        family = attribute(model, "family")
        if family is not None:
            found |= {"family": type(family).__name__, "link": type(attribute(family, "link")).__name__}
        rows = jsonable(attribute(obj, "nobs"))
        if rows is not None:
            found["nobs"] = rows
    return Params(every=found, changed=found)


def signature(obj: Any) -> Signature:
    """Return the names of what explains, the constant included where there is one."""
    with uncached(obj):
        columns = attribute(attribute(obj, "model") or obj, "exog_names")
    if columns is None or isinstance(columns, str):
        columns = [] if columns is None else [columns]
    listed = names(columns, estimator.MOST_NAMES)
    return Signature(
        n_features=len(columns) or None, feature_names=listed or None, truncated=len(columns) > len(listed or ())
    )


def architecture(obj: Any) -> None:
    """Return nothing: an equation has no layers."""
