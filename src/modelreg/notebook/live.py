"""Which live object is which version."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """Which version an object is, or was loaded from."""

    registry: str
    """Uid of the registry."""
    version: str
    """Uid of the version."""
    source: str
    """Its reference in the artifact, for messages: ``train/clf:v7``."""
    content_id: str
    buffers: tuple[int, int] | None = None
    """Format of the flavor, and a hash of the digests of the buffers: what has others cannot be this version unchanged."""


class LiveObjects:
    """Which live object is which version: by identity, forgotten when the object dies.

    Objects that allow no weak reference are not remembered: an id alone could come to mean another object.
    """

    def __init__(self) -> None:
        self._entries: dict[int, tuple[weakref.ref[Any], Origin]] = {}

    def remember(self, obj: object, origin: Origin) -> bool:
        """Note that ``obj`` is the version ``origin``; return whether it can be remembered."""
        key = id(obj)

        def forget(dead: weakref.ref[Any]) -> None:
            entry = self._entries.get(key)
            if entry is not None and entry[0] is dead:
                del self._entries[key]

        try:
            self._entries[key] = (weakref.ref(obj, forget), origin)
        except TypeError:
            return False
        return True

    def origin(self, obj: object) -> Origin | None:
        """Return what ``obj`` is known to be, else None."""
        entry = self._entries.get(id(obj))
        return entry[1] if entry is not None and entry[0]() is obj else None
