"""A process that registers or loads every scikit-learn estimator: ``batch.py first|second REGISTRY FOLDER``.

``first`` fits each, notes what it answers, and registers it twice; ``second``, another process with another hash seed, loads
each, compares the answers, registers what it loaded, and registers a fit of its own. Both leave a table as JSON.
"""

from __future__ import annotations

import copy
import json
import pickle
import sys
import warnings
from pathlib import Path

import fits
import routes

import modelreg


def first(registry: modelreg.Registry, folder: Path) -> dict[str, dict[str, object]]:
    """Fit and register; return what was found of each estimator."""
    found = {}
    expected = {}
    for name, kind in fits.estimators().items():
        model, x = fits.fitted(name, kind)
        before = registry.register(model, name)
        again = registry.register(model, name)
        expected[name] = fits.answers(model, x)
        after = registry.register(model, name)
        copied = registry.register(copy.deepcopy(model), name)
        found[name] = {
            "version": before.version.number,
            "unchanged": again.version.number,
            "used": after.version.number,
            "copied": copied.version.number - after.version.number,
            "answers": sorted(expected[name]),
            "quick": routes.took(model) == "quick",
            "routes": routes.by(routes.quick, model) == routes.by(routes.careful, model),
            "doubted": any("not fitted" in note for note in before.notes),
        }
    (folder / "expected.pkl").write_bytes(pickle.dumps(expected))
    return found


def second(registry: modelreg.Registry, folder: Path) -> dict[str, dict[str, object]]:
    """Load, compare and register again; return what was found of each estimator."""
    expected = pickle.loads((folder / "expected.pkl").read_bytes())
    found = {}
    for name, kind in reversed(fits.estimators().items()):
        model = registry.load(f"{name}:v0")
        loaded = registry.register(model, name)
        fresh, x = fits.fitted(name, kind)
        same = fits.same(expected[name], fits.answers(model, x))
        refit = registry.register(fresh, name)
        found[name] = {"equal": same, "loaded": loaded.version.number, "refit": refit.version.number}
    return found


if __name__ == "__main__":
    act, place, folder = sys.argv[1:]
    # What scikit-learn warns of is not the subject.
    warnings.simplefilter("ignore")
    table = {"first": first, "second": second}[act](modelreg.connect(place), Path(folder))
    (Path(folder) / f"{act}.json").write_text(json.dumps(table))
