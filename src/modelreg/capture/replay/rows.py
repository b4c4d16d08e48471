"""Rows that two models are asked about: of the data that the code makes again, else made up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.capture.data import inputs, value_of
from modelreg.capture.data.flows import is_data
from modelreg.capture.model import describe
from modelreg.notebook import Execution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from modelreg.capture.data import Input

__all__ = ["MOST", "Rows", "made_up", "rows_of", "some", "trained_on"]

MOST: Final = 300
_TABLE: Final = 2
_SIDE: Final = frozenset({"target", "weight", "groups", "eval_target"})
"""Roles of what a model does not predict from."""


class Rows(NamedTuple):
    """Some rows."""

    name: str
    """``rows of X_train``."""
    data: Any
    many: int


def trained_on(source: str, names: Mapping[str, Any], target: str) -> tuple[Input, ...]:
    """Return what flowed into the training, after the code has run."""
    found = inputs((Execution(source=source),), names, target)
    return tuple(one for one in found if one.expression and one.present)


def rows_of(found: tuple[Input, ...], names: Mapping[str, Any], model: Any) -> Iterator[Rows]:
    """Yield rows of the data of the training, then of other data that looks like it.

    Parameters
    ----------
    found : tuple of Input
        What flowed into the training.
    names : mapping
        The variables.
    model : object
        Tells how many columns it takes.
    """
    asked = [one for one in found if one.role.removesuffix(" from") not in _SIDE]
    # what the training took as it is goes before what it made something of
    order = sorted(asked, key=lambda one: (not one.whole, one.role != "train"))
    done = set()
    for one in order:
        done.add(one.expression)
        yield from _some(one.expression, value_of(one.expression, names))
    width = describe(model, predict=False).signature.n_features
    for name in reversed(list(names)):
        value = names[name]
        if name.startswith("_") or name in done or not is_data(value) or not _fits(value, width):
            continue
        yield from _some(name, value)


def _some(name: str, value: Any) -> Iterator[Rows]:
    try:
        data, count = some(value)
    except Exception:  # noqa: BLE001  (data of any library: what gives no rows is left out)
        return
    if count:
        yield Rows(f"rows of {name}", data, count)


def _fits(value: Any, width: int | None) -> bool:
    shape: tuple[int, ...] = getattr(value, "shape", ())
    return len(shape) == _TABLE and (width is None or shape[1] == width)


def some(data: Any) -> tuple[Any, int]:
    """Return at most :data:`MOST` rows, each as far from the one before, and how many they are."""
    if hasattr(data, "dataset") and hasattr(data, "batch_size"):  # a loader of torch
        return some(data.dataset)
    if hasattr(data, "get_data") and hasattr(data, "construct"):  # a dataset of lightgbm
        return some(data.get_data())
    many = data.num_row() if hasattr(data, "num_row") else data.shape[0] if hasattr(data, "shape") else len(data)
    chosen = range(0, int(many), max(1, math.ceil(many / MOST)))
    cut = next((cut for marks, cut in _CUTS if all(hasattr(data, mark) for mark in marks)), _stacked)
    return cut(data, chosen), len(chosen)


def _stacked(data: Any, chosen: range) -> Any:
    """Return the inputs of the items of a dataset of torch: the first of each pair."""
    import torch

    items = (data[place] for place in chosen)
    return torch.stack([torch.as_tensor(one[0] if isinstance(one, list | tuple) else one) for one in items])


_CUTS: Final[tuple[tuple[tuple[str, ...], Callable[[Any, range], Any]], ...]] = (
    (("num_row", "slice"), lambda data, chosen: data.slice(list(chosen))),
    (("iloc",), lambda data, chosen: data.iloc[:: chosen.step]),
    (("gather_every",), lambda data, chosen: data.gather_every(chosen.step)),
    (("tocsr",), lambda data, chosen: data.tocsr()[:: chosen.step]),
    (("take", "schema"), lambda data, chosen: data.take(list(chosen))),
    (("shape",), lambda data, chosen: data[:: chosen.step]),
    (("index", "count"), lambda data, chosen: data[:: chosen.step]),
)
"""What tells a kind of data -> how rows of it are taken: xgboost, pandas, polars, scipy, pyarrow, arrays, lists."""


def made_up(model: Any) -> Rows | None:
    """Return rows of numbers of the width that a model takes; None where it does not tell."""
    import numpy as np

    signature = describe(model, predict=False).signature
    if not signature.n_features:
        return None
    data: Any = np.random.default_rng(0).normal(size=(MOST, signature.n_features))
    if signature.feature_names and len(signature.feature_names) == signature.n_features:
        import pandas as pd

        data = pd.DataFrame(data, columns=list(signature.feature_names))
    return Rows("made-up rows", data, MOST)
