"""The model that is registered, the same on every side: seed 7, about 15 KB as a pickle.

Imports nothing but scikit-learn, pandas and NumPy, for MLflow runs in an environment without modelreg. A notebook has pandas
imported before it registers anything, so no side pays for that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

PARAMS = {"lr": 0.1, "depth": 4}
METRICS = {"acc": 0.912, "loss": 0.31}
TAG = ("team", "risk")
NAME = "churn"
ALIAS = "staging"


def data() -> tuple[pd.DataFrame, pd.Series]:
    """Return 600 rows of 200 columns, and a label for each row."""
    chance = np.random.default_rng(7)
    rows, labels = chance.normal(size=(600, 200)), chance.integers(0, 3, 600)
    return pd.DataFrame(rows, columns=[f"c{number}" for number in range(200)]), pd.Series(labels, name="label")


def fitted() -> Any:
    """Return a fitted pipeline of a scaler and a linear model."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=50)).fit(*data())


def change(model: Any, step: float = 1e-6) -> None:
    """Move every parameter a little, so that no side finds the bytes that it already has."""
    model[-1].coef_ += step
