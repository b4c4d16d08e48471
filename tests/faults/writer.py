"""A process that registers models into one registered model and says each version once it is acknowledged.

    python writer.py REGISTRY NAME WHO COUNT [BYTES]

Run by the tests of this folder; killed, traced and multiplied there.
"""

from __future__ import annotations

import sys
from typing import Any

import modelreg


def model(who: str, number: int, size: int = 0) -> dict[str, Any]:
    """Return a model: small, or of so many bytes of weights, of which the first and the last are its own."""
    if not size:
        return {"who": who, "number": number, "weights": bytes(100_000)}
    import numpy as np

    weights = np.zeros(size, "u1")
    own = np.frombuffer(f"{who} {number}".encode(), "u1")
    weights[: len(own)] = weights[-len(own) :] = own
    return {"who": who, "number": number, "weights": weights}


def is_whole(found: dict[str, Any]) -> bool:
    """Whether a model is as it was made."""
    weights = found["weights"]
    if isinstance(weights, bytes):
        return weights == bytes(100_000)
    return bytes(weights) == bytes(model(found["who"], found["number"], weights.nbytes)["weights"])


def main(place: str, name: str, who: str, count: int, size: int) -> None:
    """Register ``count`` models that differ, each with the alias ``staging``."""
    registry = modelreg.connect(place, actor=who)
    for number in range(count):
        answer = registry.register(
            model(who, number, size),
            name,
            aliases=["staging"],
            metrics={"auc": number},
            project="train",
            artifact="clf",
        )
        print(f"{answer.version.number} {answer.version.content_id}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]) if len(sys.argv) > 5 else 0)
