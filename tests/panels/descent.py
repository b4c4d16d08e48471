"""A model with ancestors and descendants: data, the run that used them, seven models tuned from it, one that only loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

import modelreg
from modelreg.notebook import Notebook

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry

X = np.arange(40.0).reshape(20, 2)
Y = (X[:, 0] > 20).astype(int)
CHILDREN = 7


def descend(place: Path) -> None:
    """Make ``churn:v0`` from ``data/train:v0``, and :data:`CHILDREN` versions of ``churn`` from it."""

    def seat(notebook: str, actor: str) -> Registry:
        return modelreg.connect(place, actor=actor, notebook=Notebook(path=f"{notebook}.ipynb"))

    here = seat("train", "mara")
    here.log(X, "data/train", kind="dataset")
    model = LogisticRegression().fit(X, Y)
    here.register(model, "churn", aliases=["staging"], data={"train": X}, message="a first try", variable="clf")
    seat("evaluate", "jonas").load("churn:v0")
    for number in range(CHILDREN):
        there = seat(f"tune{number}", "mara")
        there.register(there.load("churn:v0").set_params(C=number + 2.0).fit(X, Y), "churn", variable="tuned")
