"""What a model answers, in one form for all libraries: predictions, and scores of classes where it has them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.model.families import family_of
from modelreg.capture.model.values import attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Answer", "answer_of", "plain"]

BINARY: Final = frozenset({"Logit", "Probit"})
"""Models of statsmodels that predict the probability of the second class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Predictions as arrays of numpy."""

    predicted: Any = None
    """Classes or numbers; None where they must be made from the scores."""
    scores: Any = None
    """For each row a score of the second class, or one for each class."""
    probable: bool = False
    """The scores are probabilities."""
    raw: bool = False
    """The scores are what the last layer gives: probabilities, logits, or numbers to be told by the target."""
    sigmoid: bool = False
    """The last layer is known to give probabilities of the second class."""
    classes: Any = None
    """In the order of the columns of the scores."""


def plain(data: Any) -> Any:
    """Return data as an array of numpy; a frame of one column as a row."""
    import numpy as np

    if hasattr(data, "detach"):
        data = data.detach().cpu().numpy()
    elif hasattr(data, "to_numpy"):
        data = data.to_numpy()
    found = np.asarray(data)
    return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found  # noqa: PLR2004  (rows, columns)


def answer_of(model: Any, inputs: Any) -> Answer:
    """Return what ``model`` answers for ``inputs``."""
    family = family_of(model)
    own = hasattr(model, "get_params")
    if family == "torch":
        last = next((one for one in reversed(list(model.modules())) if not list(one.children())), None)
        return Answer(scores=plain(_forward(model, inputs)), raw=True, sigmoid=type(last).__name__ == "Sigmoid")
    if family == "keras":
        last = attribute((attribute(model, "layers") or [None])[-1], "activation")
        scores = plain(model.predict(inputs, verbose=0))
        return Answer(scores=scores, raw=True, sigmoid=getattr(last, "__name__", "") == "sigmoid")
    if family in {"xgboost", "lightgbm"} and not own:
        return _boosted(model, inputs, family)
    if family == "statsmodels":
        fitted = attribute(model, "model")
        binomial = type(attribute(fitted, "family")).__name__ == "Binomial" or type(fitted).__name__ in BINARY
        found = plain(model.predict(inputs))
        return Answer(scores=found, probable=True) if binomial else Answer(predicted=found)
    predicted = plain(model.predict(inputs))
    scores, probable = _scores(model, inputs)
    return Answer(predicted=predicted, scores=scores, probable=probable, classes=_classes(model))


def _classes(model: Any) -> Any:
    import numpy as np

    found = attribute(model, "classes_")
    found = np.asarray(found) if isinstance(found, list) else found
    return found if getattr(found, "ndim", 0) == 1 and len(found) else None


def _scores(model: Any, inputs: Any) -> tuple[Any, bool]:
    """Return the scores of the classes, of two classes those of the second, and whether they are probabilities."""
    for name in ("predict_proba", "decision_function"):
        method = attribute(model, name)
        if not callable(method) or (name == "decision_function" and _classes(model) is None):
            continue
        found = method(inputs)
        if getattr(found, "ndim", 0) in {1, 2}:
            return found, name == "predict_proba"
    return None, False


def _boosted(model: Any, inputs: Any, family: str) -> Answer:
    if family == "xgboost":
        import json

        rows = inputs if type(inputs).__name__.endswith("DMatrix") else sys.modules["xgboost"].DMatrix(inputs)
        found = model.predict(rows)
        objective = json.loads(model.save_config())["learner"]["objective"]["name"]
        classifies = objective.startswith(("binary:logistic", "multi:softprob"))
        if objective in {"multi:softmax", "binary:hinge"}:
            found = found.astype(int)  # classes, which xgboost gives as fractions
        return Answer(scores=found, probable=True) if classifies else Answer(predicted=found)
    found = model.predict(inputs)
    objective = str((model.params or {}).get("objective", "")) or model.dump_model(num_iteration=1).get("objective", "")
    classifies = objective.startswith(("binary", "multiclass", "softmax", "cross_entropy", "xentropy"))
    return Answer(scores=found, probable=True) if classifies else Answer(predicted=found)


def _forward(model: Any, inputs: Any) -> Any:
    from modelreg.capture.model.torch import tensor

    given = tensor(model, inputs)
    with _evaluating(model), sys.modules["torch"].no_grad():
        return model(given)


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """Put a module into evaluation mode, and every part of it back into what it was in."""
    before = [(one, one.training) for one in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for one, mode in before:
            one.training = mode
