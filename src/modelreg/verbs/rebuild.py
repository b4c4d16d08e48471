"""Make a lost catalog again: the newest whole backup, then every version record written since.

The new catalog is made aside and takes its place in one step, so that an interrupt leaves what there was. What lies in no
record cannot come back; the report says what was found and what was not. The damaged file is kept beside the new one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from modelreg import moments
from modelreg.catalog import attachments, create, datasets, facts, homes, members, restore, stored, versions
from modelreg.errors import DamagedError, RefusedError
from modelreg.records import Finding, Report
from modelreg.verbs import recorded
from modelreg.verbs.link import link_entry

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.catalog.transaction import Transaction
    from modelreg.verbs.context import Context
    from modelreg.verbs.order import Kept
    from modelreg.verbs.recorded import Record

_LOST: Final = (
    "links made by link or by registering contents that were there already, registered models without versions, renames, "
    "stages, metric directions, aliases and their protection, descriptions, tags, params, metrics and attachments given "
    "later, unlinks, deletions, what was used or derived from what, what was captured after an answer, hosts and notebooks "
    "of runs, and the history"
)


def rebuild(ctx: Context) -> Report:
    """Rebuild the catalog from the newest backup and the version records."""
    lost = create.identity(ctx.catalog.file)
    if _is_whole(ctx):
        msg = f"the catalog of {ctx.location} is whole; rebuilding would lose what no record holds"
        raise RefusedError(msg, tries=("check --read-data",))
    records, findings = recorded.gather(ctx.blobs)
    registry = _registry(records)
    backup, skipped = restore.newest_backup(ctx.catalog.place, registry)
    findings += [_note(f"backups/{name}", f"{why}; it was left out") for name, why in skipped]
    foreign = sum(record.registry != registry for record in records)
    if foreign:
        findings.append(_note("records", f"{foreign} are of another registry and were left out"))
    added: list[Record] = []
    with restore.aside(ctx.catalog, backup, registry=registry) as built:
        with replace(ctx, catalog=built).write("rebuild", at=ctx.clock()) as tx:
            findings.insert(0, _said(backup, restore.newest(tx.conn)))
            for record in records:
                if record.registry == registry and versions.by_uid(tx.conn, record.version) is None:
                    told = _put_back(ctx, tx, record)
                    findings += told
                    if told[0].severity == "repaired":
                        added.append(record)
            for name, count in restore.gaps(tx.conn):
                text = f"{count} lower numbers have no version: their records are lost, or the numbers were never given"
                findings.append(_note(name, text))
        kept = restore.publish(built, ctx.catalog, lost=lost)
    if kept:
        findings.insert(0, _note("catalog", f"the damaged file is kept as {kept}"))
    return Report(
        title=f"rebuilt {ctx.location}",
        findings=tuple(findings),
        summary=f"{len(added)} versions put back from their records" + (" on top of the backup" if backup else ""),
        next="check --read-data",
    )


def _note(subject: str, text: str) -> Finding:
    return Finding(severity="note", subject=subject, text=text)


def _said(backup: Path | None, since: int | None) -> Finding:
    """Say what does not come back."""
    again = "numbers of registered models that were given to such links may be given again"
    if backup is None:
        return _note("lost", f"there was no backup: {_LOST}; {again}")
    when = "" if since is None else f", {moments.iso(since)}"
    return _note("lost", f"since the backup ({backup.name}{when}): {_LOST}; {again}")


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


def _registry(records: list[Record]) -> str | None:
    """Return the uid of the registry that most records name."""
    uids = [record.registry for record in records]
    return max(set(uids), key=uids.count) if uids else None


def _put_back(ctx: Context, tx: Transaction, record: Record) -> list[Finding]:
    """Write what a record says; return what is to be said of it, first whether it was put back."""
    artifact = homes.find(tx.conn, record.artifact) or homes.create(tx, record.artifact, holds=record.kind)
    if artifact.holds != record.kind or versions.by_number(tx.conn, artifact.id, record.number) is not None:
        text = f"not put back: the number is taken, or {artifact.name!r} does not hold {record.kind}s"
        return [Finding(severity="error", subject=record.ref, text=text)]
    _contents(tx, record)
    who = versions.Recorded(record.version, record.at, record.by)
    version_id = versions.add(
        tx, artifact.id, record.number, record.content, class_name=record.class_name, recorded=who
    )
    restore.count_up(tx, artifact.name, record.number)
    members.add(tx, artifact, version_id, number=record.number)
    versions.set_record(tx, version_id, record.digest)
    stored.keep(tx, [(record.digest, record.length)])
    tx.act(
        "logged",
        artifact.name,
        home=artifact.id,
        version=version_id,
        number=record.number,
        reason="rebuilt",
    )
    said = [Finding(severity="repaired", subject=record.ref, text="put back from its record")]
    said += _link(tx, record, version_id)
    _facts(tx, record, version_id)
    objects = {**dict(record.objects), **{item.digest: item.size for item in _attached(record)}}
    missing = sum(ctx.blobs.size(name) != size for name, size in objects.items())
    if missing:
        text = f"{missing} of its {len(objects)} objects are missing: it was purged, or they are lost"
        said.append(Finding(severity="error", subject=record.ref, text=text))
    return said


def _facts(tx: Transaction, record: Record, version_id: int) -> None:
    kind, variable, message = record.run
    # what was captured later stands in no record
    capture = ("complete" if record.capture is None else "partial", record.capture)
    run = facts.add_run(tx, version_id, kind, variable=variable, message=message, capture=capture)
    facts.add_params(tx, run, version_id, record.params)
    facts.add_metrics(tx, run, version_id, record.metrics)
    attachments.add(tx, run, _attached(record))
    datasets.use(tx, run, version_id, record.data)
    if record.fingerprint is not None:
        datasets.tell(tx, version_id, record.content, record.fingerprint)
    stored.keep(tx, [(item.digest, item.size) for item in _attached(record)])
    for key, value in record.tags:
        facts.set_tag(tx, record.version, key, value)


def _attached(record: Record) -> tuple[Kept, ...]:
    return (*record.attachments, *record.captured)


def _contents(tx: Transaction, record: Record) -> None:
    flavor, flavor_format = record.flavor
    contents = stored.Contents(
        record.content, flavor, flavor_format, record.runs_code, record.layout, record.size, record.imports
    )
    stored.add(tx, contents, canonical=(None, None), parts=record.objects)


def _link(tx: Transaction, record: Record, version_id: int) -> list[Finding]:
    """Link the version as it was linked when it was registered."""
    if record.link is None:
        return []
    name, number = record.link
    home = homes.find(tx.conn, name) or homes.create(tx, name)
    if members.is_taken(tx.conn, home.id, number):
        text = f"its link {name}:v{number} was not put back: the number is taken by another version"
        return [Finding(severity="error", subject=record.ref, text=text)]
    restore.count_up(tx, home.name, number)
    member = members.add(tx, home, version_id, number=number)
    link_entry(tx, home, member, "rebuilt")
    return []
