"""A process that registers small models into one registered model and says each version once it is acknowledged.

    python writer.py REGISTRY NAME WHO COUNT

Run by the tests of this folder; killed, traced and multiplied there.
"""

from __future__ import annotations

import sys

import modelreg


def main(place: str, name: str, who: str, count: int) -> None:
    """Register ``count`` models that differ, each with the alias ``staging``."""
    registry = modelreg.connect(place, actor=who)
    for number in range(count):
        model = {"who": who, "number": number, "weights": bytes(100_000)}
        answer = registry.register(
            model, name, aliases=["staging"], metrics={"auc": number}, project="train", artifact="clf"
        )
        print(f"{answer.version.number} {answer.version.content_id}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
