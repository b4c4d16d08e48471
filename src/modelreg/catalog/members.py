"""Members: versions in their homes, under the numbers they have there."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, or_, select, update

from modelreg.catalog import filters, gone, homes, schema
from modelreg.catalog.among import among, given
from modelreg.catalog.transaction import uid
from modelreg.errors import NotFoundError, instead
from modelreg.names import LATEST, quote
from modelreg.records import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.catalog.transaction import Transaction
    from modelreg.names import Reference
    from modelreg.records import Json

_members, _versions, _contents, _homes, _aliases = (
    schema.members,
    schema.versions,
    schema.contents,
    schema.homes,
    schema.aliases,
)
_source = _homes.alias("source")
_RECORD = select(
    _members.c.id.label("member_id"),
    _members.c.number,
    _members.c.home_id,
    _members.c.created_at.label("linked_at"),
    _homes.c.name.label("home"),
    _source.c.name.label("artifact"),
    schema.artifacts.c.kind,
    _versions.c.id.label("version_id"),
    _versions.c.uid,
    _versions.c.number.label("artifact_number"),
    _versions.c.content_id,
    _versions.c.class_name,
    _versions.c.description,
    _versions.c.created_at,
    _versions.c.created_by,
    _versions.c.deleted_at,
    _contents.c.flavor,
    _contents.c.size,
).select_from(
    _members.join(_homes, _homes.c.id == _members.c.home_id)
    .join(_versions, _versions.c.id == _members.c.version_id)
    .join(_source, _source.c.id == _versions.c.artifact_id)
    .join(schema.artifacts, schema.artifacts.c.id == _source.c.id)
    .join(_contents, _contents.c.id == _versions.c.content_id)
)
_MEMBER = select(_members.c.id, _members.c.home_id, _members.c.number, _members.c.version_id)
_LIVE = _members.c.removed_at.is_(None)
_BY_NUMBER = _MEMBER.where(_members.c.home_id == bindparam("home"), _members.c.number == bindparam("number"), _LIVE)
_NEWEST = _MEMBER.where(_members.c.home_id == bindparam("home"), _LIVE).order_by(_members.c.number.desc()).limit(1)
_BY_ALIAS = _MEMBER.join(
    _aliases, (_aliases.c.home_id == _members.c.home_id) & (_aliases.c.number == _members.c.number)
).where(_members.c.home_id == bindparam("home"), _aliases.c.name == bindparam("alias"), _LIVE)
_WITH_CONTENTS = (
    _MEMBER.add_columns(_contents.c.id.label("content_id"))
    .join(_versions, _versions.c.id == _members.c.version_id)
    .join(_contents, _contents.c.id == _versions.c.content_id)
    .where(
        or_(
            _contents.c.id.in_(bindparam("contents", expanding=True)),
            _contents.c.canonical_id == bindparam("canonical"),
        ),
        _members.c.home_id.in_(bindparam("homes", expanding=True)),
        _LIVE,
    )
)
_OF_VERSION = _MEMBER.where(
    _members.c.home_id == bindparam("home"), _members.c.version_id == bindparam("version"), _LIVE
)


_RECORDS = _RECORD.where(among(_members.c.id, "ids"))
_METRICS = (
    select(schema.metrics.c.version_id, schema.metrics.c.key, schema.metrics.c.value, schema.metrics.c.special)
    .where(among(schema.metrics.c.version_id, "versions"))
    .order_by(schema.metrics.c.version_id, schema.metrics.c.key)
)
_PARAMS = (
    select(schema.params.c.version_id, schema.params.c.key, schema.params.c.json)
    .where(among(schema.params.c.version_id, "versions"), filters.CURRENT)
    .order_by(schema.params.c.version_id, schema.params.c.key)
)
_STANDING = (
    select(_aliases.c.home_id, _aliases.c.number, _aliases.c.name)
    .where(
        among(_aliases.c.home_id, "homes"),
        among(_aliases.c.number, "numbers"),
    )
    .order_by(_aliases.c.name)
)

_DELETED = (
    select(_homes.c.name, _versions.c.number)
    .join(_homes, _homes.c.id == _versions.c.artifact_id)
    .where(
        _versions.c.artifact_id == bindparam("artifact"),
        _versions.c.content_id == bindparam("content"),
        _versions.c.deleted_at.is_not(None),
        _versions.c.purged_at.is_(None),
    )
    .order_by(_versions.c.number.desc())
    .limit(1)
)


class Member(NamedTuple):
    """A version in a home, as the catalog handles it."""

    id: int
    home_id: int
    number: int
    version_id: int


def resolve(conn: Connection, home: Home, reference: Reference) -> Member:
    """Return the live member that ``reference`` means in ``home``.

    Raises
    ------
    NotFoundError
        No such number or alias, or no version at all; the message says what there is.
    """
    if reference.number is not None:
        row = conn.execute(_BY_NUMBER, {"home": home.id, "number": reference.number}).first()
    elif reference.alias is not None:
        row = conn.execute(_BY_ALIAS, {"home": home.id, "alias": reference.alias}).first()
    else:
        row = conn.execute(_NEWEST, {"home": home.id}).first()
    if row is None:
        raise _missing(conn, home, reference)
    return Member(*row)


def of_version(conn: Connection, home_id: int, version_id: int) -> Member | None:
    """Return the live membership of a version in a home, if there is one."""
    row = conn.execute(_OF_VERSION, {"home": home_id, "version": version_id}).first()
    return None if row is None else Member(*row)


def all_of_version(conn: Connection, version_id: int) -> list[Member]:
    """Return every live membership of a version, that in its artifact first."""
    query = _MEMBER.where(_members.c.version_id == version_id, _LIVE).order_by(_members.c.id)
    return [Member(*row) for row in conn.execute(query)]


def with_contents(
    conn: Connection, home_ids: Sequence[int], content_ids: Sequence[str], canonical_id: str | None
) -> Member | None:
    """Return the live member that has one of these contents, else this canonical form.

    The homes are looked through in turn; in each, an earlier content id goes before a later one, the canonical form
    comes last, and of several members the newest is taken.
    """
    wanted = {"homes": list(home_ids), "contents": list(content_ids), "canonical": canonical_id}
    rows = list(conn.execute(_WITH_CONTENTS, wanted))
    if not rows:
        return None

    def place(row: Any) -> tuple[int, int, int]:
        same = content_ids.index(row.content_id) if row.content_id in content_ids else len(content_ids)
        return home_ids.index(row.home_id), same, -row.number

    return Member(*min(rows, key=place)[:4])


def deleted_with_contents(conn: Connection, artifact_id: int, content_id: str) -> str | None:
    """Return the reference of the newest deleted version of an artifact with these contents."""
    row = conn.execute(_DELETED, {"artifact": artifact_id, "content": content_id}).first()
    return None if row is None else f"{row.name}:v{row.number}"


def add(tx: Transaction, home: Home, version_id: int, *, number: int | None = None) -> Member:
    """Make a version a member of ``home`` under the next number (or ``number``, already taken for it)."""
    taken = homes.number(tx, home.name) if number is None else number
    values = {
        "uid": uid(), "home_id": home.id, "number": taken, "version_id": version_id,
        "created_at": tx.at, "created_by": tx.actor,
    }  # fmt: skip
    member_id = tx.insert(_members, values)
    homes.counted(tx, home.id, 1)
    return Member(member_id, home.id, taken, version_id)


def remove(tx: Transaction, member: Member) -> None:
    """End a membership. Its aliases must be gone."""
    tx.conn.execute(update(_members).where(_members.c.id == member.id).values(removed_at=tx.at))
    homes.counted(tx, member.home_id, -1)


def restore(tx: Transaction, home_id: int, number: int) -> Member | None:
    """Make an ended membership live again under its number; None when the version is a member otherwise now."""
    row = tx.conn.execute(
        _MEMBER.where(_members.c.home_id == home_id, _members.c.number == number, _members.c.removed_at.is_not(None))
    ).first()
    if row is None or of_version(tx.conn, home_id, row.version_id) is not None:
        return None
    tx.conn.execute(update(_members).where(_members.c.id == row.id).values(removed_at=None))
    homes.counted(tx, home_id, 1)
    return Member(*row)


def record(conn: Connection, member: Member) -> Version:
    """Return one version as seen from the home of ``member``."""
    return records(conn, [member.id])[0]


def records(conn: Connection, ids: Sequence[int]) -> list[Version]:
    """Return versions with aliases, tags, metrics and params, in the order of the member ids: five queries in all."""
    if not ids:
        return []
    rows = {row.member_id: row for row in conn.execute(_RECORDS, {"ids": given(ids)}).all()}
    marks = homes.tags(conn, {row.uid for row in rows.values()})
    versions = {row.version_id for row in rows.values()}
    values, settings = metrics(conn, versions), params(conn, versions)
    standing = _standing(conn, {(row.home_id, row.number) for row in rows.values()})
    found = []
    for row in (rows[i] for i in ids if i in rows):
        # fields by place: by name they are looked up one by one
        (
            _, number, home_id, linked_at, home, artifact, kind, version_id, own, artifact_number, content_id, class_name,
            description, created_at, created_by, deleted_at, flavor, size,
        ) = row  # fmt: skip
        found.append(Version(
            uid=own, home=home, number=number, aliases=tuple(standing.get((home_id, number), ())),
            artifact=artifact, artifact_number=artifact_number, kind=kind, content_id=content_id, flavor=flavor,
            class_name=class_name, size=size, description=description, tags=marks.get(own, {}),
            metrics=values.get(version_id, {}), params=settings.get(version_id, {}),
            created_at=created_at, created_by=created_by, linked_at=linked_at, deleted_at=deleted_at,
        ))  # fmt: skip
    return found


def metrics(conn: Connection, version_ids: Iterable[int]) -> dict[int, dict[str, float]]:
    """Return version id -> current metrics, sorted by name."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for version_id, key, number, special in conn.execute(_METRICS, {"versions": given(version_ids)}).all():
        found[version_id][key] = float(special if number is None else number)
    return found


