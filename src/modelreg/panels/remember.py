"""What a user chose to look at: the columns of each registered model, kept on this machine and outside every registry.

A wish of a panel, no fact of a model: where the file cannot be read or written, the defaults hold and nothing is said.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from modelreg.settings import private_directory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KINDS: Final = ("metrics", "params", "details")
KEPT: Final = 500
"""How many registered models are remembered; the one that was chosen longest ago goes first."""
_UID: Final = re.compile("[0-9a-f]{32}")
"""What a key is; others are dropped: once they were the names of registered models, which change."""


def recall(uid: str) -> dict[str, list[str]]:
    """Return the columns chosen for a registered model or artifact, by kind; empty when nothing was."""
    held = _read().get(uid)
    if not isinstance(held, dict):
        return {}
    return {kind: [str(each) for each in held[kind]] for kind in KINDS if isinstance(held.get(kind), list)}


def remember(uid: str, **chosen: Sequence[str]) -> None:
    """Keep the columns chosen for a registered model or artifact, by kind; its uid stays whatever it is called."""
    held = {key: kept for key, kept in _read().items() if _UID.fullmatch(key) and key != uid}
    held[uid] = {kind: [str(each) for each in chosen[kind]] for kind in KINDS}
    kept = dict(list(held.items())[-KEPT:])
    with suppress(OSError):
        place = _place()
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = place.with_name(f"{place.name}.{os.getpid()}")
        aside.write_text(json.dumps(kept), encoding="utf-8")
        aside.replace(place)


def _place() -> Path:
    return private_directory() / "columns.json"


def _read() -> dict[str, Any]:
    with suppress(OSError, ValueError):
        held = json.loads(_place().read_text(encoding="utf-8"))
        if isinstance(held, dict):
            return held
    return {}
