"""Metrics that a model keeps of its own training."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.metrics.numbers import curve, number
from modelreg.capture.metrics.records import Found
from modelreg.capture.model import estimator
from modelreg.capture.model.families import family_of
from modelreg.capture.model.statsmodels import uncached
from modelreg.capture.model.values import attribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["attributes"]

SINGLE: Final = (
    "best_score_", "best_score", "oob_score_", "inertia_", "lower_bound_", "best_loss_", "best_validation_score_", "loss_",
    "n_iter_", "best_iteration_", "best_iteration",
)  # fmt: skip
CURVES: Final = ("train_score_", "validation_score_", "validation_scores_")
"""Of these the last point counts."""
COUNTS: Final = frozenset({"best_iteration_", "best_iteration"})
"""Attributes that may be there though the training was not stopped early."""
CALLED: Final = {"xgboost": "evals_result", "catboost": "get_evals_result"}
"""Methods that tell the curves; that of a class that is not known is not called."""
STATSMODELS: Final = ("rsquared", "rsquared_adj", "prsquared", "aic", "bic", "llf")
HIGHER: Final = ("auc", "map", "ndcg", "acc", "f1", "r2", "precision", "recall", "pre", "kappa", "mcc")
"""What the names of metrics begin with of which more is better; of all others less is."""
MOST_SCORES: Final = 20


def attributes(obj: Any) -> Iterator[Found]:
    """Yield what a model keeps of how good it is, and what its parts do.

    The last step of a pipeline and the estimator that a search chose speak for the whole; names of other parts begin with
    their path. Where a library knows the set of data, its name stands before that of the metric: ``valid_0/auc``.
    """
    yield from _of(obj, "", "")
    chosen = attribute(obj, "best_estimator_")
    if chosen is not None:
        yield from _with_parts(chosen, "best_estimator_.")
    yield from _with_parts(obj, "", itself=False)


def _with_parts(obj: Any, where: str, *, itself: bool = True) -> Iterator[Found]:
    if itself:
        yield from _of(obj, "", where)
    steps = attribute(obj, "steps")
    if not isinstance(steps, list):
        return
    for place, step in enumerate(steps):
        if not isinstance(step, tuple) or len(step) != estimator.PAIR:
            continue
        name, part = step
        last = place == len(steps) - 1
        yield from _of(part, "" if last else f"{name}/", f"{where}{name}.")


def _of(obj: Any, prefix: str, where: str) -> Iterator[Found]:
    family = family_of(obj)
    with ExitStack() as stack:
        if family == "statsmodels":
            stack.enter_context(uncached(obj))
        for name, value, source, data in _read(obj, family):
            yield Found(name=f"{prefix}{name}", value=value, source=f"attribute {where}{source}", data=data, sure=True)


def _read(obj: Any, family: str) -> Iterator[tuple[str, float, str, str | None]]:
    """Yield name, value, attribute and set of data of what one object keeps."""
    source, sets = _curves(obj, family)
    yield from _from_curves(source, sets, _best_place(obj, family))
    if not sets:
        yield from _from_table(obj)
    for name in SINGLE:
        held = attribute(obj, name)
        value = number(max(curve(held), default=None) if name == "n_iter_" and curve(held) else held)
        if value is not None and not (name in COUNTS and _best_place(obj, family) is None):
            yield name.strip("_"), value, name, None
    for name in CURVES:
        points = curve(attribute(obj, name))
        if points:
            yield name.strip("_").replace("scores", "score"), points[-1], f"{name}[-1]", None
    if family == "statsmodels":
        for name in STATSMODELS:
            value = number(attribute(obj, name))
            if value is not None:
                yield name, value, name, None
    yield from _from_search(obj)


def _best_place(obj: Any, family: str) -> int | None:
    """Return the index of the iteration at which a training was stopped early; lightgbm counts from 1, 0 being none."""
    found = attribute(obj, "best_iteration_")
    count = number(attribute(obj, "best_iteration") if found is None else found)
    if count is None:
        return None
    place = int(count) - (family == "lightgbm")
    return place if place >= 0 else None


def _curves(obj: Any, family: str) -> tuple[str, Mapping[str, Any]]:
    """Return what a boosting or a network kept of each iteration: the attribute, and set of data -> metric -> points."""
    history = attribute(attribute(obj, "history"), "history")
    if isinstance(history, dict):  # keras
        return "history.history", {"": history}
    held, name = attribute(obj, "evals_result_"), "evals_result_"
    if not isinstance(held, dict) and family in CALLED:
        name = CALLED[family]
        method = attribute(obj, name)
        try:
            held = method() if callable(method) else None
        except Exception:  # noqa: BLE001  (xgboost raises where there is none)
            held = None
        name = f"{name}()"
    return (name, held) if isinstance(held, dict) else ("", {})


def _from_curves(
    source: str, sets: Mapping[str, Any], best: int | None
) -> Iterator[tuple[str, float, str, str | None]]:
    """Yield each metric where the model predicts from, and its last and its best value where those are others."""
    for data, table in sets.items():
        for metric, held in table.items() if isinstance(table, dict) else ():
            points = curve(held)
            if not points:
                continue
            key, text = f"{data}/{metric}" if data else str(metric), f'{source}["{data}"]' if data else source
            path = f'{text}["{metric}"]'
            place = -1 if best is None or best >= len(points) - 1 else best
            yield key, points[place], f"{path}[{place}]", data or None
            if points[-1] != points[place]:
                yield f"{key}_last", points[-1], f"{path}[-1]", data or None
            top = max(points) if _higher(str(metric)) else min(points)
            if top != points[place]:
                yield f"{key}_best", top, f"{path}, the best", data or None


def _higher(metric: str) -> bool:
    return metric.lower().removeprefix("val_").startswith(HIGHER)


def _from_table(obj: Any) -> Iterator[tuple[str, float, str, str | None]]:
    """Yield what lightgbm and catboost keep of the best iteration only, by set of data."""
    for name in ("best_score_", "best_score"):
        table = attribute(obj, name)
        for data, row in table.items() if isinstance(table, dict) else ():
            for metric, held in row.items() if isinstance(row, dict) else ():
                value = number(held)
                if value is not None:
                    yield f"{data}/{metric}", value, f'{name}["{data}"]["{metric}"]', str(data)


def _from_search(obj: Any) -> Iterator[tuple[str, float, str, str | None]]:
    """Yield the scores of the candidate that a search chose, with their spread over the folds."""
    table, place = attribute(obj, "cv_results_"), attribute(obj, "best_index_")
    if not isinstance(table, dict) or number(place) is None:
        return
    for key in [one for one in table if str(one).startswith(("mean_test_", "std_test_"))][:MOST_SCORES]:
        kind, _, metric = key.partition("_test_")
        value = number(table[key][int(place)])
        if value is None or key == "mean_test_score":  # that is best_score_
            continue
        name = "best_score" if metric == "score" else f"cv/{metric}"
        yield f"{name}_std" if kind == "std" else name, value, f'cv_results_["{key}"][{place}]', None
