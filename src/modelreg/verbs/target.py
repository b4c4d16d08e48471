"""What a reference means: home, member, record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from modelreg import moments, names
from modelreg.catalog import aliases, homes, members
from modelreg.errors import NotFoundError
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.names import Reference
    from modelreg.records import Version


class Target(NamedTuple):
    """A version where a reference found it."""

    reference: Reference
    home: Home
    member: Member

    def record(self, conn: Connection) -> Version:
        """Return the version as seen from the home."""
        return members.record(conn, self.member)


def find(conn: Connection, ref: str, *, at: str | int | None = None) -> Target:
    """Return what ``ref`` means now, or meant at the time ``at``.

    Raises
    ------
    NotFoundError
        There is no such home, number or alias; the message says what there is.
    """
    reference = names.parse(ref)
    home = homes.need(conn, reference.name)
    if at is None:
        return Target(reference, home, members.resolve(conn, home, reference))
    number = _number_at(conn, home, reference, moments.parse(at))
    return Target(reference, home, members.resolve(conn, home, names.Reference(name=home.name, number=number)))


def several(conn: Connection, refs: Iterable[str]) -> list[Target]:
    """Return what each of several references means now; a home that they share is looked up once."""
    known: dict[str, Home] = {}
    found = []
    for reference in map(names.parse, refs):
        home = known.get(reference.name) or known.setdefault(reference.name, homes.need(conn, reference.name))
        found.append(Target(reference, home, members.resolve(conn, home, reference)))
    return found


def source(conn: Connection, target: Target) -> Target:
    """Return the version of ``target`` in its artifact."""
    first = members.all_of_version(conn, target.member.version_id)
    own = next(member for member in first if homes.get(conn, member.home_id).is_artifact)
    return Target(target.reference, homes.get(conn, own.home_id), own)


def resolution(conn: Connection, target: Target) -> str:
    """Say which version was meant where the reference did not: ``churn:v7 (latest; production is v5)``."""
    if target.reference.explicit:
        return ""
    stages = homes.stages(conn, target.home.id) if not target.home.is_artifact else ()
    last = aliases.standing(conn, target.home.id, stages[-1]).number if stages else None
    stands = f"; {stages[-1]} is v{last}" if last is not None and last != target.member.number else ""
    return f"{target.home.name}:v{target.member.number} (latest{stands})"


def _number_at(conn: Connection, home: Home, reference: Reference, instant: int) -> int:
    """Return the number that a reference meant at an instant."""
    if reference.number is not None:
        return reference.number
    if reference.alias is None:
        number, what = aliases.latest_at(conn, home.id, instant), "version"
    else:
        number, what = aliases.at(conn, home.id, reference.alias, instant), f"alias {reference.alias!r}"
    if number is None:
        msg = f"{home.name!r} had no {what} at {moments.iso(instant)}"
        raise NotFoundError(msg, tries=(f"history {quote(home.name)}",))
    return number
