"""modelstore on a folder: a gzipped tar for each version and JSON beside it; states are its aliases."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING, Any

import workloads
from side import AbsentError, Facts, Side, listed, model_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Modelstore(Side):
    """A store in a folder. Models of the libraries that it knows only; the facts are its extra metadata."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from modelstore import ModelStore

        self._store = ModelStore.from_file_system(root_directory=str(place))
        self._states: set[str] = set()

    def version(self) -> str:
        """Return the version of the library."""
        return importlib.metadata.version("modelstore")

    def register(self, model: Any, kind: str, facts: Facts) -> str:
        """Upload a version."""
        if kind == "object":
            raise AbsentError("takes models of known libraries only")
        extra = {"params": dict(facts.params), "metrics": dict(facts.metrics), "tags": dict([facts.tag])}
        more = {"optimizer": _optimizer(model)} if kind == "torch" else {}
        meta = self._store.upload(facts.name, model=model, extra_metadata=extra, **more)
        identity = meta["model"]["model_id"]
        if facts.alias:
            if facts.alias not in self._states:
                self._store.create_model_state(facts.alias)
                self._states.add(facts.alias)
            self._store.set_model_state(facts.name, identity, facts.alias)
        return f"{facts.name} {identity}"

    def load(self, name: str, kind: str) -> Any:
        """Return the model of a version."""
        domain, _, identity = name.partition(" ")
        return self._store.load(domain, identity)

    def count(self) -> int:
        """Return how many versions there are."""
        return len(self._store.list_models(workloads.NAME))

    def fill(self, models: int, versions: int) -> None:
        """Upload the smallest model that it takes for each version."""
        from sklearn.dummy import DummyClassifier

        model = DummyClassifier(strategy="constant", constant=0).fit([[0], [1]], [0, 1])
        for number in range(versions):
            for which in range(models):
                self.register(model, "sklearn", listed(which, number, versions))

    def looks(self, models: int, versions: int) -> dict[str, Callable[[], int]]:
        """Return the looks that there are: nothing is searched."""
        name = model_name(models // 2)
        return {
            "list": lambda: len(self._store.list_domains()),
            "page": lambda: len(self._store.list_models(name)),
            "alias": lambda: len(self._store.list_models(name, "production")),
        }


def _optimizer(model: Any) -> Any:
    """Return an optimizer that has nothing to keep, for modelstore asks for one."""
    import torch

    return torch.optim.SGD(model.parameters(), lr=0.1)


def open_side(place: Path, option: str) -> Modelstore:
    """Return the side."""
    return Modelstore(place)
