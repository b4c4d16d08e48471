"""Make a lost catalog again: the newest whole backup, then every version record written since.

What lies in no record (aliases, tags, unlinks, deletions and history since the backup) cannot come back; the report says
what was found and what was not. The damaged file is kept beside the new one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from modelreg import moments
from modelreg.catalog import facts, homes, members, restore, stored, versions
from modelreg.digests import digest
from modelreg.errors import DamagedError, IntegrityError, RefusedError, RegistryError
from modelreg.records import Finding, Report
from modelreg.verbs.log import RECORD, link_entry

if TYPE_CHECKING:
    from modelreg.catalog.transaction import Transaction
    from modelreg.verbs.context import Context

LARGEST: Final = 4 << 20
"""Bytes; a version record is never larger."""


def rebuild(ctx: Context) -> Report:
    """Rebuild the catalog from the newest backup and the version records."""
    if _is_whole(ctx):
        msg = f"the catalog of {ctx.location} is whole; rebuilding would lose what no record holds"
        raise RefusedError(msg, tries=("check --read-data",))
    records = sorted(_records(ctx), key=lambda record: (record["at"], record["artifact"], record["number"]))
    backup = restore.newest_backup(ctx.catalog.place)
    registry = _registry(records)
    kept = restore.replace(ctx.catalog, backup, registry=registry)
    since = 0
    with ctx.write("rebuild", at=ctx.clock()) as tx:
        since = restore.newest(tx.conn)
        added = [record for record in records if record["registry"] == registry and _put_back(tx, record)]
    findings = [Finding(severity="note", subject="catalog", text=f"the damaged file is kept as {kept}")] if kept else []
    findings.append(_said(backup is not None, since))
    findings += [
        Finding(
            severity="repaired",
            subject=f"{record['artifact']}:v{record['number']}",
            text="put back from its record",
        )
        for record in added
    ]
    return Report(
        title=f"rebuilt {ctx.location}",
        findings=tuple(findings),
        summary=f"{len(added)} versions put back from their records" + (" on top of the backup" if backup else ""),
        next="check --read-data",
    )


def _said(backup: bool, since: int) -> Finding:  # noqa: FBT001  (private, one caller)
    lost = "aliases, tags, descriptions, unlinks, deletions and history"
    if not backup:
        return Finding(severity="note", subject="lost", text=f"there was no backup: {lost} are gone")
    return Finding(severity="note", subject="lost", text=f"{lost} since {moments.iso(since)} (the backup) are gone")


def _is_whole(ctx: Context) -> bool:
    """Whether the catalog can be read to its end; one that is newer, locked or out of reach is no lost one."""
    if not ctx.catalog.exists:
        restore.need_remains(ctx.catalog.place)
        return False
    try:
        with ctx.read() as conn:
            return restore.is_whole(conn)
    except DamagedError:
        restore.need_remains(ctx.catalog.place)
        return False


def _records(ctx: Context) -> list[dict[str, Any]]:
    """Return every version record among the objects, whose bytes are as they were written."""
    head = b'{"'
    mark = f'"modelreg":"{RECORD}"'.encode()
    found = []
    for name, size, _ in ctx.blobs.iterate():
        if size > LARGEST:
            continue
        try:
            text = ctx.blobs.read(name)
        except (IntegrityError, RegistryError):
            continue
        if text.startswith(head) and mark in text and digest(text) == name:
            record = json.loads(text)
            if record.get("modelreg") == RECORD:
                found.append({**record, "digest": name, "length": size})
    return found


def _registry(records: list[dict[str, Any]]) -> str | None:
    """Return the uid of the registry that most records name."""
    uids = [record["registry"] for record in records]
    return max(set(uids), key=uids.count) if uids else None


def _put_back(tx: Transaction, record: dict[str, Any]) -> bool:
    """Write what a record says, unless the catalog has that version; return whether anything was written."""
    if versions.by_uid(tx.conn, record["version"]) is not None:
        return False
    artifact = homes.find(tx.conn, record["artifact"]) or homes.create(tx, record["artifact"], holds=record["kind"])
    if versions.by_number(tx.conn, artifact.id, record["number"]) is not None:
        return False
    _contents(tx, record)
    who = versions.Recorded(record["version"], record["at"], record["by"])
    version_id = versions.add(
        tx, artifact.id, record["number"], record["content"], class_name=record["class"], recorded=who
    )
    restore.count_up(tx, artifact.name, record["number"])
    members.add(tx, artifact, version_id, number=record["number"])
    versions.set_record(tx, version_id, record["digest"])
    stored.keep(tx, [(record["digest"], record["length"])])
    tx.act(
        "logged",
        artifact.name,
        home=artifact.id,
        version=version_id,
        number=record["number"],
        reason="rebuilt",
    )
    _link(tx, record, version_id)
    run = facts.add_run(
        tx,
        version_id,
        record["run"]["kind"],
        variable=record["run"]["variable"],
        message=record["run"]["message"],
    )
    facts.add_params(tx, run, version_id, record["params"])
    series = {key: [(step, float(value)) for step, value in points] for key, points in record["metrics"].items()}
    facts.add_metrics(tx, run, version_id, series)
    for key, value in record["tags"]:
        facts.set_tag(tx, record["version"], key, value)
    return True


def _contents(tx: Transaction, record: dict[str, Any]) -> None:
    flavor, flavor_format = record["flavor"]
    contents = stored.Contents(
        record["content"], flavor, flavor_format, record["runs_code"], record["layout"], record["size"],
        tuple(record["imports"]),
    )  # fmt: skip
    stored.add(tx, contents, canonical=(None, None), parts=[(name, size) for name, size in record["objects"]])


def _link(tx: Transaction, record: dict[str, Any], version_id: int) -> None:
    """Link the version as it was linked when it was registered."""
    if record["link"] is None:
        return
    name, number = record["link"]
    home = homes.find(tx.conn, name) or homes.create(tx, name)
    if members.is_taken(tx.conn, home.id, number):
        return
    restore.count_up(tx, home.name, number)
    member = members.add(tx, home, version_id, number=number)
    link_entry(tx, home, member, "rebuilt")
