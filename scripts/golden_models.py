"""Write a golden store of models: one of each kind, as this release keeps them, which every later one must load.

    python scripts/golden_models.py tests/data/models-0.1.0

Run once for each way in which models were ever kept, and committed; never again for the same one. What must be found in it
stands in the JSON file beside. It uses nothing but ``register``, so that it runs with older releases too.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.registry import Registry

X = (np.arange(600.0).reshape(200, 3) * 7 % 64) / 8
Y = np.arange(200) * 5 % 16 // 8
"""Numbers of few bits: no sum of them depends on the order in which a processor takes them."""

LIBRARIES = ("cloudpickle", "numpy", "pandas", "scikit-learn", "torch")


def main(place: Path) -> None:
    """Make the registry at ``place`` and the list of what is in it."""
    os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp()
    import modelreg

    registry = modelreg.connect(place, actor="golden")
    with tempfile.TemporaryDirectory() as folder:
        for name, model in made(Path(folder)).items():
            register(registry, name, model)
    facts = {"versions": told(registry), "made with": {name: version(name) for name in LIBRARIES}}
    registry.close()
    place.with_suffix(place.suffix + ".json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n")


def made(folder: Path) -> dict[str, Any]:
    """Return one model of each kind, the same each time; files lie below ``folder``."""
    return {name: make(folder) for name, make in KINDS.items()}


def register(registry: Registry, name: str, model: Any) -> Any:
    """Register one of them; return the answer."""
    path = model if isinstance(model, Path) else None
    return registry.register(None if path else model, name, path=path, project="golden", artifact=name)


def array() -> Any:
    """Return an array of more than a mebibyte in a dict, and small ones beside it."""
    return {
        "large": np.arange(200_000.0) // 1000,
        "small": [np.full(500, n, "f4") for n in range(5)],
        "steps": ("a", "b"),
    }


def frame() -> Any:
    """Return a table with columns of several kinds, the numbers of more than a mebibyte."""
    import pandas as pd

    rows = 150_000
    table = pd.DataFrame({
        "rate": np.arange(rows) // 1000 / 8, "count": (np.arange(rows) // 500).astype("i2"), "flag": np.arange(rows) % 2 == 0,
    })  # fmt: skip
    named = pd.DataFrame({"city": ["Köln", "Łódź", None], "kind": pd.Categorical(["a", "b", "a"]), "n": [1, 2, 3]})
    return {"rates": table, "cities": named}


def tree() -> Any:
    """Return a pipeline of scikit-learn with a forest at its end."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=0)).fit(X, Y)


def net() -> Any:
    """Return a module of torch whose first layer has more than a mebibyte of weights, with tied ones."""
    import torch

    with torch.no_grad():
        made = torch.nn.Sequential(
            torch.nn.Linear(3, 600), torch.nn.Linear(600, 600), torch.nn.Linear(600, 3, bias=False)
        )
        for number, weights in enumerate(made.parameters()):
            weights.copy_((torch.arange(weights.numel()) // 1000 % 16 / 256 + number / 8).reshape(weights.shape))
    made.eval()
    made[1].bias = made[0].bias
    return made


def files(folder: Path) -> Path:
    """Return a folder of files."""
    place = folder / "files"
    (place / "weights").mkdir(parents=True)
    (place / "model.json").write_text('{"layers": 2}\n')
    (place / "weights" / "part-1.bin").write_bytes(bytes(range(256)) * 300)
    return place


KINDS: dict[str, Callable[[Path], Any]] = {
    "array": lambda _: array(),
    "frame": lambda _: frame(),
    "tree": lambda _: tree(),
    "net": lambda _: net(),
    "state": lambda _: net().state_dict(),
    "files": files,
}


def told(registry: Registry) -> dict[str, Any]:
    """Return what must be found again: content ids, and what is known of each model."""
    return {
        found.ref: {"content": found.content_id, "class": found.class_name, "size": found.size}
        for model in registry.models(limit=1000)
        for found in registry.versions(model.name, limit=1000)
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