def params(conn: Connection, version_ids: Iterable[int]) -> dict[int, dict[str, Json]]:
    """Return version id -> current params, sorted by name."""
    found: dict[int, dict[str, Json]] = defaultdict(dict)
    for version_id, key, text in conn.execute(_PARAMS, {"versions": given(version_ids)}).all():
        found[version_id][key] = json.loads(text)
    return found


def value(row: Any) -> float:
    """Return the number that a row of points or metrics holds."""
    return float(row.special) if row.value is None else float(row.value)


def _standing(conn: Connection, places: set[tuple[int, int]]) -> dict[tuple[int, int], list[str]]:
    """Return (home id, number) -> aliases there, sorted."""
    wanted = {"homes": given({home for home, _ in places}), "numbers": given({number for _, number in places})}
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for home_id, number, name in conn.execute(_STANDING, wanted).all():
        found[home_id, number].append(name)
    return found


def _missing(conn: Connection, home: Home, reference: Reference) -> NotFoundError:
    newest = homes.latest(conn, home.id)
    listing = f"versions {quote(home.name)}"
    if reference.number is not None:
        became = gone.version(conn, home.name, home.id, reference.number)
        if became is not None:
            what, back = became
            tries = (back, listing) if back else (listing, f"history {quote(home.name)}")
            return NotFoundError(f"{quote(home.name)}:v{reference.number} {what}", tries=tries)
        if newest is None:
            return NotFoundError(f"{home.name!r} has no versions", tries=(f"history {quote(home.name)}",))
        return NotFoundError(
            f"no version {reference.number} of {home.name!r}; {_numbers(conn, home)}", tries=(listing,)
        )
    if newest is None:
        return NotFoundError(f"{home.name!r} has no versions", tries=(f"history {quote(home.name)}",))
    names = list(
        conn.execute(
            select(_aliases.c.name)
            .where(_aliases.c.home_id == home.id, _aliases.c.number.is_not(None))
            .order_by(_aliases.c.name)
        ).scalars()
    )
    there = instead(reference.alias or "", [*names, LATEST], none="it has none")
    return NotFoundError(f"no alias {reference.alias!r} in {home.name!r}; {there}", tries=(listing,))


