"""W&B offline, the local part only: the user's file, its staging copy, its digest and the record; nothing is uploaded.

There is no way back from it without a server: no load, no list, no search, and an alias is a wish in the record.
"""

from __future__ import annotations

import importlib.metadata
import os
from typing import TYPE_CHECKING, Any

from side import Facts, Side

if TYPE_CHECKING:
    from pathlib import Path


class Wandb(Side):
    """One offline run; its folders are in the place."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        folders = {
            name: str(place / name.lower()) for name in ("WANDB_DATA_DIR", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR")
        }
        os.environ.update(
            WANDB_MODE="offline", WANDB_DIR=str(place), WANDB_SILENT="true", WANDB_ERROR_REPORTING="false"
        )
        os.environ.update(WANDB_ARTIFACT_DIR=str(place / "artifacts"), WANDB_CONSOLE="off", **folders)
        import wandb

        self._wandb, self._number = wandb, 0
        self._run = wandb.init(project="bench", mode="offline", dir=str(place))

    def version(self) -> str:
        """Return the version of the library."""
        return importlib.metadata.version("wandb")

    def register(self, model: Any, kind: str, facts: Facts) -> str:
        """Write the user's file, make an artifact of it and log that."""
        self._number += 1
        path = self.place / f"{os.getpid()}-{self._number}.bin"
        if kind == "torch":
            import torch

            torch.save(model, path)
        else:
            import joblib

            joblib.dump(model, path)
        self._run.log(dict(facts.metrics))
        artifact = self._wandb.Artifact(facts.name, type="model", metadata=dict(facts.params))
        artifact.add_file(str(path))
        self._run.log_artifact(artifact, aliases=[facts.alias] if facts.alias else [], tags=["-".join(facts.tag)])
        return path.name

    def close(self) -> None:
        """End the run."""
        self._run.finish()


def open_side(place: Path, option: str) -> Wandb:
    """Return the side."""
    return Wandb(place)
