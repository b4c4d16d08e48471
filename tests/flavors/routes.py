"""Both routes by which an object is pickled, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.flavors import pickler
from modelreg.flavors.outgoing import Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable


def written(out: Outgoing) -> tuple[int, bytes, list[bytes]]:
    """Return the format, the stream and the buffers of a dump."""
    buffers = [bytes(data if isinstance(data, memoryview) else data.read(0, data.nbytes)) for data in out.buffers]
    return out.format, b"".join(out.chunks), buffers


def by(route: Callable[[Any, Outgoing], None], obj: Any, *, apart: bool = True) -> tuple[int, bytes, list[bytes]]:
    """Return what a route makes of an object."""
    out = Outgoing(apart=apart)
    route(obj, out)
    return written(out)


def quick(obj: Any, out: Outgoing) -> None:
    """Take the quick route, whatever comes of it."""
    pickler._quick(obj, out)


def careful(obj: Any, out: Outgoing) -> None:
    """Take the careful route."""
    pickler.Careful(out).dump(obj)


def took(obj: Any) -> str:
    """Return which route an object took: the careful one writes through a class of its own."""
    used = []

    class Watched(pickler.Careful):
        def __init__(self, out: Outgoing) -> None:
            used.append(out)
            super().__init__(out)

    careful_one, pickler.Careful = pickler.Careful, Watched  # type: ignore[misc]
    try:
        pickler.pickled(obj, apart=True)
    finally:
        pickler.Careful = careful_one  # type: ignore[misc]
    return "careful" if used else "quick"
