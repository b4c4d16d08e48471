"""What a library's registration is held against in its own process: the serializer alone, and the bytes alone."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import probe
from probe import seconds
from with_files import Raw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Bare:
    """A folder in which one file at a time is written and removed."""

    def __init__(self, folder: Path, kind: str, *, raw: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._kind, self._raw = folder, kind, raw

    def measure(self, model: Any) -> dict[str, float]:
        """Write a model once; the file is gone afterwards."""
        found = {"serializer": self._one(lambda path: self._serialize(model, path))[0]}
        if self._raw:
            raw = Raw(self._folder)
            raw.prepare(model, self._kind)
            found["raw"], found["raw flush"] = self._one(lambda path: raw.dump(model, path))
        return found

    def _serialize(self, model: Any, path: Path) -> None:
        if self._kind == "torch":
            import torch

            torch.save(model, path)
            return
        with path.open("wb") as file:
            pickle.dump(model, file, protocol=5)

    def _one(self, dump: Callable[[Path], None]) -> tuple[float, float]:
        path = self._folder / "bare"
        took = seconds(lambda: dump(path))
        flushed = seconds(lambda: (probe.sync(path), probe.sync(self._folder)))
        path.unlink()
        return took, flushed
