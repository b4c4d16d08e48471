"""What an object is pickled into before a sink takes it: the chunks of the stream, and the buffers that leave it.

Nothing is copied: a chunk is what the pickler wrote, a buffer the memory of the object or what makes its bytes later. So
pickling can begin anew, by other means, as long as nobody was given anything.
"""

from __future__ import annotations

from pickle import PickleBuffer
from typing import TYPE_CHECKING, Final

from modelreg.flavors.base import TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.digests import Bytes
    from modelreg.flavors.base import Parts

SMALLEST: Final = 2048
"""Buffers of fewer bytes stay in the stream."""


class Outgoing:
    """The stream and the buffers of one dump.

    Parameters
    ----------
    apart : bool
        Whether large buffers leave the stream. Where they may not, nothing is written that a plain ``pickle.load`` without
        this package could not read.
    limit : int, optional
        Bytes; what is larger raises :class:`~modelreg.flavors.base.TooLarge` before all of it is pickled.
    """

    def __init__(self, *, apart: bool, limit: int | None = None) -> None:
        self.apart = apart
        self._room = limit
        self.format = 1
        """The lowest format of the flavor that can tell what was written; a rule that is newer raises it."""
        self.chunks: list[Bytes] = []
        self.buffers: list[memoryview | Parts] = []
        self.asides: list[Callable[[], list[str]]] = []
        """What says sentences to the user once all is pickled."""
        self._stands: dict[int, tuple[object, Parts]] = {}

    def write(self, data: Bytes | PickleBuffer, /) -> int:
        """Take a chunk of the stream; a large payload comes as the object that it is of."""
        self.chunks.append(data.raw() if isinstance(data, PickleBuffer) else data)
        self._count(len(self.chunks[-1]))
        return len(self.chunks[-1])

    def take(self, found: PickleBuffer) -> bool:
        """Take a buffer; return whether it stays in the stream: the callback of a pickler."""
        view = found.raw()
        stands = self._stands.get(id(view.obj))
        data = view if stands is None else stands[1]
        if stands is None and view.nbytes < SMALLEST:
            return True
        self._count(data.nbytes)
        self.buffers.append(data)
        return False

    def stand_in(self, parts: Parts, *, writable: bool) -> PickleBuffer:
        """Return what is pickled in the place of a buffer whose bytes are made part by part."""
        held: Bytes = bytearray(2) if writable else bytes(2)
        self._stands[id(held)] = (held, parts)
        return PickleBuffer(held)

    def _count(self, size: int) -> None:
        if self._room is not None:
            self._room -= size
            if self._room < 0:
                raise TooLarge

    def has(self, text: bytes) -> bool:
        """Whether ``text`` is somewhere in the stream, but for the memory of arrays; opcodes lie in a chunk as a whole."""
        return any(text in chunk for chunk in self.chunks if not isinstance(chunk, memoryview))
