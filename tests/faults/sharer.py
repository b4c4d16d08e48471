"""A process that registers models which share large parts with those of others, and deletes every other one again.

    python sharer.py REGISTRY WHO COUNT FOLDER     models, and folders of files that hold the same bytes
    python sharer.py REGISTRY gc STOP              collects without grace until there is a file STOP

Run by ``test_sharing.py``, many at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

import modelreg
from modelreg.digests import PART

SIZE = PART + 4096
"""Bytes of two parts."""


def shared(number: int) -> bytes:
    """Return bytes that everybody's models of this number hold."""
    return bytes([number % 2]) * SIZE


def model(who: str, number: int) -> dict[str, Any]:
    """Return a model that shares nearly all with others."""
    own = np.frombuffer(f"{who} {number} ".encode() * 1000, "u1")
    return {"who": who, "number": number, "shared": np.frombuffer(shared(number), "u1"), "own": own}


def is_whole(found: Any) -> bool:
    """Whether a model, or a folder of files, is as it was made."""
    if isinstance(found, Path):
        who, number = (found / "own").read_text().split()
        return (found / "shared").read_bytes() == shared(int(number)) and bool(who)
    made = model(found["who"], found["number"])
    return all(np.array_equal(made[key], found[key]) for key in ("shared", "own"))


def share(place: str, who: str, count: int, folder: Path) -> None:
    """Register and delete; say what is there to stay."""
    registry = modelreg.connect(place, actor=who)
    home = {"project": who, "artifact": "clf", "new_version": True}
    for number in range(count):
        if number % 3 == 2:
            (folder / "shared").write_bytes(shared(number))
            (folder / "own").write_text(f"{who} {number}")
            answer = registry.register(None, "churn", path=folder, **home)
        else:
            answer = registry.register(model(who, number), "churn", **home)
        if number % 2:
            registry.delete(answer.version.source, force=True)
        else:
            print(answer.version.ref, flush=True)


def collect(place: str, stop: Path) -> None:
    """Collect garbage; say how many objects were deleted."""
    registry = modelreg.connect(place, actor="janitor")
    deleted = 0
    while not stop.exists():
        deleted += registry.gc(run=True, grace=0).rows[0]["count"]
    print(deleted)


if __name__ == "__main__":
    if sys.argv[2] == "gc":
        collect(sys.argv[1], Path(sys.argv[3]))
    else:
        share(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
