"""How well a model predicts what is known."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.metrics import measures
from modelreg.capture.metrics.answers import Answer, answer_of, plain
from modelreg.capture.metrics.numbers import number
from modelreg.capture.metrics.records import Found, Metrics
from modelreg.capture.metrics.saying import said
from modelreg.capture.model.values import attribute

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["evaluated"]

LIBRARY: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "accuracy": ("accuracy_score", {}),
    "f1": ("f1_score", {"zero_division": 0.0}),
    "f1_macro": ("f1_score", {"average": "macro", "zero_division": 0.0}),
    "r2": ("r2_score", {}),
    "rmse": ("root_mean_squared_error", {}),
    "mae": ("mean_absolute_error", {}),
}
"""Measures that scikit-learn is asked for where it is loaded, and how it calls them."""
NUMBERS: Final = "iufb"
UNCLEAR: Final = "the model gives values from 0 to 1, which may be probabilities or logits; end it in a Sigmoid layer"
TABLE: Final = 2
"""Dimensions of what has columns."""


def evaluated(model: Any, inputs: Any, target: Any, expression: str) -> Metrics:
    """Return the measures, and what could not be computed."""
    found: dict[str, float] = {}
    errors: list[str] = []

    def measure(name: str, compute: Callable[[], Any]) -> None:
        try:
            value = number(compute())
        except Exception as error:  # noqa: BLE001  (one measure that fails is not the end of the others)
            errors.append(f"{name} on {expression}: {said(error, model, inputs)}")
            return
        if value is None:
            errors.append(f"{name} on {expression}: it is not a finite number")
        else:
            found[name] = value

    if callable(attribute(model, "predict")) or callable(model):
        for name, compute in _measures(model, inputs, target, errors, expression).items():
            measure(name, compute)
    if _scores_itself(model):
        others = list(found.values())
        measure("score", lambda: model.score(inputs, target))
        if any(math.isclose(found.get("score", math.nan), one, rel_tol=1e-9) for one in others):
            del found["score"]  # accuracy or r2 under another name
    source = f"evaluated on {expression}"
    return Metrics(
        found=tuple(
            Found(name=name, value=value, source=source, data=expression, sure=True) for name, value in found.items()
        ),
        errors=tuple(errors),
    )


def _scores_itself(model: Any) -> bool:
    """Whether a model has a scorer that is not the usual one of its kind."""
    method = attribute(model, "score")
    return callable(method) and getattr(method, "__module__", "") != "sklearn.base"


class _Unfit(Exception):  # noqa: N818  (never leaves this module)
    """Model and data cannot be compared; the message says why."""


def _measures(model: Any, inputs: Any, target: Any, errors: list[str], expression: str) -> dict[str, Callable[[], Any]]:
    """Return the measures of the kind of task, each ready to be computed."""
    try:
        answer, truth = answer_of(model, inputs), plain(target)
        _paired(answer, truth)
        answer = _told_by_target(answer, truth)
        if not _classifies(model, answer, truth):
            return _of_amounts(plain(answer.predicted), truth)
        wanted = _of_classes(answer, truth)
    except _Unfit as reason:
        errors.append(f"{expression}: {reason}")
    except Exception as error:  # noqa: BLE001  (what the model does with data that it does not know is its own)
        errors.append(f"{expression}: {said(error, model, inputs)}")
    else:
        if answer.predicted is not None or answer.probable:
            return wanted
        errors.append(f"accuracy, f1 and log_loss on {expression}: {UNCLEAR}")
        return {name: one for name, one in wanted.items() if name == "roc_auc"}
    return {}


def _paired(answer: Answer, truth: Any) -> None:
    rows = len(answer.scores if answer.predicted is None else answer.predicted)
    if not len(truth) or rows != len(truth):
        raise _Unfit(f"there are {rows} predictions for {len(truth)} true values")


def _of_amounts(predicted: Any, truth: Any) -> dict[str, Callable[[], Any]]:
    """Return the measures of a regression."""
    if truth.dtype.kind not in NUMBERS:
        raise _Unfit(f"the true values are {truth.dtype}, and the model predicts numbers")
    if predicted.shape != truth.shape:
        raise _Unfit(f"the model predicts values of shape {predicted.shape} for {truth.shape}")
    return {name: _bound(name, truth.astype(float), predicted.astype(float)) for name in ("r2", "rmse", "mae")}


def _told_by_target(answer: Answer, truth: Any) -> Answer:
    """Return what the outputs of a last layer are: scores of classes where the target is whole numbers, else numbers."""
    import numpy as np

    if not answer.raw:
        return answer
    out = answer.scores
    whole = truth.dtype.kind in "iub" or (truth.dtype.kind == "f" and set(np.unique(truth)) <= {0.0, 1.0})
    if out.ndim == TABLE and truth.ndim == 1 and truth.dtype.kind in "iub":
        summed = bool((out >= 0).all() and np.allclose(out.sum(axis=1), 1, atol=1e-3))
        return Answer(scores=out if summed else _softmax(out), probable=True)
    if out.ndim == 1 and truth.ndim == 1 and whole and len(np.unique(truth)) <= TABLE and truth.max() <= 1:
        if answer.sigmoid:
            return Answer(scores=out, probable=True)
        if bool((out < 0).any() or (out > 1).any()):
            return Answer(scores=1 / (1 + np.exp(-out.astype(float))), probable=True)
        return Answer(scores=out)  # probabilities, or logits that happen to lie there: only their order is sure
    return Answer(predicted=out)


def _softmax(out: Any) -> Any:
    import numpy as np

    powers = np.exp(out.astype(float) - out.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _classifies(model: Any, answer: Answer, truth: Any) -> bool:
    if answer.predicted is None or answer.classes is not None or answer.probable:
        return True
    if attribute(model, "_estimator_type") == "regressor":
        return False
    # whole numbers for whole numbers are classes: what predicts amounts gives fractions
    return bool(truth.dtype.kind != "f" and answer.predicted.dtype.kind != "f")


def _of_classes(answer: Answer, truth: Any) -> dict[str, Callable[[], Any]]:
    """Return the measures of a classification, each ready to be computed."""
    import numpy as np

    scores = answer.scores
    if answer.predicted is None:
        codes = scores.argmax(axis=1) if scores.ndim == TABLE else (scores > 0.5).astype(int)  # noqa: PLR2004  (even)
        classes = np.arange(scores.shape[1] if scores.ndim == TABLE else TABLE)
        predicted = classes[codes]
    else:
        predicted = answer.predicted
        classes = answer.classes if answer.classes is not None else np.unique(truth)
    if truth.ndim > 1:
        return {"accuracy": _bound("accuracy", truth, predicted)}
    if (truth.dtype.kind in NUMBERS) != (predicted.dtype.kind in NUMBERS):
        raise _Unfit(f"the true values are {truth.dtype}, and the model predicts {predicted.dtype}")
    known, scores = _sorted(np.asarray(classes), scores)
    every = known if np.isin(truth, known).all() and np.isin(predicted, known).all() else np.union1d(truth, predicted)
    true_codes, codes = np.searchsorted(every, truth), np.searchsorted(every, predicted)
    binary = len(every) <= TABLE
    name = "f1" if binary else "f1_macro"
    wanted = {"accuracy": _bound("accuracy", true_codes, codes), name: _bound(name, true_codes, codes)}
    # a class that the model never saw has no column
    if scores is not None and len(every) == len(known) > 1:
        wanted["roc_auc"] = lambda: _auc(true_codes, _columns(scores, binary=binary), len(known))
        if answer.probable:
            wanted["log_loss"] = lambda: measures.log_loss(true_codes, _both(scores))
    return wanted


def _sorted(classes: Any, scores: Any) -> tuple[Any, Any]:
    """Return classes in their order, and the columns of their scores with them."""
    order = classes.argsort()
    several = scores is not None and scores.ndim == TABLE and scores.shape[1] == len(classes)
    return classes[order], scores[:, order] if several else scores


def _columns(scores: Any, *, binary: bool) -> Any:
    return scores[:, 1] if binary and scores.ndim == TABLE else scores


def _both(scores: Any) -> Any:
    import numpy as np

    return scores if scores.ndim == TABLE else np.stack([1 - scores, scores], axis=1)


def _auc(truth: Any, scores: Any, classes: int) -> float:
    import numpy as np

    if len(np.unique(truth)) < classes:
        msg = "not every class is in the true values"
        raise ValueError(msg)
    return measures.roc_auc(truth, scores)


def _bound(name: str, truth: Any, predicted: Any) -> Callable[[], Any]:
    """Return a measure of these values: scikit-learn's where it is loaded, else our own of the same value."""
    called, options = LIBRARY[name]
    own = getattr(measures, name)
    library = getattr(sys.modules.get("sklearn.metrics"), called, None)
    return lambda: own(truth, predicted) if library is None else library(truth, predicted, **options)
