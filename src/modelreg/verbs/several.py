"""Several versions in one transaction: all of them are found before anything is done to one, and said in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.errors import InvalidError
from modelreg.names import quote
from modelreg.records import Change
from modelreg.verbs import target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.verbs.target import Target

SHOWN: Final = 4
"""How many of several things an answer names."""
TYPED: Final = 12
"""References that a line to type still has."""


def find(conn: Connection, refs: Sequence[str]) -> list[Target]:
    """Return what each reference means, in their order; a version that is named twice in a home comes once."""
    found: dict[int, Target] = {}
    for ref in refs:
        each = target.find(conn, ref)
        found.setdefault(each.member.id, each)
    return list(found.values())


def given(refs: Sequence[str], command: str) -> tuple[str, ...]:
    """Return references as a tuple.

    Raises
    ------
    InvalidError
        There is none.
    """
    if not refs:
        msg = "name at least one version"
        raise InvalidError(msg, tries=(f"help {command}",))
    return tuple(refs)


def listed(parts: Iterable[str], apart: str = "; ") -> str:
    """Return the first few of several things, and how many more there are."""
    all_of = [*parts]
    more = [f"and {len(all_of) - SHOWN} more"] if len(all_of) > SHOWN else []
    return apart.join([*all_of[:SHOWN], *more])


def line(command: str, refs: Sequence[str], *options: str) -> tuple[str, ...]:
    """Return the line that does it to all of them; none where that is too long to type."""
    if len(refs) > TYPED:
        return ()
    return (" ".join([command, *map(quote, refs), *options]),)


def done(changes: Sequence[Change]) -> Change:
    """Return what was done to each as one answer: it is one operation, and undone as one."""
    if len(changes) == 1:
        return changes[0]
    return Change(text=listed(change.text for change in changes), next="undo")


def already(refs: Sequence[str], did: str) -> Change:
    """Say that an interrupted call had been done."""
    were = "was" if len(refs) == 1 else "were"
    return Change(text=f"{listed(refs, ', ')} {were} {did} before the interrupt", changed=False)