def _numbers(conn: Connection, home: Home) -> str:
    """Say which numbers there are: ``it has v0-v5``, or with gaps ``it has 4 versions, v0 to v9``."""
    first = conn.execute(_MEMBER.where(_members.c.home_id == home.id, _LIVE).order_by(_members.c.number).limit(1)).one()
    last = homes.latest(conn, home.id) or 0
    if first.number == last:
        return f"it has v{last} only"
    if last - first.number + 1 == home.members:
        return f"it has v{first.number}-v{last}"
    return f"it has {home.members} versions from v{first.number} to v{last}"


def before(conn: Connection, home_id: int, number: int) -> int | None:
    """Return the number of the live member that comes before ``number``."""
    query = select(_members.c.number).where(_members.c.home_id == home_id, _members.c.number < number, _LIVE)
    found = conn.execute(query.order_by(_members.c.number.desc()).limit(1)).scalar()
    return None if found is None else int(found)


def is_live(conn: Connection, home_id: int, number: int) -> bool:
    """Whether the home has a live member with this number."""
    return conn.execute(_BY_NUMBER, {"home": home_id, "number": number}).first() is not None


def is_taken(conn: Connection, home_id: int, number: int) -> bool:
    """Whether the home has, or had, a member with this number."""
    query = select(_members.c.id).where(_members.c.home_id == home_id, _members.c.number == number)
    return conn.execute(query).first() is not None
