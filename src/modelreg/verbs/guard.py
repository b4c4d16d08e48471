"""What holds a version or a home, so that it is not removed by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.catalog import aliases, homes, members

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def protected(conn: Connection, home_id: int, number: int | None = None) -> list[str]:
    """Return the protected aliases that are set in a home, or on one of its members."""
    return [
        name
        for name, (stands, guarded) in aliases.all_of(conn, home_id).items()
        if guarded and stands is not None and number in (None, stands)
    ]


def standing(conn: Connection, home_id: int) -> list[str]:
    """Return the aliases that are set in a home."""
    return [name for name, (stands, _) in aliases.all_of(conn, home_id).items() if stands is not None]


def holders(conn: Connection, version_id: int) -> list[str]:
    """Say what holds a version: links and aliases, in its artifact and in registered models."""
    found = []
    for member in members.all_of_version(conn, version_id):
        home = homes.get(conn, member.home_id)
        names = aliases.on(conn, home.id, member.number)
        guarded = set(protected(conn, home.id, member.number))
        said = [f"{name} (protected)" if name in guarded else name for name in names]
        with_aliases = f" as {', '.join(said)}" if said else ""
        if not home.is_artifact:
            found.append(f"linked to {home.name!r} as v{member.number}" + (f" with {', '.join(said)}" if said else ""))
        elif said:
            found.append(f"known in {home.name!r}{with_aliases}")
    return found
