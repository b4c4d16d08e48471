"""What every side can be asked for: open a store, register, load, fill, look. One module per library says how.

::

    with_mlflow.py   with_wandb.py   with_bentoml.py   with_modelstore.py   with_pins.py   with_files.py   with_modelreg.py

Each runs in the environment of its library, imports nothing of modelreg's (but for its own), and has one
``open_side(place, option)``, which imports the library and opens or makes the store: that is part of what is timed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import workloads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LOOKS = ("list", "page", "tag", "metric", "alias")
"""Of W7: all models; the versions of one; those with a tag; those with a metric above 0.95; the one that an alias means."""
TOP = 0.95


class AbsentError(Exception):
    """The library has no such thing; the message says what there is instead."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is kept beside a model."""

    name: str = workloads.NAME
    params: Mapping[str, Any] = field(default_factory=workloads.PARAMS.copy)
    metrics: Mapping[str, float] = field(default_factory=workloads.METRICS.copy)
    tag: tuple[str, str] = workloads.TAG
    alias: str | None = workloads.ALIAS


def model_name(which: int) -> str:
    """Return the name of a model of W7."""
    return f"model-{which}"


def listed(which: int, number: int, versions: int) -> Facts:
    """Return the facts of one version of W7."""
    return Facts(
        name=model_name(which),
        params={"depth": number % 20},
        metrics={"acc": (131 * which + 17 * number) % 1000 / 1000},
        tag=("group", f"t{(which + number) % 50}"),
        alias="production" if number == versions - 1 else None,
    )


class Side:
    """One library with one store."""

    filled: ClassVar[str] = "few"
    """Whether W7 fills ``many`` versions at once or registers ``few``."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(parents=True, exist_ok=True)

    def version(self) -> str:
        """Return the version of the library."""
        raise NotImplementedError

    def prepare(self, model: Any, kind: str) -> None:
        """Do what is no part of the time."""

    def register(self, model: Any, kind: str, facts: Facts) -> str:
        """Keep a model with its params, metrics, tag and alias, as far as the library has them; return what names it."""
        raise NotImplementedError

    def load(self, name: str, kind: str) -> Any:
        """Return the model that :meth:`register` named so."""
        raise AbsentError("nothing is loaded")

    def count(self) -> int:
        """Return how many versions the store lists of the one model."""
        raise AbsentError("nothing is listed")

    def fill(self, models: int, versions: int) -> None:
        """Make the catalog of W7, version by version where a library has no quicker way."""
        for number in range(versions):
            for which in range(models):
                self.register({"version": number, "model": which}, "object", listed(which, number, versions))

    def looks(self, models: int, versions: int) -> dict[str, Callable[[], int]]:
        """Return a call for each of :data:`LOOKS` that the library has; each returns how many it found."""
        raise AbsentError("there is no catalog")

    def close(self) -> None:
        """End what the library has started."""
