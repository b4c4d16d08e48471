"""A process that has no modelreg, in which the library alone opens what was exported."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import export, fetch, pack
from modelreg.flavors import flavor_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALONE = """
import json, sys, numpy as np
sys.modules["modelreg"] = None
X = np.load("X.npy")
for name, (place, code) in json.load(open("asked.json")).items():
    found = {"X": X, "np": np, "place": place}
    exec(code, found)
    np.save(name + ".npy", found["answer"])
"""


def exported(model: Any, place: Path) -> list[str]:
    """Store a model and export it to the folder ``out`` below ``place``."""
    flavor, blobs = flavor_for(model), LocalBlobs(place / "store")
    packed = pack(model, flavor, into=blobs)
    (place / "out").mkdir(parents=True)
    return export(fetch(packed.layout, packed.content_id, blobs), flavor, place / "out")


def answers(asked: Mapping[str, tuple[str, str]], rows: Any, place: Path) -> dict[str, Any]:
    """Return what code in another process answers.

    Parameters
    ----------
    asked : mapping
        Name -> what the code knows as ``place``, and the code: it makes ``answer`` of ``X``.
    rows : array
        What it knows as ``X``.
    place : Path
        The folder that it runs in.
    """
    np.save(place / "X.npy", rows)
    (place / "asked.json").write_text(json.dumps(asked))
    subprocess.run([sys.executable, "-W", "ignore", "-c", ALONE], check=True, cwd=place)
    return {name: np.load(place / f"{name}.npy") for name in asked}


def answer(model: Any, code: str, rows: Any, place: Path) -> Any:
    """Return what another process answers of the export of one model, whose folder its code knows as ``place``."""
    exported(model, place)
    return answers({"only": (str(place / "out"), code)}, rows, place)["only"]
