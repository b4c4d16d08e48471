"""Homes: registered models and artifacts, what has numbered members and aliases."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, func, literal_column, select, update

from modelreg.catalog import gone, schema, upsert
from modelreg.catalog.among import among, given
from modelreg.catalog.transaction import uid
from modelreg.errors import AlreadyExistsError, InvalidError, NotFoundError, instead
from modelreg.names import quote
from modelreg.records import Artifact, RegisteredModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction
    from modelreg.records import Collection

REGISTERED: Final = "registered"
ARTIFACT: Final = "artifact"
STAGES: Final = ("staging", "production")

_homes, _members = schema.homes, schema.members
_FIND = select(
    _homes.c.id,
    _homes.c.uid,
    _homes.c.kind,
    _homes.c.name,
    _homes.c.members,
    schema.artifacts.c.kind.label("holds"),
).select_from(_homes.outerjoin(schema.artifacts))
_BY_NAME = _FIND.where(_homes.c.name == bindparam("name"), _homes.c.deleted_at.is_(None))
_BY_FORMER = _FIND.join(schema.former_names, schema.former_names.c.home_id == _homes.c.id).where(
    schema.former_names.c.name == bindparam("name"), _homes.c.deleted_at.is_(None)
)
_LATEST = (
    select(_members.c.number)
    .where(_members.c.home_id == _homes.c.id, _members.c.removed_at.is_(None))
    .order_by(_members.c.number.desc())
    .limit(literal_column("1"))
    .scalar_subquery()
)
_NEXT_LATEST = (
    select(_members.c.number)
    .where(_members.c.home_id == bindparam("home"), _members.c.removed_at.is_(None))
    .order_by(_members.c.number.desc())
    .limit(1)
)
_COUNT = update(_homes).where(_homes.c.id == bindparam("home")).values(members=_homes.c.members + bindparam("change"))
_DIRECTIONS = select(schema.directions.c.metric, schema.directions.c.direction).where(
    schema.directions.c.home_id == bindparam("home")
)
_TAGS = (
    select(schema.tags.c.owner, schema.tags.c.key, schema.tags.c.value)
    .where(among(schema.tags.c.owner, "owners"))
    .order_by(schema.tags.c.owner, schema.tags.c.key)
)
_RECORDS = (
    select(
        _homes.c.id,
        _homes.c.kind,
        _homes.c.uid,
        _homes.c.name,
        _homes.c.description,
        _homes.c.members,
        _homes.c.created_at,
        _homes.c.created_by,
        _homes.c.updated_at,
        schema.registered_models.c.stages,
        schema.artifacts.c.kind.label("holds"),
        _LATEST.label("latest"),
    )
    .select_from(_homes.outerjoin(schema.registered_models).outerjoin(schema.artifacts))
    .where(among(_homes.c.id, "ids"))
)
_STANDING = (
    select(schema.aliases.c.home_id, schema.aliases.c.name, schema.aliases.c.number, schema.aliases.c.protected)
    .where(among(schema.aliases.c.home_id, "ids"))
    .order_by(schema.aliases.c.home_id, schema.aliases.c.name)
)
_WAYS = select(schema.directions.c.home_id, schema.directions.c.metric, schema.directions.c.direction).where(
    among(schema.directions.c.home_id, "ids")
)


class Home(NamedTuple):
    """A home as the catalog handles it."""

    id: int
    uid: str
    kind: str
    """``registered`` or ``artifact``."""
    name: str
    members: int
    holds: str
    """``model`` or ``dataset``."""

    @property
    def is_artifact(self) -> bool:
        """Whether it is an artifact."""
        return self.kind == ARTIFACT

    @property
    def noun(self) -> str:
        """What to call it."""
        return "artifact" if self.is_artifact else "registered model"


def find(conn: Connection, name: str) -> Home | None:
    """Return the live home called ``name``, or the one that was called so before it was renamed."""
    row = conn.execute(_BY_NAME, {"name": name}).first() or conn.execute(_BY_FORMER, {"name": name}).first()
    return None if row is None else _home(row)


def need(conn: Connection, name: str) -> Home:
    """Return the live home called ``name``.

    Raises
    ------
    NotFoundError
        There is none; the message lists what there is.
    """
    home = find(conn, name)
    if home is not None:
        return home
    kind, noun, listing = (
        (ARTIFACT, "artifact", "artifacts") if "/" in name else (REGISTERED, "registered model", "models")
    )
    deleted = select(_homes.c.id).where(_homes.c.name == name, _homes.c.deleted_at.is_not(None))
    lost = conn.execute(deleted.order_by(_homes.c.deleted_at.desc(), _homes.c.id.desc())).first()
    if lost is not None:
        msg = f"the {noun} {name!r} was deleted{gone.home(conn, lost[0])}"
        raise NotFoundError(msg, tries=(f"undelete {quote(name)}", f"history {quote(name)}"))
    there = names(conn, kind)
    msg = f"no {noun} {name!r}; {instead(name, there, none=f'there is none yet in {place(conn)}')}"
    raise NotFoundError(msg, tries=(listing,) if there else ("connect DIRECTORY",))


def place(conn: Connection) -> str:
    """Return which registry is looked at, for messages."""
    return str(conn.get_execution_options().get("place", "this registry"))


def get(conn: Connection, home_id: int) -> Home:
    """Return the home with this row id, live or deleted."""
    return _home(conn.execute(_FIND.where(_homes.c.id == home_id)).one())


def is_deleted(conn: Connection, home_id: int) -> bool:
    """Whether the home was deleted and not brought back."""
    return conn.execute(select(_homes.c.deleted_at).where(_homes.c.id == home_id)).scalar_one() is not None


def names(conn: Connection, kind: str, *, prefix: str = "", limit: int = 1000) -> list[str]:
    """Return names of live homes that begin with ``prefix``, last changed first."""
    query = (
        select(_homes.c.name)
        .where(_homes.c.kind == kind, _homes.c.deleted_at.is_(None))
        .order_by(_homes.c.updated_at.desc(), _homes.c.id.desc())
        .limit(limit)
    )
    if prefix:
        query = query.where(func.substr(_homes.c.name, 1, len(prefix)) == prefix)
    return list(conn.execute(query).scalars())


def twins(conn: Connection, name: str, kind: str) -> list[str]:
    """Return live homes whose names differ from ``name`` by case only."""
    return [other for other in names(conn, kind) if other != name and other.casefold() == name.casefold()]


def create(tx: Transaction, name: str, *, description: str = "", holds: str = "model", reason: str = "") -> Home:
    """Make an empty home; with a slash in its name an artifact.

    Raises
    ------
    AlreadyExistsError
        A live home has the name. A former name of another is taken over.
    """
    kind = ARTIFACT if "/" in name else REGISTERED
    if tx.conn.execute(_BY_NAME, {"name": name}).first() is not None:
        msg = f"{name!r} exists already"
        raise AlreadyExistsError(msg, tries=(f"show {quote(name)}",))
    tx.conn.execute(delete(schema.former_names).where(schema.former_names.c.name == name))
    home_uid = uid()
    values = {
        "uid": home_uid, "kind": kind, "name": name, "description": description, "members": 0,
        "created_at": tx.at, "created_by": tx.actor, "updated_at": tx.at,
    }  # fmt: skip
    home_id = tx.insert(_homes, values)
    if kind == ARTIFACT:
        project = _project(tx, name.partition("/")[0])
        tx.conn.execute(schema.artifacts.insert().values(id=home_id, project_id=project, kind=holds))
    else:
        tx.conn.execute(schema.registered_models.insert().values(id=home_id, stages=json.dumps(STAGES)))
    tx.act("created", name, home=home_id, reason=reason)
    return Home(id=home_id, uid=home_uid, kind=kind, name=name, members=0, holds=holds)


def number(tx: Transaction, name: str) -> int:
    """Take the next number of the home called ``name``; numbers are never given twice."""
    return int(tx.conn.execute(_next(tx.conn.dialect.name), {"name": name, "next": 1}).scalar_one()) - 1


@cache
def _next(dialect: str) -> Any:
    counters = schema.counters
    counted_up = {"next": counters.c.next + 1}
    statement = upsert.insert(dialect, counters)
    return statement.on_conflict_do_update(index_elements=["name"], set_=counted_up).returning(counters.c.next)


def counted(tx: Transaction, home_id: int, change: int) -> None:
    """Note that the home has ``change`` more live members."""
    tx.conn.execute(_COUNT, {"home": home_id, "change": change})


def latest(conn: Connection, home_id: int) -> int | None:
    """Return the number of the newest live member."""
    found = conn.execute(_NEXT_LATEST, {"home": home_id}).scalar()
    return None if found is None else int(found)


def stages(conn: Connection, home_id: int) -> tuple[str, ...]:
    """Return the stages of a registered model, in order."""
    query = select(schema.registered_models.c.stages).where(schema.registered_models.c.id == home_id)
    return _staged(conn.execute(query).scalar() or "[]")


@lru_cache
def _staged(text: str) -> tuple[str, ...]:
    """Return stages as they are stored; nearly all registered models have the same ones."""
    return tuple(json.loads(text))


def directions(conn: Connection, home_id: int) -> dict[str, str]:
    """Return metric -> ``lower`` or ``higher``, as declared for the home."""
    return {row.metric: row.direction for row in conn.execute(_DIRECTIONS, {"home": home_id})}


def records(conn: Connection, ids: Sequence[int]) -> list[Collection]:
    """Return registered models and artifacts, in the order of ``ids``: five queries, however many they are."""
    if not ids:
        return []
    wanted = {"ids": given(ids)}
    rows = {row[0]: row for row in conn.execute(_RECORDS, wanted).all()}
    aliases: dict[int, dict[str, int]] = defaultdict(dict)
    protected: dict[int, list[str]] = defaultdict(list)
    for home_id, name, number, guarded in conn.execute(_STANDING, wanted).all():
        if number is not None:
            aliases[home_id][name] = number
        if guarded:
            protected[home_id].append(name)
    ways: dict[int, dict[str, str]] = defaultdict(dict)
    for home_id, metric, direction in conn.execute(_WAYS, wanted).all():
        ways[home_id][metric] = direction
    marks = tags(conn, [row[2] for row in rows.values()])
    return [
        _record(row, aliases[i], tuple(protected.get(i, ())), ways[i], marks.get(row[2], {}))
        for i in ids
        if (row := rows.get(i)) is not None
    ]


def tags(conn: Connection, owners: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return owner uid -> tags, sorted by key."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for owner, key, value in conn.execute(_TAGS, {"owners": given(owners)}).all():
        found[owner][key] = value
    return found


def _home(row: Any) -> Home:
    return Home(row.id, row.uid, row.kind, row.name, row.members, row.holds or "model")


def _project(tx: Transaction, name: str) -> int:
    table = schema.projects
    found = tx.conn.execute(select(table.c.id).where(table.c.name == name)).scalar()
    if found is None:
        values = {"uid": uid(), "name": name, "created_at": tx.at, "created_by": tx.actor}
        return tx.insert(table, values)
    return int(found)


def _record(
    row: Any,
    aliases: dict[str, int],
    protected: tuple[str, ...],
    ways: dict[str, str],
    marks: dict[str, str],
) -> Collection:
    # fields by place: by name they are looked up one by one, for a thousand rows
    _, kind, uid_, name, description, count, created_at, created_by, updated_at, stages_, holds, newest = row
    if kind == ARTIFACT:
        return Artifact(
            uid=uid_, name=name, description=description, tags=marks, aliases=aliases, versions=count, latest=newest,
            created_at=created_at, created_by=created_by, updated_at=updated_at, kind=holds,
        )  # fmt: skip
    return RegisteredModel(
        uid=uid_, name=name, description=description, tags=marks, aliases=aliases, versions=count, latest=newest,
        created_at=created_at, created_by=created_by, updated_at=updated_at,
        stages=_staged(stages_), directions=ways, protected=protected,
    )  # fmt: skip


def same_kind(home: Home, kind: str) -> None:
    """Raise InvalidError unless the artifact holds things of this kind, which is fixed for ever."""
    if home.holds != kind:
        msg = f"the artifact {home.name!r} holds {home.holds}s; a {kind} needs an artifact of its own"
        raise InvalidError(msg)
