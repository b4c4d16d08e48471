"""Shell patterns, the same on every database: ``*``, ``?``, ``[ab]``, ``[a-z]``, ``[!ab]``.

What a pattern means is decided here, as :mod:`fnmatch` does with case. SQLite gets it as its own ``GLOB``,
whose brackets differ; PostgreSQL as a regular expression in which every character of the user is escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    r"(?P<any>\*+)|(?P<one>\?)|\[(?P<negated>!?+)(?P<inside>\][^\]]*|[^\]]+)\]|(?P<char>.)", re.DOTALL
)
_SPECIAL: Final = "]-^"
"""What has a meaning inside the brackets of GLOB, and so a place of its own there."""


@dataclass(frozen=True, slots=True)
class _Set:
    """One character out of ranges, or out of all others."""

    negated: bool
    ranges: tuple[tuple[str, str], ...]


def to_glob(pattern: str) -> str | None:
    """Return ``pattern`` for SQLite's ``GLOB``, None when nothing matches it."""
    tokens = list(_tokens(pattern))
    if None in tokens:
        return None
    return "".join(_glob_set(token) if isinstance(token, _Set) else token or "" for token in tokens)


def to_regex(pattern: str) -> str | None:
    """Return ``pattern`` as a regular expression for PostgreSQL, None when nothing matches it."""
    tokens = list(_tokens(pattern))
    if None in tokens:
        return None
    return f"^{''.join(_regex(token) for token in tokens if token is not None)}$"


def _tokens(pattern: str) -> Iterator[str | _Set | None]:
    """Yield ``*``, ``?``, a character (one with a meaning as a set), a set, or None for the empty set."""
    for match in _TOKEN.finditer(pattern):
        if match["any"]:
            yield "*"
        elif match["inside"] is None:
            char = match[0]
            yield _Set(negated=False, ranges=((char, char),)) if char in "*[" else char
        else:
            ranges = tuple(_ranges(match["inside"]))
            empty = "?" if match["negated"] else None
            yield _Set(negated=bool(match["negated"]), ranges=ranges) if ranges else empty


def _ranges(inside: str) -> Iterator[tuple[str, str]]:
    """Yield the ranges of a set; one that runs backwards holds nothing."""
    for first, last, char in re.findall(r"(.)-(.)|(.)", inside, re.DOTALL):
        if char:
            yield char, char
        elif first <= last:
            yield first, last


def _glob_set(token: _Set) -> str:
    """Return a set for GLOB: ``]`` first, ``^`` and ``-`` last, none of them as the end of a range."""
    specials = {char for char in _SPECIAL for low, high in token.ranges if low <= char <= high}
    plain = "".join(_between(low, high) for low, high in token.ranges)
    if not token.negated and not plain and specials == {"^"}:
        return "^"
    closing = "]" if "]" in specials else ""
    caret, dash = ("^" if "^" in specials else ""), ("-" if "-" in specials else "")
    rest = f"{plain}{caret}{dash}" if plain or closing or token.negated else f"{dash}{caret}"
    return f"[{'^' if token.negated else ''}{closing}{rest}]"


def _between(low: str, high: str) -> str:
    """Return a range without the special characters, in pieces."""
    pieces, start = [], ord(low)
    for special in [*sorted(ord(char) for char in _SPECIAL if low <= char <= high), ord(high) + 1]:
        if start < special:
            pieces.append(chr(start) if start == special - 1 else f"{chr(start)}-{chr(special - 1)}")
        start = special + 1
    return "".join(pieces)


def _regex(token: str | _Set) -> str:
    if isinstance(token, _Set):
        inside = "".join(f"{_escaped(low)}-{_escaped(high)}" for low, high in token.ranges)
        return f"[{'^' if token.negated else ''}{inside}]"
    return {"*": ".*", "?": "."}.get(token) or _escaped(token)


def _escaped(char: str) -> str:
    return f"\\U{ord(char):08x}"
