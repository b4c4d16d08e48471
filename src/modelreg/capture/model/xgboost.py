"""xgboost: its estimators, and boosters, whose parameters stand in their configuration only."""

from __future__ import annotations

import json
import sys
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.model import estimator
from modelreg.capture.model.records import Params, Signature
from modelreg.capture.model.values import attribute, jsonable, names

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["architecture", "params", "signature"]

LEARNED: Final = frozenset({"num_feature", "num_target", "num_trees", "num_class", "base_score"})
"""What training sets: it is in the configuration, but nobody chose it."""
ALIASES: Final = {
    "eta": "learning_rate",
    "alpha": "reg_alpha",
    "lambda": "reg_lambda",
    "min_split_loss": "gamma",
    "seed": "random_state",
    "nthread": "n_jobs",
}
"""Second names of a parameter, which the configuration repeats."""
USUAL: Final = {"booster": "gbtree", "objective": "reg:squarederror", "eval_metric": [], "n_jobs": 0, "nthread": 0}


def params(obj: Any) -> Params:
    """Return the params of an estimator, or the configuration of a booster with how it differs from a plain one."""
    if hasattr(obj, "get_params"):
        return estimator.params(obj)
    every = {name: jsonable(value) for name, value in _flat(obj.save_config()).items()}
    plain = _plain(str(every.get("booster", "gbtree")), str(every.get("objective", "")))
    changed = {
        name: value
        for name, value in every.items()
        if name.rpartition(".")[2] not in LEARNED and plain.get(name) != value and ALIASES.get(name) not in every
    }
    return Params(every=every, changed=changed)


def _flat(config: str) -> dict[str, Any]:
    """Return the parameters of a configuration by their own names, by their path where two have the same."""
    leaves = dict(_leaves(json.loads(config).get("learner", {})))
    count = Counter(path.rpartition(".")[2] for path in leaves)
    last = {path: path.rpartition(".")[2] for path in leaves}
    return {last[path] if count[last[path]] == 1 else path: value for path, value in leaves.items()}


def _leaves(node: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}.")
        elif path == "metrics":
            yield "eval_metric", [one.get("name") for one in value]
        elif not isinstance(value, list) and path not in {"objective.name", "gradient_booster.name"}:
            yield path, _value(value)


def _value(text: Any) -> Any:
    """Return a number for the text of one; of single precision only the digits that it has."""
    try:
        return int(text) if not isinstance(text, bool) else text
    except (TypeError, ValueError):
        pass
    try:
        return float(f"{float(text):.7g}") if "n" not in text else text  # inf and nan stay text
    except (TypeError, ValueError):
        return text


@cache
def _plain(booster: str, objective: str) -> dict[str, Any]:
    """Return the configuration of a booster for which nothing was chosen but its kind and objective.

    An objective has parameters of its own; they are compared with their defaults as well.
    """
    import numpy as np

    xgb: Any = sys.modules["xgboost"]
    empty = xgb.DMatrix(np.zeros((1, 1), np.float32), np.zeros(1, np.float32))
    for chosen in ({"objective": objective}, {}):
        try:
            config = xgb.train({"booster": booster, "verbosity": 0, "nthread": 1, **chosen}, empty, 0).save_config()
        except Exception:  # noqa: BLE001, S112  (an objective may refuse such data)
            continue
        return {**_flat(config), **USUAL}
    return dict(USUAL)


def signature(obj: Any) -> Signature:
    """Return the features that a booster was trained on, or what an estimator found out of its data."""
    if hasattr(obj, "get_params"):
        return estimator.signature(obj)
    count, columns = obj.num_features(), attribute(obj, "feature_names")
    listed = names(columns, estimator.MOST_NAMES)
    return Signature(n_features=count, feature_names=listed, truncated=len(columns or ()) > len(listed or ()))


def architecture(obj: Any) -> None:
    """Return nothing: trees are no layers."""
