"""A pickle stream read once, for all that is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.opcodes.canonical import LARGEST, written
from modelreg.opcodes.machine import Machine, imported
from modelreg.opcodes.marks import Marks
from modelreg.opcodes.paths import Paths
from modelreg.opcodes.values import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.opcodes.decode import Stream
    from modelreg.opcodes.paths import Part


def _unread(_: int) -> None:
    return None


class Reading:
    """What a stream says. Nothing is loaded."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.canonical, self._values = written(machine)
        """The canonical form."""
        self.imports = imported(machine)
        """What loading imports: ``module.name``, sorted, each once."""

    def value(self) -> object:
        """Return what the stream holds as far as it is plain: texts, whole numbers, lists and dicts; None in place of all else."""
        machine = self._machine
        return value(machine.roots[0]) if len(machine.roots) == 1 else None

    def parts(
        self, buffer: Callable[[int], bytes], mark: str, read: Callable[[int], bytes | None] = _unread
    ) -> Part | None:
        """Return the model with its parts by name; None where the stream holds not just one.

        Parameters
        ----------
        buffer : callable
            Returns what the buffer of a number holds, as a digest.
        mark : str
            That of the whole: hexadecimal digits.
        read : callable, optional
            Returns the bytes of the buffer of a number, None where they are too many: columns that lie in one array are
            told apart by them.
        """
        machine = self._machine
        if len(machine.roots) != 1:
            return None
        return Paths(Marks(self._values, machine.effects, buffer), read).named(machine.roots[0], mark)


def read(stream: Stream) -> Reading | None:
    """Return what ``stream`` says, or None when it is longer than ``LARGEST``.

    Raises
    ------
    IntegrityError
        The bytes are no pickle stream.
    """
    chunks = [stream] if isinstance(stream, (bytes, bytearray, memoryview)) else list(stream)
    return None if sum(len(chunk) for chunk in chunks) > LARGEST else Reading(Machine().run(chunks))
