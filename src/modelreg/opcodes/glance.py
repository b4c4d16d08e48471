"""What a long stream imports, found in one pass that keeps next to nothing.

The machine makes a node of every number and every string: for a dictionary of a million words that is seconds and a
gigabyte. Here only texts that may become names are remembered, so that what a stream hides on purpose shows as
``<computed>``. The result is for people and for the question which libraries are needed; it decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.opcodes.decode import broken, steps
from modelreg.opcodes.machine import COMPUTED

if TYPE_CHECKING:
    from modelreg.opcodes.decode import Step, Stream

KEPT: Final = 20_000
"""So many of the first texts of a stream are remembered; later ones when they have named something once."""

LONGEST: Final = 255
"""Bytes; a longer text is no name."""

_TEXTS: Final = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
_MEMO: Final = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_RECALLED: Final = frozenset({"GET", "BINGET", "LONG_BINGET"})
_LINES: Final = frozenset({"GLOBAL", "INST"})


class _Text:
    """A text on top of the stack, and where in the memo it was put."""

    __slots__ = ("at", "text")

    def __init__(self, text: bytes, at: int | None = None) -> None:
        self.text = text
        self.at = at


class _Glance:
    """One pass: the two newest values of the stack, as far as they are texts, and the texts of the memo."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.memo: dict[int, bytes] = {}
        self.memoized = 0
        self.below: _Text | None = None
        self.top: _Text | None = None

    def see(self, step: Step) -> None:
        """Take one opcode."""
        name = step.name
        if name in _TEXTS:
            self._push(_Text(bytes(step.payload)) if len(step.payload) <= LONGEST else None)
        elif name == "MEMOIZE":
            self._remember(self.memoized)
        elif name == "STACK_GLOBAL":
            self.found.add(f"{self._spelled(self.below)}.{self._spelled(self.top)}")
            self._push(None)
        elif name in _RECALLED:
            index = _index(step)
            text = self.memo.get(index)
            self._push(None if text is None else _Text(text, index))
        elif name in _MEMO:
            self._remember(_index(step))
        elif name in _LINES:
            self.found.add(f"{_decoded(bytes(step.payload))}.{_decoded(step.second)}")
            self._push(None)
        elif name == "STOP":
            self.memo, self.memoized = {}, 0
            self.below = self.top = None
        elif name not in {"FRAME", "PROTO"}:
            self._push(None)

    def _push(self, text: _Text | None) -> None:
        self.below, self.top = self.top, text

    def _remember(self, index: int) -> None:
        self.memoized += 1
        if self.top is not None:
            self.top.at = index
            if len(self.memo) < KEPT:
                self.memo[index] = self.top.text

    def _spelled(self, text: _Text | None) -> str:
        if text is None:
            return COMPUTED
        if text.at is not None:
            self.memo[text.at] = text.text
        return _decoded(text.text)


def glance(stream: Stream) -> tuple[str, ...]:
    """Return what loading ``stream`` imports: ``module.name``, sorted, each once.

    Raises
    ------
    IntegrityError
        The bytes are no pickle stream.
    """
    seen = _Glance()
    try:
        for step in steps(stream, numbers=False):
            seen.see(step)
    except ValueError as error:  # a place in the memo that is no number
        raise broken("an opcode needs what is not there", error) from error
    return tuple(sorted(seen.found))


def _index(step: Step) -> int:
    return int(step.payload) if step.name in {"GET", "PUT"} else int.from_bytes(step.payload, "little")


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "backslashreplace")
