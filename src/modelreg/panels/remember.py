"""What a user chose to look at: the columns of each registered model, kept on this machine and outside every registry.

A wish of a panel, no fact of a model: where the file cannot be read or written, the defaults hold and nothing is said.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from modelreg.settings import private_directory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KINDS: Final = ("metrics", "params", "details")
KEPT: Final = 500
"""How many registered models are remembered; the one that was chosen longest ago goes first."""


def recall(registry: str, name: str) -> dict[str, list[str]]:
    """Return the columns chosen for a registered model, by kind; empty when nothing was."""
    held = _read().get(_key(registry, name))
    if not isinstance(held, dict):
        return {}
    return {kind: [str(each) for each in held[kind]] for kind in KINDS if isinstance(held.get(kind), list)}


def remember(registry: str, name: str, **chosen: Sequence[str]) -> None:
    """Keep the columns chosen for a registered model, by kind."""
    held = _read()
    held.pop(_key(registry, name), None)
    held[_key(registry, name)] = {kind: [str(each) for each in chosen[kind]] for kind in KINDS}
    kept = dict(list(held.items())[-KEPT:])
    with suppress(OSError):
        place = _place()
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = place.with_name(f"{place.name}.{os.getpid()}")
        aside.write_text(json.dumps(kept), encoding="utf-8")
        aside.replace(place)


def _key(registry: str, name: str) -> str:
    return f"{registry} {name}"


def _place() -> Path:
    return private_directory() / "columns.json"


def _read() -> dict[str, Any]:
    with suppress(OSError, ValueError):
        held = json.loads(_place().read_text(encoding="utf-8"))
        if isinstance(held, dict):
            return held
    return {}
