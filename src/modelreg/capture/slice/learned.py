"""Whether an estimator forgets at `fit` what it had learned before."""

from __future__ import annotations


def forgets(estimator: object) -> bool:
    """Whether an object is one of scikit-learn's, in all its parts, and starts each fit anew.

    Nothing else is known to: a booster may go on from where it was, a module of torch always does.
    """
    if not type(estimator).__module__.startswith("sklearn."):
        return False
    try:
        params = estimator.get_params(deep=True)  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - a parameter of the user's may raise anything; then nothing is known
        return False
    for name, value in params.items():
        if name.rpartition("__")[2] == "warm_start" and value:
            return False
        if hasattr(value, "fit") and not isinstance(value, type) and not type(value).__module__.startswith("sklearn."):
            return False
    return True
