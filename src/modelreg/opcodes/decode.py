"""The opcodes of a pickle stream, one after the other, with their arguments."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from modelreg.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Stream: TypeAlias = "bytes | bytearray | memoryview | Iterable[bytes | bytearray | memoryview]"
"""A pickle stream, whole or in the chunks that it was written in."""

_ALONE: Final = 64 << 10
"""A payload as long as this, in a chunk of its own, is handed on as it is, without a copy."""

_NUMBERS: Final = re.compile(rb"(?:G.{8}|J.{4}|K.|M..|[N\x88\x89])+", re.DOTALL)
"""A run of ``BINFLOAT``, ``BININT``, ``BININT1``, ``BININT2``, ``NONE`` and truth values, each with its argument."""

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


class _Form(NamedTuple):
    """How the argument of an opcode is written."""

    name: str
    fixed: int
    """So many bytes; or ``_LINE`` or ``_TWO_LINES``."""
    counted: int
    """So many bytes of length before the argument, 0 for none."""


@cache
def _forms() -> list[_Form | None]:
    """Return the form of every opcode by its code, from the table of the standard library."""
    import pickletools

    forms: list[_Form | None] = [None] * 256
    for opcode in pickletools.opcodes:
        size = opcode.arg.n if opcode.arg is not None else 0
        if opcode.arg is not None and opcode.arg.name == "stringnl_noescape_pair":
            form = _Form(opcode.name, _TWO_LINES, 0)
        elif size >= 0:
            form = _Form(opcode.name, size, 0)
        elif size == pickletools.UP_TO_NEWLINE:
            form = _Form(opcode.name, _LINE, 0)
        else:
            form = _Form(opcode.name, 0, _COUNTED[size])
        forms[ord(opcode.code)] = form
    return forms


def broken(why: str, cause: Exception | None = None) -> IntegrityError:
    """Return the error for bytes that are no pickle stream."""
    error = IntegrityError(f"these bytes are no pickle stream: {why}")
    error.__cause__ = cause
    return error


class _Reader:
    """Reads bytes from chunks, copying only what crosses from one into the next."""

    def __init__(self, stream: Stream) -> None:
        whole = isinstance(stream, (bytes, bytearray, memoryview))
        self._chunks: Iterator[bytes | bytearray | memoryview] = iter([stream] if whole else stream)  # type: ignore[arg-type,list-item]
        self._data: bytes | bytearray | memoryview = b""
        self._at = 0

    def more(self) -> bool:
        """Whether anything is left."""
        while self._at >= len(self._data):
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._data, self._at = chunk, 0
        return True

    def code(self) -> int:
        """Return the next byte."""
        if self._at >= len(self._data) and not self.more():
            raise broken("it ends without STOP")
        self._at += 1
        return self._data[self._at - 1]

    def skip_numbers(self) -> bool:
        """Pass over the numbers that come next, as far as they lie in this chunk; return whether there were any."""
        found = _NUMBERS.match(self._data, self._at)
        if found is None:
            return False
        self._at = found.end()
        return True

    def take(self, size: int) -> bytes | memoryview:
        """Return the next ``size`` bytes."""
        end = self._at + size
        if end <= len(self._data):
            start, self._at = self._at, end
            if size < _ALONE:
                return bytes(self._data[start:end])
            return memoryview(self._data)[start:end]
        pieces = [bytes(self._data[self._at :])]
        missing = size - len(pieces[0])
        self._at = len(self._data)
        while missing:
            if not self.more():
                raise broken(f"it ends {missing} bytes before the end of an argument")
            if not self._at and size == len(self._data) and size >= _ALONE:
                self._at = size
                return memoryview(self._data)
            piece = bytes(self._data[self._at : self._at + missing])
            self._at += len(piece)
            missing -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def line(self) -> bytes:
        """Return the next line without its end."""
        pieces = []
        while self.more():
            if isinstance(self._data, memoryview):  # once a chunk: a memoryview cannot be searched
                self._data = bytes(self._data)
            end = self._data.find(b"\n", self._at)
            pieces.append(bytes(self._data[self._at : end if end >= 0 else len(self._data)]))
            self._at = end + 1 or len(self._data)
            if end >= 0:
                return b"".join(pieces)
        raise broken("it ends within a line")


def steps(stream: Stream, *, numbers: bool = True) -> Iterator[Step]:
    """Yield every opcode of ``stream``, of all the pickles in it.

    Parameters
    ----------
    stream : bytes or iterable of bytes
        The stream, whole or in chunks.
    numbers : bool
        Whether each number is yielded; else a run of them is one ``NONE``, read without looking at each.

    Raises
    ------
    IntegrityError
        The bytes are no pickle stream: an unknown opcode, or an end in the middle.
    """
    forms = _forms()
    reader = _Reader(stream)
    code, take = reader.code, reader.take
    ended = False
    while not ended or reader.more():
        if not numbers and reader.skip_numbers():
            yield Step("NONE", b"", b"")
            continue
        form = forms[code()]
        if form is None:
            raise broken("it has an unknown opcode")
        name, fixed, counted = form
        if fixed > 0:
            yield Step(name, take(fixed), b"")
        elif counted:
            yield Step(name, take(int.from_bytes(take(counted), "little")), b"")
        elif fixed < 0:
            first = reader.line()
            yield Step(name, first, reader.line() if fixed == _TWO_LINES else b"")
        else:
            yield Step(name, b"", b"")
        ended = name == "STOP"
