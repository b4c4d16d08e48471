"""Which calls into packages draw from which generator of random numbers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from modelreg.capture.slice import surroundings
from modelreg.capture.slice.surroundings import KERAS, NUMPY, RANDOM, SEARCH, TORCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.capture.slice.values import Arguments

_LOOKED_AT: Final = 200
_NONE_GIVEN: Final = object()
_SEED_THEMSELVES: Final = ("catboost.", "lightgbm.", "xgboost.")
"""Packages whose models have the same seed each time where they are given none."""

Draw = tuple[str, bool]
"""A generator, and whether it is only maybe that it is advanced."""


def drawn(dotted: str, given: Arguments) -> Draw | None:
    """What a function or class of a package draws from when it is called, if anything."""
    name = dotted.rpartition(".")[2]
    of_family = _OF_FAMILY.get(dotted.partition(".")[0], _of_any)
    return of_family(dotted, name, given)


def held_by(model: object) -> str:
    """What a live object draws from when it is fitted, as far as it or what it is made of has no seed; else empty."""
    found, todo, seen = "", [model], 0
    while todo and seen < _LOOKED_AT:
        one, seen = todo.pop(), seen + 1
        if isinstance(one, list | tuple):
            todo += one
        held = _attributes(one)
        # what ends so was made by a fit, which makes it anew; and what has a seed gives seeds to what it holds
        if held.get("random_state") is None or type(one).__name__.endswith("SearchCV"):
            todo += [value for name, value in held.items() if not name.endswith("_")]
        if held.get("random_state", _NONE_GIVEN) is not None or type(one).__module__.startswith(_SEED_THEMSELVES):
            continue
        name = type(one).__name__
        if name in surroundings.SKLEARN_DRAWS or not type(one).__module__.startswith("sklearn."):
            return NUMPY
        found = NUMPY + "?"
    return found


def _attributes(one: object) -> dict[str, object]:
    """The attributes of an object that may be an estimator; none of its code runs."""
    if isinstance(one, type) or not (hasattr(type(one), "fit") or hasattr(type(one), "split")):
        return {}
    try:
        held = object.__getattribute__(one, "__dict__")
    except AttributeError:
        return {}
    return held if isinstance(held, dict) else {}


def by_chance(given: Arguments) -> bool:
    """Whether a call that takes a seed is given none, or one that is another one each time."""
    if given.node is None:
        return False
    said = [*given.node.args, *(one.value for one in given.node.keywords)]
    if all(isinstance(one, ast.Constant) and one.value is None for one in said):
        return True
    called = (inner.func for one in said for inner in ast.walk(one) if isinstance(inner, ast.Call))
    return any(getattr(one, "attr", getattr(one, "id", "")) in surroundings.CLOCKS for one in called)


def seeded(given: Arguments) -> bool:
    """Whether a call is given a seed or a generator."""
    return any(given.says(one) for one in surroundings.SEED_WORDS)


def _of_numpy(dotted: str, name: str, given: Arguments) -> Draw | None:
    return (NUMPY, False) if dotted.startswith("numpy.random.") and dotted not in surroundings.NUMPY_STILL else None


def _of_random(dotted: str, name: str, given: Arguments) -> Draw | None:
    return (RANDOM, False) if name[:1].islower() and name not in {"getstate", "seed", "setstate"} else None


def _of_torch(dotted: str, name: str, given: Arguments) -> Draw | None:
    layer = dotted.startswith("torch.nn.") and name.startswith(surroundings.TORCH_LAYERS)
    draws = layer or name in surroundings.TORCH_DRAWS or dotted.startswith("torch.nn.init.")
    return (TORCH, False) if draws and not given.says("generator") else None


def _of_vision(dotted: str, name: str, given: Arguments) -> Draw | None:
    loaded = given.says("weights") or given.says("pretrained")
    return (TORCH, loaded) if ".models." in dotted else None


def _of_keras(dotted: str, name: str, given: Arguments) -> Draw | None:
    return KERAS, True


def _of_search(dotted: str, name: str, given: Arguments) -> Draw | None:
    """Searches for parameters have generators of their own, which only their seed brings back."""
    if name == "create_study":
        draws = not given.says("sampler")
    else:
        draws = name in {"fmin", *surroundings.SAMPLERS} and not seeded(given) and not given.says("rstate")
    return (SEARCH, False) if draws else None


def _of_any(dotted: str, name: str, given: Arguments) -> Draw | None:
    still = name == "train_test_split" and given.constant(-1, "shuffle") is False
    if seeded(given) or still:
        return None
    if dotted.startswith("seaborn."):
        return (NUMPY, True) if name in surroundings.SEABORN_DRAWS else None
    known = name in surroundings.SKLEARN_FUNCTIONS or (dotted.startswith("scipy.") and name in surroundings.SCIPY_DRAWS)
    return (NUMPY, False) if known else None


_OF_FAMILY: Final[dict[str, Callable[[str, str, Arguments], Draw | None]]] = {
    "numpy": _of_numpy,
    "random": _of_random,
    "torch": _of_torch,
    "torchvision": _of_vision,
    "keras": _of_keras,
    "tensorflow": _of_keras,
    "optuna": _of_search,
    "hyperopt": _of_search,
}
