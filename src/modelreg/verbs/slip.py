"""A slip of the pen: a new alias that differs from one that is known here as a misspelt word does."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from modelreg.catalog import aliases, homes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.records import AliasChange

_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_LONG: Final = 6
"""Letters from which on one letter more, less or other is a slip: shorter words differ on purpose (eu, us; black, block)."""
_LONGER: Final = 8
"""Letters from which on two that are left out are a slip."""


def marked(conn: Connection, home: Home, change: AliasChange) -> AliasChange:
    """Return a change of an alias with what was probably meant, where the alias is new in ``home``."""
    if change.before is not None or change.after is None:
        return change
    here = aliases.all_of(conn, home.id)
    if here[change.alias].protected:  # guarded before it was set: it is meant
        return change
    return replace(change, meant=unset(conn, home, change.alias))


def unset(conn: Connection, home: Home, alias: str) -> str:
    """Return the alias or stage of ``home`` that ``alias`` probably is; empty where it is none of them."""
    stages = () if home.is_artifact else homes.stages(conn, home.id)
    return "" if alias in stages else meant(alias, [*stages, *aliases.all_of(conn, home.id)])


def meant(alias: str, known: Iterable[str]) -> str:
    """Return the one of ``known`` that ``alias`` probably is; empty where it is none of them.

    One letter of a long word is another, is missing or is too much, two stand the wrong way round, or two are missing.
    What is said at the end of a word (``model-a``, ``models``), in numbers and in short words is said on purpose.

    Examples
    --------
    >>> meant("prodction", ["staging", "production"]), meant("prod_eu", ["prod-eu"]), meant("prod-us", ["prod-eu"])
    ('production', 'prod-eu', '')
    """
    words = _words(alias)
    for other in known:
        theirs = _words(other)
        if other == alias or not words or len(words) != len(theirs):
            continue
        unlike = [pair for pair in zip(words, theirs, strict=True) if pair[0] != pair[1]]
        if not unlike or (len(unlike) == 1 and _misspelt(*unlike[0])):
            return other
    return ""


def _words(alias: str) -> list[str]:
    return _WORD.findall(alias.casefold())


def _misspelt(word: str, known: str) -> bool:
    """Whether ``word`` is ``known`` with one slip in it."""
    if word[0].isdigit() or known[0].isdigit():
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    end = 0
    while end < min(len(word), len(known)) - start and word[-1 - end] == known[-1 - end]:
        end += 1
    left, right = word[start : len(word) - end], known[start : len(known) - end]
    if left == right[::-1] and len(left) == 2:  # noqa: PLR2004  (two letters the wrong way round)
        return min(len(word), len(known)) >= _LONG - 1
    if start == 0 or (end == 0 and len(word) >= len(known)):
        return False
    if max(len(left), len(right)) == 1:
        return max(len(word), len(known)) >= _LONG
    return len(known) - len(word) == 2 and end > 0 and len(known) >= _LONGER and _within(word, known)  # noqa: PLR2004


def _within(word: str, known: str) -> bool:
    """Whether the letters of ``word`` stand in ``known`` in their order."""
    letters = iter(known)
    return all(letter in letters for letter in word)
