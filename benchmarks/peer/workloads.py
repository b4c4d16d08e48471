"""What is registered, the same on every side: the workloads W1 to W5, seed 7, and how each of them changes.

Imports NumPy at the top and everything else where it is made, for no library has all that the others need. No two
registrations are of equal bytes: every large array changes before each, so that nobody finds what it already has.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from sizes import Size

PARAMS: Final = {"lr": 0.1, "depth": 4}
METRICS: Final = {"acc": 0.912, "loss": 0.31}
TAG: Final = ("team", "risk")
NAME: Final = "churn"
ALIAS: Final = "staging"
SEED: Final = 7
PAGE: Final = 4096


class Holder:
    """A plain class of one's own: what W4 registers."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values


def pipeline(size: Size) -> Any:
    """Return W1: a scaler and a linear model, fitted, about 11 KB as a pickle."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    chance = np.random.default_rng(SEED)
    rows, labels = chance.normal(size=(600, 200)), chance.integers(0, 3, 600)
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=50)).fit(rows, labels)


def forest(size: Size) -> Any:
    """Return W2: a forest of a hundred trees, 100 MB."""
    from sklearn.ensemble import RandomForestClassifier

    chance = np.random.default_rng(SEED)
    rows, labels = chance.normal(size=(size.rows, 8)), chance.integers(0, 10, size.rows)
    return RandomForestClassifier(size.trees, random_state=0, n_jobs=4, max_features=2).fit(rows, labels)


def module(size: Size) -> Any:
    """Return W3: a torch module of eight equal layers, 512 MB."""
    import torch

    torch.manual_seed(SEED)
    return torch.nn.Sequential(*(torch.nn.Linear(size.wide, size.wide) for _ in range(8)))


def holder(size: Size) -> Any:
    """Return W4: an object that holds one array of random numbers, 1 GB."""
    return Holder(np.random.default_rng(SEED).random(size.numbers))


def backbone(size: Size) -> Any:
    """Return W5: a torch module of twelve layers and a head, 209 MB."""
    import torch

    torch.manual_seed(SEED)
    layers = [torch.nn.Linear(size.layer, size.layer) for _ in range(12)]
    return torch.nn.Sequential(*layers, torch.nn.Linear(size.layer, max(1, size.layer * 1000 // 2048)))


def move_pipeline(model: Any, turn: int) -> None:
    """Change the parameters of W1."""
    model[-1].coef_ += 1e-6


def move_forest(model: Any, turn: int) -> None:
    """Change the values and thresholds of every tree of W2."""
    for tree in model.estimators_:
        tree.tree_.value[...] *= 1 + 1e-9
        tree.tree_.threshold[...] += 1e-12


def move_module(model: Any, turn: int) -> None:
    """Change every parameter of W3."""
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1e-6)


def move_holder(model: Any, turn: int) -> None:
    """Change every number of W4."""
    model.values += 1e-9


def move_head(model: Any, turn: int) -> None:
    """Draw the weight of the head of W5 anew, in place."""
    import torch

    with torch.no_grad():
        model[-1].weight.normal_(generator=torch.Generator().manual_seed(1000 + turn))


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One thing to register."""

    kind: str
    """``sklearn``, ``torch`` or ``object``: what a library has a flavor for."""
    make: Callable[[Size], Any]
    change: Callable[[Any, int], None]
    warm: bool = True
    """Whether a registration before the timed ones is left out: the library is loaded, the store is there."""


WORKLOADS: Final = {
    "W1": Workload(kind="sklearn", make=pipeline, change=move_pipeline),
    "W2": Workload(kind="sklearn", make=forest, change=move_forest),
    "W3": Workload(kind="torch", make=module, change=move_module),
    "W4": Workload(kind="object", make=holder, change=move_holder),
    "W5": Workload(kind="torch", make=backbone, change=move_head, warm=False),
    "W6": Workload(kind="sklearn", make=pipeline, change=move_pipeline),
    "W7": Workload(kind="sklearn", make=pipeline, change=move_pipeline),
    "W9": Workload(kind="sklearn", make=pipeline, change=move_pipeline),
    "W10": Workload(kind="sklearn", make=pipeline, change=move_pipeline),
}


def arrays(model: Any) -> list[np.ndarray]:
    """Return the arrays that a model is made of, without a copy of the large ones."""
    if isinstance(model, Holder):
        return [model.values]
    if hasattr(model, "parameters"):
        return [parameter.detach().numpy() for parameter in model.parameters()]
    if hasattr(model, "estimators_"):
        return [part for one in model.estimators_ for part in (one.tree_.value, one.tree_.threshold)]
    return [model[-1].coef_]


def unique(model: Any) -> int:
    """Return how many bytes a version of W5 adds: those of its head's weight."""
    return model[-1].weight.numel() * model[-1].weight.element_size()


def touch(model: Any) -> None:
    """Read one byte of each page of a model's arrays, where they lie in one piece."""
    for array in arrays(model):
        if array.flags.c_contiguous:
            array.reshape(-1).view(np.uint8)[::PAGE].sum()


def total(model: Any) -> float:
    """Return the sum of all numbers of a model: reads all of it."""
    return float(sum(float(array.sum()) for array in arrays(model)))


def mark(model: Any) -> str:
    """Return what tells a model from the same one before it changed."""
    found = arrays(model)
    return ",".join(f"{zlib.crc32(array.reshape(-1)[:1000].tobytes()):08x}" for array in (found[0], found[-1]))
