"""The opcodes of a pickle stream, one after the other, with their arguments."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from modelreg.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Stream: TypeAlias = "bytes | bytearray | memoryview | Iterable[bytes | bytearray | memoryview]"
"""A pickle stream, whole or in the chunks that it was written in."""

_ALONE: Final = 64 << 10
"""A payload as long as this, in a chunk of its own, is handed on as it is, without a copy."""

_LINE, _TWO_LINES = -1, -2
_COUNTED: Final = {-2: 1, -3: 4, -4: 4, -5: 8}
"""How :mod:`pickletools` marks an argument with its length before it -> bytes of that length."""


class Step(NamedTuple):
    """One opcode."""

    name: str
    """As :mod:`pickletools` calls it."""
    payload: bytes | memoryview
    """Its argument, without a length before it or a newline after it; empty where it has none."""
    second: bytes
    """The second line of ``GLOBAL`` and ``INST``."""


class Form(NamedTuple):
    """How the argument of an opcode is written."""

    name: str
    fixed: int
    """So many bytes; or ``_LINE`` or ``_TWO_LINES``."""
    counted: int
    """So many bytes of length before the argument, 0 for none."""


@cache
def forms() -> list[Form | None]:
    """Return the form of every opcode by its code, from the table of the standard library."""
    import pickletools

    forms: list[Form | None] = [None] * 256
    for opcode in pickletools.opcodes:
        size = opcode.arg.n if opcode.arg is not None else 0
        if opcode.arg is not None and opcode.arg.name == "stringnl_noescape_pair":
            form = Form(opcode.name, _TWO_LINES, 0)
        elif size >= 0:
            form = Form(opcode.name, size, 0)
        elif size == pickletools.UP_TO_NEWLINE:
            form = Form(opcode.name, _LINE, 0)
        else:
            form = Form(opcode.name, 0, _COUNTED[size])
        forms[ord(opcode.code)] = form
    return forms


def broken(why: str, cause: Exception | None = None) -> IntegrityError:
    """Return the error for bytes that are no pickle stream."""
    error = IntegrityError(f"these bytes are no pickle stream: {why}")
    error.__cause__ = cause
    return error


class Reader:
    """Reads bytes from chunks, copying only what crosses from one into the next."""

    def __init__(self, stream: Stream) -> None:
        whole = isinstance(stream, (bytes, bytearray, memoryview))
        self._chunks: Iterator[bytes | bytearray | memoryview] = iter([stream] if whole else stream)  # type: ignore[arg-type,list-item]
        self.data: bytes | bytearray | memoryview = b""
        """The chunk that is being read."""
        self.at = 0
        """Where in it the next byte is."""

    def more(self) -> bool:
        """Whether anything is left."""
        while self.at >= len(self.data):
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self.data, self.at = chunk, 0
        return True

    def code(self) -> int:
        """Return the next byte."""
        if self.at >= len(self.data) and not self.more():
            raise broken("it ends without STOP")
        self.at += 1
        return self.data[self.at - 1]

    def take(self, size: int) -> bytes | memoryview:
        """Return the next ``size`` bytes."""
        end = self.at + size
        if end <= len(self.data):
            start, self.at = self.at, end
            if size < _ALONE:
                return bytes(self.data[start:end])
            return memoryview(self.data)[start:end]
        pieces = [bytes(self.data[self.at :])]
        missing = size - len(pieces[0])
        self.at = len(self.data)
        while missing:
            if not self.more():
                raise broken(f"it ends {missing} bytes before the end of an argument")
            if not self.at and size == len(self.data) and size >= _ALONE:
                self.at = size
                return memoryview(self.data)
            piece = bytes(self.data[self.at : self.at + missing])
            self.at += len(piece)
            missing -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def line(self) -> bytes:
        """Return the next line without its end."""
        pieces = []
        while self.more():
            if isinstance(self.data, memoryview):  # once a chunk: a memoryview cannot be searched
                self.data = bytes(self.data)
            end = self.data.find(b"\n", self.at)
            pieces.append(bytes(self.data[self.at : end if end >= 0 else len(self.data)]))
            self.at = end + 1 or len(self.data)
            if end >= 0:
                return b"".join(pieces)
        raise broken("it ends within a line")


def step(reader: Reader) -> Step:
    """Read one opcode.

    Raises
    ------
    IntegrityError
        It is unknown, or ends in the middle.
    """
    form = forms()[reader.code()]
    if form is None:
        raise broken("it has an unknown opcode")
    name, fixed, counted = form
    if fixed > 0:
        return Step(name, reader.take(fixed), b"")
    if counted:
        return Step(name, reader.take(int.from_bytes(reader.take(counted), "little")), b"")
    if fixed < 0:
        first = reader.line()
        return Step(name, first, reader.line() if fixed == _TWO_LINES else b"")
    return Step(name, b"", b"")


def steps(stream: Stream) -> Iterator[Step]:
    """Yield every opcode of ``stream``, of all the pickles in it.

    Parameters
    ----------
    stream : bytes or iterable of bytes
        The stream, whole or in chunks.

    Raises
    ------
    IntegrityError
        The bytes are no pickle stream: an unknown opcode, or an end in the middle.
    """
    reader = Reader(stream)
    ended = False
    while not ended or reader.more():
        one = step(reader)
        yield one
        ended = one.name == "STOP"
