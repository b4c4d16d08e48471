"""What a long stream imports, found in one pass that keeps next to nothing.

The machine makes a node of every number and every string: for a dictionary of a million words that is seconds and a
gigabyte. Here only texts that may become names are remembered, as long as a stream fills its memo as picklers do, so that
what it hides on purpose shows as ``<computed>``. The result is for people and for the question which libraries are needed;
it decides nothing.

Most opcodes name nothing. A run of them is passed over by one regular expression, made of the table of the standard
library, and looked into only when what follows may take a name from it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from modelreg.opcodes.decode import Reader, broken, forms, step
from modelreg.opcodes.machine import COMPUTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.digests import Bytes
    from modelreg.opcodes.decode import Step, Stream

KEPT: Final = 20_000
"""So many of the first texts of a stream are remembered; later ones when they have named something once."""

LONGEST: Final = 255
"""Bytes; a longer text is no name."""

_TEXTS: Final = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
_MEMO: Final = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_RECALLED: Final = frozenset({"GET", "BINGET", "LONG_BINGET"})
_LINES: Final = frozenset({"GLOBAL", "INST"})
_EXTENSIONS: Final = frozenset({"EXT1", "EXT2", "EXT4"})
_ALONE: Final = _EXTENSIONS | {"MEMOIZE", "STACK_GLOBAL", "STOP", "PROTO", "FRAME"}
"""Opcodes with an argument of a fixed length that are taken one by one, beside those of the memo."""

_TEXT: Final = 0x8C  # SHORT_BINUNICODE: a byte of length, then the text
_MEMOIZE: Final = 0x94


class _Run(NamedTuple):
    """Opcodes that name nothing; each counts as a value on the stack."""

    data: Bytes
    start: int
    end: int

    @property
    def may_recall(self) -> bool:
        """Whether the last of them may be one that takes a value from the memo."""
        return self.data[max(self.end - 2, 0)] == ord("h") or self.data[max(self.end - 5, 0)] == ord("j")


class _Text(NamedTuple):
    """A text, and where in the memo it is."""

    data: Bytes
    start: int
    end: int
    at: int | None

    @property
    def text(self) -> bytes:
        return bytes(self.data[self.start : self.end])


_Value: TypeAlias = _Run | _Text | None
"""None is whatever is no text."""


@cache
def _nameless() -> re.Pattern[bytes]:
    """Return what matches as many opcodes as there are that name nothing and have arguments of a fixed length."""
    by_size: dict[int, bytes] = {}
    for code, form in enumerate(forms()):
        if form is not None and form.fixed >= 0 and not form.counted and form.name not in _ALONE | _MEMO:
            by_size[form.fixed] = by_size.get(form.fixed, b"") + re.escape(bytes([code]))
    each = (b"[%b]" % codes + (b".{%d}" % size if size else b"") for size, codes in sorted(by_size.items()))
    return re.compile(b"(?:%b)++" % b"|".join(each), re.DOTALL)


class _Glance:
    """One pass: the two newest values of the stack, as far as they are texts, and the texts of the memo."""

    def __init__(self, stream: Stream) -> None:
        self.found: set[str] = set()
        self.memo: dict[int, bytes] = {}
        self.memoized = 0
        self.room = KEPT
        """So many texts are kept; none any more once a stream puts something where no pickler puts it."""
        self.below: _Value = None
        self.top: _Value = None
        self._reader = Reader(stream)

    def all(self) -> None:
        """See the whole stream, and every pickle in it."""
        ended = False
        while self._reader.more() or not ended:
            self._pass_over()
            one = step(self._reader)
            self._see(one)
            ended = one.name == "STOP"

    def _pass_over(self) -> None:
        """See as much of a chunk as is runs, short texts and memo: of a large stream nearly all of it."""
        data, at, memo, match = self._reader.data, self._reader.at, self.memo, _nameless().match
        size, room, below, top, memoized = len(data), self.room, self.below, self.top, self.memoized
        while at < size:
            run = match(data, at)
            if run is not None:
                below, top, at = top, _Run(data, at, run.end()), run.end()
                if at == size:
                    break
            code = data[at]
            if code == _MEMOIZE and (top is None or (type(top) is _Run and not top.may_recall)):
                memoized += 1
                at += 1
            elif code == _TEXT and at + 1 < size and (end := at + 2 + data[at + 1]) < size and data[end] == _MEMOIZE:
                below, top = top, _Text(data, at + 2, end, memoized)
                if len(memo) < room:
                    memo[memoized] = top.text
                memoized += 1
                at = end + 1
            else:
                break
        self._reader.at, self.below, self.top, self.memoized = at, below, top, memoized

    def _see(self, one: Step) -> None:
        """Take one opcode."""
        act = _ACTIONS.get(one.name)
        if act is None:
            self.push(None)
        else:
            act(self, one)

    def take_text(self, one: Step) -> None:
        """Take a text."""
        self.push(_text(bytes(one.payload)) if len(one.payload) <= LONGEST else None)

    def take_global(self, _: Step) -> None:
        """Take a name of the stack."""
        self.below, self.top = self.newest()
        self.found.add(f"{self._spelled(self.below)}.{self._spelled(self.top)}")
        self.push(None)

    def take_lines(self, one: Step) -> None:
        """Take a name that is written out."""
        self.found.add(f"{_decoded(bytes(one.payload))}.{_decoded(one.second)}")
        self.push(None)

    def take_extension(self, one: Step) -> None:
        """Take a name that has a number."""
        self.found.add(f"copyreg.extension {_index(one)}")
        self.push(None)

    def put(self, one: Step) -> None:
        """Take a text into the memo, at a place that is given."""
        if _index(one) != self.memoized:  # nobody knows any more what is where, and what was there must name nothing
            self.memo, self.room = {}, 0
        self.remember()

    def end(self, _: Step) -> None:
        """Forget what one pickle held: the next begins."""
        self.memo, self.memoized, self.room = {}, 0, KEPT
        self.below = self.top = None

    def push(self, text: _Text | None) -> None:
        """Put a value on the stack; None: it is no text."""
        self.below, self.top = self.top, text

    def remember(self) -> None:
        """Put the top into the memo: at the end of it, where picklers put everything."""
        self.below, top = self.newest()
        self.top = top
        if top is not None:
            self.top = top._replace(at=self.memoized)
            if len(self.memo) < self.room:
                self.memo[self.memoized] = top.text
        self.memoized += 1

    def recalled(self, index: int) -> _Text | None:
        """Return what is in the memo, where it is a text that was kept."""
        text = self.memo.get(index)
        return None if text is None else _text(text, index)

    def newest(self) -> tuple[_Text | None, _Text | None]:
        """Return the two newest values of the stack."""
        values = [None, *self._values(self.below), *self._values(self.top)]
        return values[-2], values[-1]

    def _values(self, value: _Value) -> list[_Text | None]:
        """Return the values that something stands for, of a run the two newest."""
        if not isinstance(value, _Run):
            return [value]
        values: list[_Text | None] = []
        reader = Reader(memoryview(value.data)[value.start : value.end])
        while reader.more():
            one = step(reader)
            values = [*values[-1:], self.recalled(_index(one)) if one.name in _RECALLED else None]
        return values

    def _spelled(self, text: _Text | None) -> str:
        if text is None:
            return COMPUTED
        if text.at is not None and self.room:
            self.memo[text.at] = text.text
        return _decoded(text.text)


_ACTIONS: Final[dict[str, Callable[[_Glance, Step], None]]] = {
    **dict.fromkeys(_TEXTS, _Glance.take_text),
    **dict.fromkeys(_RECALLED, lambda seen, one: seen.push(seen.recalled(_index(one)))),
    **dict.fromkeys(_MEMO, _Glance.put),
    **dict.fromkeys(_LINES, _Glance.take_lines),
    **dict.fromkeys(_EXTENSIONS, _Glance.take_extension),
    "MEMOIZE": lambda seen, _: seen.remember(),
    "STACK_GLOBAL": _Glance.take_global,
    "STOP": _Glance.end,
    "FRAME": lambda _seen, _one: None,
    "PROTO": lambda _seen, _one: None,
}
"""What an opcode does that is taken by itself; any other counts as a value on the stack."""


def glance(stream: Stream) -> tuple[str, ...]:
    """Return what loading ``stream`` imports: ``module.name``, sorted, each once.

    Raises
    ------
    IntegrityError
        The bytes are no pickle stream.
    """
    seen = _Glance(stream)
    try:
        seen.all()
    except ValueError as error:  # a place in the memo that is no number
        raise broken("an opcode needs what is not there", error) from error
    return tuple(sorted(seen.found))


def _text(text: bytes, at: int | None = None) -> _Text:
    return _Text(text, 0, len(text), at)


def _index(one: Step) -> int:
    return int(one.payload) if one.name in {"GET", "PUT"} else int.from_bytes(one.payload, "little")


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "backslashreplace")
