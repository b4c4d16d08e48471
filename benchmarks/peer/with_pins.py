"""pins: a folder of versions, each a joblib file and a YAML file with params, metrics and tag as its user metadata."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING, Any

import workloads
from side import Facts, Side, model_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Pins(Side):
    """A board in a folder. There are no aliases, and only names and titles are searched."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        import pins

        self._board = pins.board_folder(str(place), versioned=True, allow_pickle_read=True)

    def version(self) -> str:
        """Return the version of the library."""
        return importlib.metadata.version("pins")

    def register(self, model: Any, kind: str, facts: Facts) -> str:
        """Write a version."""
        user = {"params": dict(facts.params), "metrics": dict(facts.metrics), "tags": dict([facts.tag])}
        meta = self._board.pin_write(model, facts.name, type="joblib", title=facts.name, metadata=user)
        return f"{facts.name} {meta.version.version}"

    def load(self, name: str, kind: str) -> Any:
        """Return the object of a version."""
        pin, _, version = name.partition(" ")
        return self._board.pin_read(pin, version)

    def count(self) -> int:
        """Return how many versions there are."""
        return len(self._board.pin_versions(workloads.NAME, as_df=False))

    def looks(self, models: int, versions: int) -> dict[str, Callable[[], int]]:
        """Return the looks that there are: the names of all, and the versions of one."""
        name = model_name(models // 2)
        return {
            "list": lambda: len(self._board.pin_list()),
            "page": lambda: len(self._board.pin_versions(name)),
        }


def open_side(place: Path, option: str) -> Pins:
    """Return the side."""
    return Pins(place)
