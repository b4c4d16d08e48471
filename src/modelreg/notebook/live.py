"""Which live object is which version."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from modelreg.notebook.counters import counters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BARE: Final = 1000
"""So many objects are remembered that nothing tells the end of; the oldest goes first."""
LOOKED: Final = 100
"""So many items of a container are remembered with it."""
MEANT: Final = 100
"""So many versions are remembered that one reference was loaded as."""


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
    """Format of the flavor, and a hash of the digests of the buffers: what has others cannot be this version unchanged.
    None for what was loaded."""
    home: str = ""
    """Name of the registered model, or artifact, that it was registered in or loaded from."""


@dataclass(slots=True)
class Known:
    """What is known of an object.

    Parameters
    ----------
    origins : dict
        What it was registered as under this variable, or loaded as (under none); the newest last.
    counters : mapping
        How often its tensors had been written to when it was remembered last.
    """

    origins: dict[str, Origin] = field(default_factory=dict)
    counters: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def told(self, variable: str) -> tuple[Origin, ...]:
        """Return what it may be, what the variable was registered as first, then the newest first."""
        own = self.origins.get(variable) if variable else None
        rest = (one for one in reversed(self.origins.values()) if one is not own)
        return (*([own] if own else []), *rest)


@dataclass(slots=True)
class _Bare(Known):
    """What is known of an object that allows no weak reference: an id alone could come to mean another object."""

    kind: type = object
    inner: tuple[weakref.ref[Any], ...] = ()
    """Those of its items that allow one."""

    def holds(self, obj: object) -> bool:
        """Whether an object of this identity still holds something that was held then."""
        held = {id(one) for one in _items(obj)}
        return self.kind is type(obj) and any(id(one) in held for ref in self.inner if (one := ref()) is not None)


class LiveObjects:
    """Which live object is which version: by identity, forgotten when the object dies."""

    def __init__(self) -> None:
        self._entries: dict[int, tuple[weakref.ref[Any], Known]] = {}
        self._bare: dict[int, _Bare] = {}
        self._classes: dict[str, weakref.ref[type]] = {}
        self._loads: dict[str, list[Origin]] = {}

    def remember(self, obj: object, origin: Origin, variable: str = "") -> bool:
        """Note that ``obj`` is the version ``origin``; return whether it can be told from every other object.

        Parameters
        ----------
        obj : object
            What was registered or loaded.
        origin : Origin
            The version.
        variable : str
            How it was typed; empty where nobody typed it.
        """
        self._classes.setdefault(origin.content_id, weakref.ref(type(obj)))
        known = self._known(obj)
        known.origins.pop(variable, None)
        known.origins[variable] = origin
        known.counters = counters(obj)
        if not isinstance(known, _Bare):
            return True
        known.inner = tuple(_references(_items(obj)))
        self._bare[id(obj)] = known
        while len(self._bare) > BARE:
            del self._bare[next(iter(self._bare))]
        return False

    def came(self, ref: str, origin: Origin) -> None:
        """Note what a reference was loaded as: what is in its variable may be another object later, or one untold."""
        self._loads[ref] = [*(one for one in self._loads.pop(ref, []) if one != origin), origin][-MEANT:]
        while len(self._loads) > BARE:
            del self._loads[next(iter(self._loads))]

    def meant(self, ref: str, obj: object) -> Origin | None:
        """Return the version that a reference was loaded as; of several the one that the object came as, None if none did.

        Where the reference is not known, the object alone tells.
        """
        found, known = self._loads.get(ref, []), self.known(obj)
        came = known.origins.get("") if known is not None else None
        if not ref:
            return came
        return came if came in found else found[0] if len(found) == 1 else None

    def origin(self, obj: object) -> Origin | None:
        """Return what ``obj`` is known to be, else None; containers and others that allow no weak reference are not told."""
        entry = self._entries.get(id(obj))
        return next(reversed(entry[1].origins.values())) if entry is not None and entry[0]() is obj else None

    def known(self, obj: object, variable: str = "") -> Known | None:
        """Return what is known of an object that a variable holds.

        One that allows no weak reference is known while it has its identity and class, and either stands in the variable
        that it was registered as, or still holds something that it held then.
        """
        entry = self._entries.get(id(obj))
        if entry is not None:
            return entry[1] if entry[0]() is obj else None
        bare = self._bare.get(id(obj))
        if bare is None or bare.kind is not type(obj):
            return None
        return bare if (variable and variable in bare.origins) or bare.holds(obj) else None

    def perhaps(self, obj: object) -> Known | None:
        """Return what an object may be that nothing but its identity and class tells: only equal contents make it sure."""
        bare = self._bare.get(id(obj))
        return bare if bare is not None and bare.kind is type(obj) else None

    def renewed(self, obj: object, content_id: str) -> bool:
        """Whether contents were first met in this kernel as an object of another class than this one is of."""
        first = self._classes.get(content_id)
        return first is not None and first() is not type(obj)

    def _known(self, obj: object) -> Known:
        """Return what is known of an object that lives, which is nothing at first."""
        key = id(obj)
        entry = self._entries.get(key)
        if entry is not None and entry[0]() is obj:
            return entry[1]

        def forget(dead: weakref.ref[Any]) -> None:
            entry = self._entries.get(key)
            if entry is not None and entry[0] is dead:
                del self._entries[key]

        try:
            known = Known()
            self._entries[key] = (weakref.ref(obj, forget), known)
        except TypeError:
            before = self._bare.pop(key, None)
            return before if before is not None and before.holds(obj) else _Bare(kind=type(obj))
        return known


def _items(holder: object) -> list[object]:
    """Return the first items of a plain container."""
    if type(holder) is dict:
        return list(islice(list(holder.values()), LOOKED))
    return list(holder[:LOOKED]) if type(holder) is list or type(holder) is tuple else []


def _references(items: Iterable[object]) -> Iterable[weakref.ref[Any]]:
    """Yield references to what allows one."""
    for one in items:
        try:
            yield weakref.ref(one)
        except TypeError:
            continue
