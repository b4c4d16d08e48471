"""The grammar of a command line: how it is cut into tokens, and what each token says.

White space outside quotes and brackets separates. A token keeps its raw text and its column: an expression or a query is
Python and stays as it is typed; a text loses its quotes and has ``{x}`` and ``$x`` replaced. The rules with their reasons
stand in ``docs/design/002-line-grammar.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from modelreg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_OPENERS: Final = frozenset(_PAIRS.values())
_QUOTES: Final = frozenset("\"'")
_CONTROLS: Final = {"n": "\n", "t": "\t"}
_NEAR: Final = 20


@dataclass(frozen=True, slots=True)
class Token:
    """One argument of a line.

    Parameters
    ----------
    raw : str
        As it was typed, with quotes.
    column : int
        Where it begins, counted from 0.
    literal : bool
        Whether the shell has taken the quotes already (the terminal): then ``raw`` is the text.
    """

    raw: str
    column: int
    literal: bool = False

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.column + len(self.raw)

    @property
    def text(self) -> str:
        """What it says as a text: without quotes, with ``\\n`` and ``\\t`` read inside them."""  # noqa: D301
        return self.raw if self.literal else unquote(self.raw)

    @property
    def path(self) -> str:
        """What it says as a path: without quotes; ``"C:\\new"`` holds no line break."""  # noqa: D301
        return self.raw if self.literal else unquote(self.raw, controls=False)

    def part(self, start: int) -> Token:
        """Return the token from its character ``start`` on."""
        return Token(self.raw[start:], self.column + start, self.literal)


@dataclass(frozen=True, slots=True)
class Line:
    """A whole line: its text without comment and trailing semicolons, and its tokens."""

    text: str
    tokens: tuple[Token, ...]


def split(text: str) -> Line:
    """Cut a line into tokens.

    Raises
    ------
    UsageError
        A quote or bracket is not closed; the message gives the column.

    Examples
    --------
    >>> [token.raw for token in split('register models["r f"] churn -m "why; not"  # note').tokens]
    ['register', 'models["r f"]', 'churn', '-m', '"why; not"']
    """
    scanned = _Scan(text)
    if scanned.quote is not None:
        raise fault(text, scanned.quote, f"the quote {text[scanned.quote]} is not closed")
    if scanned.brackets:
        column = scanned.brackets[-1]
        raise fault(text, column, f"the bracket {text[column]} is not closed (in a text, quote it)")
    return Line(text[: scanned.end], scanned.tokens())


def partial(text: str) -> tuple[tuple[Token, ...], Token]:
    """Return the finished tokens of a line that is being typed, and the fragment before the cursor (maybe empty)."""
    scanned = _Scan(text, typing=True)
    if scanned.commented:
        return (), Token("", -1)
    tokens = scanned.tokens()
    if tokens and tokens[-1].end == len(text):
        return tokens[:-1], tokens[-1]
    return tokens, Token("", len(text))


def argv(items: Sequence[str]) -> Line:
    """Return the line of a terminal, whose shell has cut it: each item is one token, and is what it says."""
    tokens: list[Token] = []
    column = 0
    for item in items:
        tokens.append(Token(item, column, literal=True))
        column += len(item) + 1
    return Line(" ".join(items), tuple(tokens))


def fault(text: str, column: int, message: str) -> UsageError:
    """Return the error for a fault at a column of a line."""
    near = text[column : column + _NEAR].strip()
    shown = f" (near {near!r})" if near else ""
    return UsageError(f"{message} at column {column + 1}{shown}")


def unquote(raw: str, *, controls: bool = True) -> str:
    r"""Return a token without its quotes; what stands in ``{…}`` outside quotes keeps its own.

    Inside quotes ``\\``, ``\"`` and ``\'`` stand for the second character, with ``controls`` also ``\n`` and ``\t``; any
    other backslash is itself, as is every backslash outside quotes.

    Examples
    --------
    >>> unquote('team="data science"'), unquote(r'"a \"b\""'), unquote('x{d["k"]}')
    ('team=data science', 'a "b"', 'x{d["k"]}')
    """
    pieces: list[str] = []
    at, quote = 0, ""
    while at < len(raw):
        char = raw[at]
        if quote and char == "\\" and at + 1 < len(raw):
            pieces.append(_escape(raw[at + 1], controls=controls))
            at += 2
            continue
        if char == quote:
            quote = ""
        elif not quote and char in _QUOTES:
            quote = char
        elif not quote and char == "{":
            end = closing(raw, at)
            pieces.append(raw[at:end])
            at = end
            continue
        else:
            pieces.append(char)
        at += 1
    return "".join(pieces)


def _escape(char: str, *, controls: bool) -> str:
    if char in _QUOTES or char == "\\":
        return char
    return _CONTROLS[char] if controls and char in _CONTROLS else "\\" + char


def closing(text: str, start: int) -> int:
    """Return the place after the bracket that closes the one at ``start``; the end of the text when none does."""
    depth = 0
    for at, char in bare(text, start):
        depth += (char in _OPENERS) - (char in _PAIRS)
        if depth == 0:
            return at + 1
    return len(text)


def outside(text: str, wanted: str) -> Iterator[int]:
    """Yield the places of a character outside quotes and brackets."""
    depth = 0
    for at, char in bare(text):
        depth += (char in _OPENERS) - (char in _PAIRS)
        if depth == 0 and char == wanted:
            yield at


def bare(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the characters outside quotes with their places."""
    at, quote = start, ""
    while at < len(text):
        char = text[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        else:
            yield at, char
        at += 1


class _Scan:
    """One pass over a line: where tokens begin and end, and what is left open.

    While the line is being typed, a closing semicolon counts and an open quote or bracket is a token to the end.
    """

    def __init__(self, text: str, *, typing: bool = False) -> None:
        self.text = text
        self.spans: list[tuple[int, int]] = []
        self.brackets: list[int] = []
        self.quote: int | None = None
        self.commented = False
        self.end = len(text)
        self._begun: int | None = None
        self._walk()
        self._finish(self.end)
        if not typing:
            self._drop_semicolons()

    def tokens(self) -> tuple[Token, ...]:
        """Return the tokens found."""
        return tuple(Token(self.text[start:end], start) for start, end in self.spans)

    def _walk(self) -> None:
        at = 0
        while at < len(self.text):
            char = self.text[at]
            if self.quote is not None:
                at += char == "\\"
                self.quote = None if char == self.text[self.quote] else self.quote
            elif char.isspace() and not self.brackets:
                self._finish(at)
            elif char == "#" and self._begun is None:
                self.end, self.commented = at, True
                return
            else:
                self._inside(at, char)
            at += 1

    def _inside(self, at: int, char: str) -> None:
        if self._begun is None:
            self._begun = at
        if char in _QUOTES:
            self.quote = at
        elif char in _OPENERS:
            self.brackets.append(at)
        elif self.brackets and _PAIRS.get(char) == self.text[self.brackets[-1]]:
            self.brackets.pop()

    def _finish(self, at: int) -> None:
        if self._begun is not None:
            self.spans.append((self._begun, at))
            self._begun = None

    def _drop_semicolons(self) -> None:
        """Take trailing semicolons from the last tokens; those in quotes or brackets are no trailing ones."""
        while self.spans and self.quote is None and not self.brackets:
            start, end = self.spans[-1]
            kept = start + len(self.text[start:end].rstrip(";"))
            if kept == end:
                break
            self.spans[-1:] = [(start, kept)] if kept > start else []
        self.end = self.spans[-1][1] if self.spans else 0
