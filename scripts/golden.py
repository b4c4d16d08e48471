"""Write a golden store: a small registry of this release that every later one must open.

python scripts/golden.py tests/data/registry-0.1.0

Run once for a release, and committed; never again for the same one. What must be found in it stands in the JSON file beside.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from modelreg.registry import Registry


def main(place: Path) -> None:
    """Make the registry at ``place`` and the list of what is in it."""
    os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp()
    import modelreg

    registry = modelreg.connect(place, actor="golden")
    fill(registry)
    facts = told(registry)
    registry.close()
    place.with_suffix(place.suffix + ".json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")


def fill(registry: Registry) -> None:
    """Do a little of everything that leaves something in a registry."""
    for number in range(3):
        weights = np.arange(1000, dtype=np.float64) * number  # large enough to leave the stream
        registry.register(
            {"weights": weights, "classes": ("no", "yes")}, "churn", project="train", artifact="clf",
            aliases=["staging"], metrics={"auc": 0.9 + number / 100, "loss": [3.0, 2.0, 1.0 / (number + 1)]},
            params={"depth": number, "kind": "linear"}, tags=["team=growth", "gpu"], message=f"epoch {number}",
        )  # fmt: skip
    registry.promote("churn:v1", "production", message="better")
    registry.promote("churn:v2", "production", message="better still")
    registry.rollback("churn", "production", message="complaints")
    registry.protect("churn", "production")
    registry.metric("churn", "auc", "higher")
    registry.describe("churn", "# Churn\n\nWho **leaves**, and who stays: ψ.")
    registry.link("train/clf:v2", "MNIST Grayscale 28x28", aliases=["best"])
    registry.rename("MNIST Grayscale 28x28", "digits")
    registry.log(np.eye(3), "data/train", kind="dataset")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "model.txt").write_text("weights: 1 2 3\n")
        registry.register(None, "notes", path=Path(folder, "model.txt"), project="train", artifact="notes")
    registry.delete("churn:v0", force=True)


def told(registry: Registry) -> dict[str, Any]:
    """Return what can be read of a registry, as JSON."""
    return {
        "models": {
            model.name: {"aliases": model.aliases, "protected": list(model.protected), "versions": model.versions,
                         "stages": list(model.stages), "directions": model.directions, "text": model.description}
            for model in registry.models(limit=1000)
        },
        "versions": {
            version.ref: {"content": version.content_id, "source": version.source, "metrics": version.metrics,
                          "params": version.params, "tags": version.tags, "aliases": list(version.aliases),
                          "class": version.class_name, "size": version.size}
            for home in ("churn", "digits", "notes", "data/train", "train/clf")
            for version in registry.versions(home, limit=1000)
        },
        "history": [[action.kind, action.subject, action.number, action.alias, action.reason]
                    for action in registry.history(limit=1000, newest_first=False)],
    }  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
