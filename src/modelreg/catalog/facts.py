"""What is known of versions besides their contents: runs, params, metrics, inputs, tags."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, update

from modelreg.catalog import attachments, captured, datasets, filters, homes, members, schema, upsert
from modelreg.catalog.transaction import uid
from modelreg.records import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction
    from modelreg.records import Json

_runs, _params, _metrics, _points, _inputs = (
    schema.runs,
    schema.params,
    schema.metrics,
    schema.points,
    schema.inputs,
)
MADE = 10
"""Of the runs that captured anything, the oldest ones that are always among those of a version."""
_CURRENT = select(_metrics.c.key, _metrics.c.value, _metrics.c.special).where(
    _metrics.c.version_id == bindparam("version")
)

_OUTDATED = (
    update(_params)
    .where(
        _params.c.version_id == bindparam("version"),
        filters.CURRENT,
        _params.c.key.in_(bindparam("keys", expanding=True)),
    )
    .values(current=False)
)


def add_run(
    tx: Transaction,
    version_id: int,
    kind: str,
    *,
    variable: str = "",
    message: str = "",
    started: int | None = None,
    capture: tuple[str, str | None] = ("complete", None),
) -> int:
    """Write a run of ``kind`` (``register``, ``log``, ``use``) on a version; return its row id.

    ``capture`` is the state of what was captured, and its facts as JSON.
    """
    values = {
        "uid": uid(),
        "version_id": version_id,
        "kind": kind,
        "operation": tx.request.operation,
        "session": tx.request.session,
        "actor": tx.actor,
        "host": tx.request.host,
        "notebook": tx.request.notebook,
        "variable": variable,
        "message": message,
        "capture_state": capture[0],
        "capture": capture[1],
        "duration": 0 if started is None else max(0, tx.at - started),
        "at": tx.at,
    }
    return tx.insert(_runs, values)


def keeps_files(conn: Connection, run_id: int) -> bool:
    """Whether a run is there and its version not purged."""
    of = select(_runs.c.id).join(schema.versions, schema.versions.c.id == _runs.c.version_id)
    return conn.execute(of.where(_runs.c.id == run_id, schema.versions.c.purged_at.is_(None))).first() is not None


def is_pending(conn: Connection, run_id: int | None) -> bool:
    """Whether more is to be captured of a run."""
    of = select(_runs.c.capture_state).where(_runs.c.id == run_id)
    return conn.execute(of).scalar() == "pending"


def complete(tx: Transaction, run_id: int, *, state: str, capture: str) -> str:
    """Write what was captured after the run was written, and that it was; return the version, in its artifact."""
    of = select(schema.homes.c.name, schema.versions.c.number, schema.versions.c.id).select_from(
        _runs.join(schema.versions, schema.versions.c.id == _runs.c.version_id).join(
            schema.homes, schema.homes.c.id == schema.versions.c.artifact_id
        )
    )
    row = tx.conn.execute(of.where(_runs.c.id == run_id)).one()
    tx.conn.execute(update(_runs).where(_runs.c.id == run_id).values(capture_state=state, capture=capture))
    # of no home: nothing about the version itself has changed
    tx.act("captured", row.name, home=None, version=row.id, number=row.number, after=state)
    return f"{row.name}:v{row.number}"


def add_params(tx: Transaction, run_id: int, version_id: int, params: Mapping[str, Json]) -> None:
    """Write the params of a run; they become the current ones of its version."""
    if not params:
        return
    if not tx.first("params", version_id):
        tx.conn.execute(_OUTDATED, {"version": version_id, "keys": list(params)})
    rows = [
        {
            "run_id": run_id, "key": key, "version_id": version_id, "current": True, "json": json.dumps(value),
            "number": _number(value), "text": value if isinstance(value, str) else None,
        }
        for key, value in params.items()
    ]  # fmt: skip
    tx.conn.execute(_params.insert(), rows)


def add_metrics(
    tx: Transaction, run_id: int, version_id: int, metrics: Mapping[str, Sequence[tuple[int, float]]]
) -> dict[str, float]:
    """Write the points of a run; the last of each becomes current. Return old values that were replaced by others."""
    if not metrics:
        return {}
    current = () if tx.first("metrics", version_id) else tx.conn.execute(_CURRENT, {"version": version_id})
    before = {row.key: members.value(row) for row in current}
    points = [
        {"run_id": run_id, "key": key, "step": step, "at": tx.at, **_stored(value)}
        for key, series in metrics.items()
        for step, value in series
    ]
    last = [
        {
            "version_id": version_id,
            "key": key,
            "run_id": run_id,
            "step": series[-1][0],
            **_stored(series[-1][1]),
        }
        for key, series in metrics.items()
    ]
    tx.conn.execute(_points.insert(), points)
    replaced = ("run_id", "step", "value", "special")
    tx.conn.execute(upsert.into(tx.conn, _metrics, keys=("version_id", "key"), replace=replaced), last)
    return {
        key: before[key] for key, series in metrics.items() if key in before and not _same(before[key], series[-1][1])
    }


def keys(conn: Connection, version_id: int) -> tuple[set[str], set[str]]:
    """Return the names of the params and of the metrics that a version has."""
    params = select(_params.c.key).where(_params.c.version_id == version_id, filters.CURRENT)
    metrics = select(_metrics.c.key).where(_metrics.c.version_id == version_id)
    return set(conn.execute(params).scalars()), set(conn.execute(metrics).scalars())


def add_input(tx: Transaction, run_id: int, version_id: int, role: str = "model") -> None:
    """Note that a run used a version."""
    tx.conn.execute(_inputs.insert().values(run_id=run_id, version_id=version_id, role=role))


def used_already(conn: Connection, version_id: int, session: str) -> bool:
    """Whether this session has a run that used the version."""
    query = select(_runs.c.id).where(
        _runs.c.session == session, _runs.c.kind == "use", _runs.c.version_id == version_id
    )
    return conn.execute(query.limit(1)).first() is not None


def runs(conn: Connection, version_id: int, *, limit: int = 50) -> list[Run]:
    """Return the runs of a version, newest first, with their params, metrics, inputs, data and attachments: a query each.

    Those that tell how it was made are among them, however often it was loaded since.
    """
    own = select(_runs.c.id).where(_runs.c.version_id == version_id)
    newest = own.order_by(_runs.c.id.desc()).limit(limit)
    made = own.where(_runs.c.capture.is_not(None)).order_by(_runs.c.id).limit(MADE)
    query = select(_runs).where(_runs.c.id.in_(newest) | _runs.c.id.in_(made)).order_by(_runs.c.id.desc())
    rows = list(conn.execute(query))
    ids = [row.id for row in rows]
    params: dict[int, dict[str, Json]] = defaultdict(dict)
    for row in conn.execute(select(_params).where(_params.c.run_id.in_(ids)).order_by(_params.c.key)):
        params[row.run_id][row.key] = json.loads(row.json)
    metrics: dict[int, dict[str, float]] = defaultdict(dict)
    for row in conn.execute(select(_points).where(_points.c.id.in_(_last(ids))).order_by(_points.c.key)):
        metrics[row.run_id][row.key] = members.value(row)
    used, kept = sources(conn, ids), attachments.of_runs(conn, [row.uid for row in rows])
    files, data = attachments.captured(conn, [row.uid for row in rows]), datasets.of_runs(conn, ids)
    return [
        Run(
            uid=row.uid, kind=row.kind, at=row.at, actor=row.actor, host=row.host, notebook=row.notebook,
            variable=row.variable, message=row.message, capture_state=row.capture_state, duration=row.duration,
            params=params[row.id], metrics=metrics[row.id], inputs=tuple(used.get(row.id, ())),
            data=data.get(row.id, ()), attachments=kept.get(row.uid, ()), files=files.get(row.uid, ()),
            capture=captured.read(row.capture),
        )
        for row in rows
    ]  # fmt: skip


def _last(run_ids: Sequence[int]) -> Select[tuple[int]]:
    """Return the query for the ids of the last point of each metric of runs."""
    return select(func.max(_points.c.id)).where(_points.c.run_id.in_(run_ids)).group_by(_points.c.run_id, _points.c.key)


def sources(conn: Connection, run_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return run id -> references of the versions it used, in their artifacts."""
    versions, artifact = schema.versions, schema.homes
    query = (
        select(_inputs.c.run_id, artifact.c.name, versions.c.number)
        .join(versions, versions.c.id == _inputs.c.version_id)
        .join(artifact, artifact.c.id == versions.c.artifact_id)
        .where(_inputs.c.run_id.in_(run_ids))
        .order_by(artifact.c.name, versions.c.number)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in conn.execute(query):
        found[row.run_id].append(f"{row.name}:v{row.number}")
    return found


def derived(conn: Connection, version_id: int) -> list[str]:
    """Return references of the versions that were derived from this one."""
    versions, artifact = schema.versions, schema.homes
    query = (
        select(artifact.c.name, versions.c.number)
        .distinct()
        .select_from(
            _inputs.join(_runs, _runs.c.id == _inputs.c.run_id)
            .join(versions, versions.c.id == _runs.c.version_id)
            .join(artifact, artifact.c.id == versions.c.artifact_id)
        )
        .where(_inputs.c.version_id == version_id, _runs.c.kind != "use", _runs.c.version_id != version_id)
        .order_by(artifact.c.name, versions.c.number)
    )
    return [f"{row.name}:v{row.number}" for row in conn.execute(query)]


def add_tags(tx: Transaction, owner: str, tags: Mapping[str, str]) -> None:
    """Write the tags of what is new."""
    if tags:
        tx.conn.execute(
            schema.tags.insert(), [{"owner": owner, "key": key, "value": value} for key, value in tags.items()]
        )


def set_tag(tx: Transaction, owner: str, key: str, value: str) -> str | None:
    """Set a tag; return the value before, or None when the key was absent."""
    table = schema.tags
    where = (table.c.owner == owner) & (table.c.key == key)
    before = tx.conn.execute(select(table.c.value).where(where)).scalar()
    if before is None:
        tx.conn.execute(table.insert().values(owner=owner, key=key, value=value))
    elif before != value:
        tx.conn.execute(update(table).where(where).values(value=value))
    return before


def drop_tag(tx: Transaction, owner: str, key: str) -> str | None:
    """Remove a tag; return the value it had, or None when it was absent."""
    before = homes.tags(tx.conn, [owner]).get(owner, {}).get(key)
    table = schema.tags
    tx.conn.execute(delete(table).where(table.c.owner == owner, table.c.key == key))
    return before


def _number(value: Json) -> float | None:
    """Return what queries compare for a number or a truth value."""
    if not isinstance(value, (bool, int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _stored(value: float) -> dict[str, Any]:
    """Return the columns for a number: finite, or NULL and what it was."""
    return {"value": value, "special": None} if math.isfinite(value) else {"value": None, "special": str(value)}


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))
