"""What a kernel may hold that makes trouble when it is touched: each is called so that the form would look at it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final, NoReturn

import numpy as np
import pandas as pd


class Refused(Exception):  # noqa: N818  (what the user's classes raise)
    """Something asked what nobody may ask."""


class Shut:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise Refused(name)

    def _refuse(self, *_: Any) -> NoReturn:
        raise Refused

    __len__ = __eq__ = __hash__ = __bool__ = __iter__ = __getitem__ = __float__ = __repr__ = __reduce_ex__ = _refuse  # type: ignore[assignment]


class Proxy:
    """Says that it is of another class, and fetches what it stands for when it is touched."""

    @property
    def __class__(self) -> NoReturn:  # type: ignore[override]
        raise Refused

    def __getattr__(self, name: str) -> NoReturn:
        raise Refused(name)


class Own:
    """Has a ``__dict__`` that is made up when it is asked for."""

    @property
    def __dict__(self) -> NoReturn:  # type: ignore[override]
        raise Refused


class Kept(type):
    """A class of classes that may not be asked anything."""

    def __getattribute__(cls, name: str) -> NoReturn:
        raise Refused(name)

    def __hash__(cls) -> NoReturn:
        raise Refused


class Counted(float):
    """A number that says otherwise when it is asked."""

    def __float__(self) -> NoReturn:
        raise Refused

    __str__ = __repr__ = __format__ = __float__  # type: ignore[assignment]


class Listed(list[float]):
    """A list without a length."""

    def __len__(self) -> NoReturn:
        raise Refused


def refused_model() -> Any:
    """Return what acts like a model and can be neither compared nor pickled."""

    class Model:
        def predict(self, rows: Any) -> Any:
            return rows

        def __eq__(self, other: object) -> NoReturn:
            raise Refused

        __hash__ = None  # type: ignore[assignment]

        def __getstate__(self) -> NoReturn:
            raise Refused

    return Model()


def oddities() -> dict[str, Any]:
    """Return variables as they may lie in a kernel."""
    itself: dict[str, Any] = {}
    itself["scores"] = itself
    held = np.empty((), dtype=object)
    held[()] = Kept("Inner", (), {})
    faked = type("ndarray", (), {"__module__": "numpy", "shape": (3,), "__len__": lambda _: 3})
    unnamed = type("Odd", (), {"__module__": 7})
    return {
        "auc": Shut(),
        "scores": Proxy(),
        "metrics": Own(),
        "report": object.__new__(Kept("Made", (), {})),
        "loss": 10**400,
        "f1": Fraction(10**400),
        "recall": Counted(0.5),
        "precision": Listed([0.1]),
        "results": itself,
        "history": {f"loss_{number}": number for number in range(200_000)},
        "logs": {"auc": Shut(), "f1": 0.25, 3: 0.5, "x" * 5000: 0.1, "\ud800": 0.1},
        "accuracy": faked(),
        "mae": unnamed(),
        "rmse": held,
        "mse": pd.Series([0.5, None], dtype="Float64"),
        "r2": [0.5, 10**400],
        "frame": pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
        "performance": pd.DataFrame([[1, 2]], columns=["auc", "auc"]),
        "shut": refused_model(),
        "nan": math.nan,
    }


def tensors() -> dict[str, Any]:
    """Return tensors, of which one has no value; none where torch is not installed."""
    try:
        import torch
    except ImportError:
        return {}
    return {"val_loss": torch.empty((), device="meta"), "test_loss": torch.tensor(0.5), "losses": torch.zeros(3)}


CERTAIN: Final = {"recall": "0.5", "f1": "0.25"}
"""The metrics among them, which are found all the same."""
