"""Who made which version from what: the queries of a lineage, each for many versions at once."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from modelreg.catalog import captured as told
from modelreg.catalog import schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

_runs, _inputs, _versions, _homes, _members, _aliases = (
    schema.runs,
    schema.inputs,
    schema.versions,
    schema.homes,
    schema.members,
    schema.aliases,
)


class Act(NamedTuple):
    """A run, and the version that it made or used."""

    id: int
    version_id: int
    kind: str
    session: str
    actor: str
    notebook: str
    variable: str
    message: str
    at: int


class Place(NamedTuple):
    """A version in its artifact."""

    artifact: str
    number: int
    kind: str
    """``model`` or ``dataset``."""
    at: int
    deleted: bool


class Link(NamedTuple):
    """A version in a registered model."""

    id: int
    version_id: int
    name: str
    number: int
    aliases: tuple[str, ...]
    at: int


_ACT = [getattr(_runs.c, name) for name in Act._fields]


def producers(conn: Connection, version_ids: Collection[int], limit: int) -> list[Act]:
    """Return the newest runs that made these versions, newest first."""
    return _acts(conn, _newest(limit).where(_runs.c.version_id.in_(version_ids), _runs.c.kind != "use"))


def users(conn: Connection, version_ids: Collection[int], limit: int) -> list[Act]:
    """Return the newest runs that loaded these versions, newest first."""
    return _acts(conn, _newest(limit).where(_runs.c.version_id.in_(version_ids), _runs.c.kind == "use"))


def consumers(conn: Connection, version_ids: Collection[int], limit: int) -> list[Act]:
    """Return the newest runs that made other versions from these, newest first."""
    used = select(_inputs.c.run_id).where(_inputs.c.version_id.in_(version_ids))
    return _acts(conn, _newest(limit).where(_runs.c.id.in_(used), _runs.c.kind != "use"))


def inputs(conn: Connection, run_ids: Collection[int]) -> list[tuple[int, int, str]]:
    """Return (run, version, role) for all that these runs used."""
    query = (
        select(_inputs.c.run_id, _inputs.c.version_id, _inputs.c.role)
        .where(_inputs.c.run_id.in_(run_ids))
        .order_by(_inputs.c.run_id, _inputs.c.version_id, _inputs.c.role)
    )
    return [tuple(row) for row in conn.execute(query)]


def origins(conn: Connection, run_ids: Collection[int]) -> dict[int, dict[tuple[str, str], set[str]]]:
    """Return run -> (role, name) of data that it used -> the files that this was read from, as far as they were captured.

    Parameters
    ----------
    conn : Connection
        The catalog.
    run_ids : collection of int
        Few runs: all that was captured of them is read.
    """
    query = select(_runs.c.id, _runs.c.capture).where(_runs.c.id.in_(run_ids), _runs.c.capture.is_not(None))
    found: dict[int, dict[tuple[str, str], set[str]]] = {}
    for run_id, text in conn.execute(query):
        files = found.setdefault(run_id, defaultdict(set))
        for use, file in _read(told.read(text) or {}):
            files[use].add(file)
    return found


def _read(facts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each data of a run with a file; a registry may hold what somebody else wrote."""
    data = facts.get("data")
    inputs = data.get("inputs") if isinstance(data, dict) else None
    for one in inputs if isinstance(inputs, list) else ():
        came = one.get("origin") if isinstance(one, dict) else None
        for each in came if isinstance(came, list) else ():
            place = (
                (each.get("relative") or PurePath(str(each.get("path") or "")).name) if isinstance(each, dict) else ""
            )
            if place:
                yield (str(one.get("role")), str(one.get("expression"))), str(place)


def places(conn: Connection, version_ids: Collection[int]) -> dict[int, Place]:
    """Return where versions stand in their artifacts, deleted ones too."""
    query = (
        select(_versions.c.id, _homes.c.name, _versions.c.number, schema.artifacts.c.kind, _versions.c.created_at,
               _versions.c.deleted_at)
        .join(_homes, _homes.c.id == _versions.c.artifact_id)
        .join(schema.artifacts, schema.artifacts.c.id == _versions.c.artifact_id)
        .where(_versions.c.id.in_(version_ids))
    )  # fmt: skip
    return {
        row.id: Place(row.name, row.number, row.kind, row.created_at, row.deleted_at is not None)
        for row in conn.execute(query)
    }


def links(conn: Connection, version_ids: Collection[int]) -> list[Link]:
    """Return the registered models that versions stand in, with the aliases they have there."""
    query = (
        select(_members.c.id, _members.c.version_id, _members.c.home_id, _members.c.number, _members.c.created_at,
               _homes.c.name)
        .join(_homes, _homes.c.id == _members.c.home_id)
        .join(_versions, _versions.c.id == _members.c.version_id)
        .where(_members.c.version_id.in_(version_ids), _members.c.removed_at.is_(None),
               _members.c.home_id != _versions.c.artifact_id)
        .order_by(_homes.c.name, _members.c.number)
    )  # fmt: skip
    rows = list(conn.execute(query))
    held = _standing(conn, {row.home_id for row in rows})
    return [
        Link(
            row.id, row.version_id, row.name, row.number, tuple(held.get((row.home_id, row.number), ())), row.created_at
        )
        for row in rows
    ]


def _standing(conn: Connection, home_ids: Collection[int]) -> dict[tuple[int, int], list[str]]:
    """Return (home, number) -> the aliases that stand there."""
    query = (
        select(_aliases.c.home_id, _aliases.c.number, _aliases.c.name)
        .where(_aliases.c.home_id.in_(home_ids), _aliases.c.number.is_not(None))
        .order_by(_aliases.c.name)
    )
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for row in conn.execute(query):
        found[row.home_id, row.number].append(row.name)
    return found


def _newest(limit: int) -> Select[tuple[object, ...]]:
    return select(*_ACT).order_by(_runs.c.id.desc()).limit(limit)


def _acts(conn: Connection, query: Select[tuple[object, ...]]) -> list[Act]:
    rows: Sequence[tuple[object, ...]] = conn.execute(query).all()
    return [Act(*row) for row in rows]  # type: ignore[arg-type]
