"""BentoML's model store: a folder for each version, labels and metadata in its YAML file; the framework's own functions."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
from typing import TYPE_CHECKING, Any

import workloads
from side import TOP, Facts, Side, model_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODULES = {"sklearn": "bentoml.sklearn", "torch": "bentoml.pytorch", "object": "bentoml.picklable_model"}


class Bentoml(Side):
    """A store in a folder. The one alias is ``latest``."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        os.environ.update(BENTOML_HOME=str(place), BENTOML_DO_NOT_TRACK="True")
        import bentoml

        self._models = bentoml.models

    def version(self) -> str:
        """Return the version of the library."""
        return importlib.metadata.version("bentoml")

    def register(self, model: Any, kind: str, facts: Facts) -> str:
        """Save a version."""
        metadata = {"params": dict(facts.params), "metrics": dict(facts.metrics)}
        framework = importlib.import_module(MODULES[kind])
        saved = framework.save_model(facts.name, model, labels=dict([facts.tag]), metadata=metadata)
        return str(saved.tag)

    def load(self, name: str, kind: str) -> Any:
        """Return the model of a version."""
        return importlib.import_module(MODULES[kind]).load_model(name)

    def count(self) -> int:
        """Return how many versions there are."""
        return len(self._models.list(workloads.NAME))

    def looks(self, models: int, versions: int) -> dict[str, Callable[[], int]]:
        """Return the looks: each reads the YAML files of what it lists, and a search is a loop over them."""
        name = model_name(models // 2)

        def metric(model: Any) -> float:
            return model.info.metadata["metrics"]["acc"]

        return {
            "list": lambda: len({model.tag.name for model in self._models.list()}),
            "page": lambda: len(self._models.list(name)),
            "tag": lambda: len([model for model in self._models.list() if model.info.labels.get("group") == "t7"]),
            "metric": lambda: len([model for model in self._models.list() if metric(model) > TOP][:20]),
            "alias": lambda: int(self._models.get(f"{name}:latest") is not None),
        }


def open_side(place: Path, option: str) -> Bentoml:
    """Return the side."""
    return Bentoml(place)
