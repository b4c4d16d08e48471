"""Measures of predictions in plain numpy, for where scikit-learn is not loaded; they give what scikit-learn gives.

Classes are numbers from 0 in all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

__all__ = ["accuracy", "f1", "f1_macro", "log_loss", "mae", "r2", "rmse", "roc_auc"]


def accuracy(truth: Array, predicted: Array) -> float:
    """Return the share of rows that are right; of several labels a row, all of them."""
    right = truth == predicted
    return float((right if right.ndim == 1 else right.all(axis=1)).mean())


def f1(truth: Array, predicted: Array) -> float:
    """Return the f1 of class 1."""
    return _f1_of(truth, predicted, 1)


def f1_macro(truth: Array, predicted: Array) -> float:
    """Return the mean f1 of the classes that occur."""
    import numpy as np

    return float(np.mean([_f1_of(truth, predicted, one) for one in np.union1d(truth, predicted)]))


def _f1_of(truth: Array, predicted: Array, label: int) -> float:
    hit = int(((truth == label) & (predicted == label)).sum())
    either = int((truth == label).sum()) + int((predicted == label).sum())
    return 2 * hit / either if either else 0.0


def roc_auc(truth: Array, scores: Array) -> float:
    """Return the area under the ROC curve; of more than two classes the mean over each against the rest.

    Parameters
    ----------
    truth : ndarray
        Classes.
    scores : ndarray
        A score of class 1 for each row, or one for each class.
    """
    import numpy as np

    if scores.ndim == 1:
        return _auc(truth == 1, scores)
    return float(np.mean([_auc(truth == one, scores[:, one]) for one in range(scores.shape[1])]))


def _auc(positive: Array, scores: Array) -> float:
    """Return the chance that a positive row scores above a negative one, equal scores counting half."""
    import numpy as np

    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places.reshape(-1)]
    yes = int(positive.sum())
    return float((ranks[positive].sum() - yes * (yes + 1) / 2) / (yes * (len(positive) - yes)))


def log_loss(truth: Array, probabilities: Array) -> float:
    """Return the mean negative logarithm of what the true classes were given; a column for each class."""
    import numpy as np

    least = np.finfo(probabilities.dtype).eps
    given = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.clip(given, least, 1 - least)).mean())


def r2(truth: Array, predicted: Array) -> float:
    """Return the share of the variance that is explained, the mean over several outputs."""
    import numpy as np

    left = ((truth - predicted) ** 2).sum(axis=0)
    all_of_it = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
    safe = np.where(all_of_it == 0, 1, all_of_it)
    return float(np.mean(np.where(all_of_it == 0, np.where(left == 0, 1.0, 0.0), 1 - left / safe)))


def rmse(truth: Array, predicted: Array) -> float:
    """Return the root of the mean squared error, the mean over several outputs."""
    import numpy as np

    return float(np.sqrt(((truth - predicted) ** 2).mean(axis=0)).mean())


def mae(truth: Array, predicted: Array) -> float:
    """Return the mean absolute error."""
    return float(abs(truth - predicted).mean())
