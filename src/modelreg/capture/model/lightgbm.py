"""lightgbm: its estimators, and boosters, whose resolved parameters stand in their text."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, Final

from modelreg.capture.model import estimator
from modelreg.capture.model.records import Params, Signature
from modelreg.capture.model.values import jsonable

__all__ = ["architecture", "params", "signature"]

SILENT: Final = {"verbosity": -1, "num_threads": 1}
NOT_CHOSEN: Final = frozenset({"verbosity", "num_threads", "num_class"})
"""Of no meaning for what is learned, or told by the data."""


def params(obj: Any) -> Params:
    """Return the params of an estimator, or the resolved parameters of a booster with how they differ from plain ones."""
    if hasattr(obj, "get_params"):
        return estimator.params(obj)
    given = {str(name): jsonable(value) for name, value in (obj.params or {}).items()}
    every = _resolved(obj.model_to_string(num_iteration=1))
    if not every:
        return Params(every=given, changed=given)
    plain = _plain()
    changed = {
        name: value for name, value in every.items() if name not in NOT_CHOSEN and plain.get(name, value) != value
    }
    # an objective or metric of the user's own is known by what was passed only
    return Params(every={**given, **every}, changed={**changed, **{k: given[k] for k in ("metric",) if k in given}})


def _resolved(text: str) -> dict[str, Any]:
    """Return the parameters that the text of a model ends with."""
    lines = text.partition("\nparameters:")[2].partition("end of parameters")[0].splitlines()
    pairs = (line[1:-1].partition(": ") for line in lines if line.startswith("[") and line.endswith("]"))
    return {name.rstrip(":"): _value(value) for name, _, value in pairs}


def _value(text: str) -> Any:
    for read in (int, float):
        try:
            return jsonable(read(text))
        except ValueError:
            continue
    return text


@cache
def _plain() -> dict[str, Any]:
    """Return the parameters of a booster for which nothing was chosen."""
    import numpy as np

    lgb: Any = sys.modules["lightgbm"]
    rows = lgb.Dataset(np.arange(4, dtype=np.float64).reshape(-1, 1), np.zeros(4), params=SILENT, free_raw_data=True)
    return _resolved(lgb.Booster(SILENT, rows).model_to_string())


def signature(obj: Any) -> Signature:
    """Return the features that a booster was trained on, or what an estimator found out of its data."""
    if hasattr(obj, "get_params"):
        return estimator.signature(obj)
    columns = obj.feature_name()
    listed = tuple(columns[: estimator.MOST_NAMES])
    return Signature(n_features=obj.num_feature(), feature_names=listed, truncated=len(columns) > len(listed))


def architecture(obj: Any) -> None:
    """Return nothing: trees are no layers."""
