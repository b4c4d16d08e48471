"""What counts as a model, seen without running anything of the object."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
import xgboost
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from modelreg.flavors import is_model


class Predicts:
    def predict(self, x: Any) -> Any:
        return x


class Transforms:
    def fit(self, x: Any) -> Any:
        return self

    def transform(self, x: Any) -> Any:
        return x


class OnlyFits:
    def fit(self, x: Any) -> Any:
        return self


class Slippery:
    """Says yes to every question, and notes that it was asked."""

    asked: bool = False

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        type(self).asked = True
        return LogisticRegression

    def __getattr__(self, name: str) -> Any:
        type(self).asked = True
        return lambda *_: None


MODELS = [
    LogisticRegression(),
    make_pipeline(LogisticRegression()),
    xgboost.XGBRegressor(),
    LGBMClassifier(),
    torch.nn.Linear(1, 1),
    type("Net", (torch.nn.Module,), {})(),
    Predicts(),
    Transforms(),
]

OTHERS = [
    None,
    1,
    "text",
    [LogisticRegression()],
    {"model": LogisticRegression()},
    np.zeros(3),
    pd.DataFrame({"a": [1]}),
    torch.zeros(3),
    LogisticRegression,
    Predicts,
    Predicts().predict,
    np,
    len,
    OnlyFits(),
]


@pytest.mark.parametrize("obj", MODELS, ids=lambda obj: type(obj).__name__)
def test_a_model_is_one(obj: object) -> None:
    assert is_model(obj)


@pytest.mark.parametrize("obj", OTHERS, ids=lambda obj: type(obj).__name__)
def test_other_things_are_none(obj: object) -> None:
    assert not is_model(obj)


def test_an_object_is_not_asked() -> None:
    assert not is_model(Slippery())
    assert not Slippery.asked
