"""``model.skops``: what ``skops.io.load`` reads, where skops is installed; it says which types it must be told to trust."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from modelreg.flavors.libraries import library

if TYPE_CHECKING:
    from pathlib import Path

NAME = "model.skops"


def write(obj: Any, directory: Path) -> list[str]:
    """Write an estimator; what skops cannot write, or could not find in another process, is left to pickle."""
    if find_spec("skops") is None:
        return []
    io = library("skops.io")
    place = directory / NAME
    try:
        io.dump(obj, place)
        strange = [name for name in io.get_untrusted_types(file=place) if name.startswith("__main__.")]
    except Exception:  # noqa: BLE001  (skops raises what its readers of each type raise)
        strange = ["of a kind that skops does not know"]
    if strange:
        place.unlink(missing_ok=True)
        return []
    return [NAME]
