"""modelreg, by its Python API: durable, no capture (the extension is not loaded)."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import workloads
from side import TOP, Facts, Side, listed

if TYPE_CHECKING:
    from collections.abc import Callable


class Modelreg(Side):
    """A registry in a folder."""

    filled = "many"

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        import modelreg

        self._registry = modelreg.connect(place)

    def version(self) -> str:
        """Return the version of the library."""
        return importlib.metadata.version("modelreg")

    def register(self, model: Any, kind: str, facts: Facts) -> str:
        """Register a version with all its facts."""
        done = self._registry.register(
            model, facts.name, aliases=[facts.alias] if facts.alias else [], params=facts.params, metrics=facts.metrics,
            tags=["=".join(facts.tag)], project="bench", artifact="clf",
        )  # fmt: skip
        return f"{facts.name}:v{done.version.number}"

    def load(self, name: str, kind: str) -> Any:
        """Return the live object."""
        return self._registry.load(name)

    def count(self) -> int:
        """Return how many versions there are."""
        return len(self._registry.versions(workloads.NAME, limit=1000))

    def fill(self, models: int, versions: int) -> None:
        """Fill the tables."""
        sys.path.append(str(Path(__file__).parent.parent))
        import fill

        import modelreg
        from modelreg.catalog import create

        self._registry.close()
        create.create(self.place)
        fill.fill(self.place / create.DATABASE, homes=models, versions=versions, facts=_facts(fill.Said, versions))
        self._registry = modelreg.connect(self.place)

    def looks(self, models: int, versions: int) -> dict[str, Callable[[], int]]:
        """Return the five looks."""
        registry, name = self._registry, f"model-{2 * (models // 2) + 2}"  # as they are called where they are filled in
        return {
            "list": lambda: len(registry.models(limit=1000)),
            "page": lambda: len(registry.versions(name, limit=20)),
            "tag": lambda: len(registry.versions(None, 'tags.group == "t7"', limit=1000)),
            "metric": lambda: len(registry.versions(None, f"metrics.acc > {TOP}", limit=20)),
            "alias": lambda: int(registry.get(f"{name}:production").number == versions - 1),
        }


def _facts(said: Any, versions: int) -> Callable[[int, int], Any]:
    """Return what says the facts of each version of W7."""

    def facts(which: int, number: int) -> Any:
        one = listed(which, number, versions)
        aliases = [one.alias] if one.alias else []
        return said(params=one.params, metrics=one.metrics, tags=[one.tag], aliases=aliases)

    return facts


def open_side(place: Path, option: str) -> Modelreg:
    """Return the side; ``unflushed``: nothing waits for the disk, as with every library that modelreg is compared with."""
    if option == "unflushed":
        os.fsync = os.fdatasync = lambda _: None
    return Modelreg(place)
