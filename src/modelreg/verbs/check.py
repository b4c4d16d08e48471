"""Check the registry: what is damaged, what is lost, who needs it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from modelreg import contents
from modelreg.catalog import attachments, audit, history, stored, versions
from modelreg.digests import digest
from modelreg.errors import IntegrityError, RegistryError
from modelreg.names import quote
from modelreg.records import Finding, Report
from modelreg.verbs import rebuild as rebuilding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.engine import Connection

    from modelreg.progress import Progress
    from modelreg.verbs.context import Context


_VERSION: Final = re.compile(r":v\d+(,|$)")
RECORDED: Final = {
    "uid": "version", "artifact": "artifact", "number": "number", "content_id": "content", "class_name": "class",
    "created_at": "at", "created_by": "by",
}  # fmt: skip
"""Column of a version -> what its immutable record calls it."""


def check(ctx: Context, *, read_data: bool = False, rebuild: bool = False, progress: Progress | None = None) -> Report:
    """Check the registry; see :meth:`modelreg.registry.Registry.check`."""
    if rebuild:
        return rebuilding.rebuild(ctx)
    try:
        with ctx.read() as conn:
            findings = list(_catalog(conn))
            needed = stored.known(conn, condemned=False)
            findings += _records(ctx, conn)
            findings += _objects(ctx, conn, needed, read_data=read_data, progress=progress)
    except RegistryError as error:
        findings = [Finding(severity="error", subject="catalog", text=error.message)]
        return Report(
            title=f"check of {ctx.location}",
            findings=tuple(findings),
            summary="the catalog cannot be read",
            next="check --rebuild",
        )
    bad = sum(finding.severity == "error" for finding in findings)
    how = "every byte read" if read_data else "sizes only; every byte with --read-data"
    summary = f"{len(needed)} objects checked ({how}): " + (
        f"{bad} problem{'' if bad == 1 else 's'}" if bad else "all is well"
    )
    return Report(title=f"check of {ctx.location}", findings=tuple(findings), summary=summary, next=_next(findings))


def _next(findings: list[Finding]) -> str | None:
    """Return the line that shows the first damaged version: whose it is, and by what code it can be made again."""
    named = next((one.subject.partition(",")[0] for one in findings if _VERSION.search(one.subject)), None)
    return None if named is None else f"show {quote(named)}"


def _catalog(conn: Connection) -> Iterator[Finding]:
    """Yield what is wrong with the facts."""
    for subject, text in audit.problems(conn):
        yield Finding(severity="error", subject=subject, text=text)
    for sequence, subject in history.broken(conn):
        text = f"history entry {sequence} was changed by hand, or one before it was removed"
        yield Finding(severity="error", subject=subject, text=text)


def _records(ctx: Context, conn: Connection) -> Iterator[Finding]:
    """Yield versions whose row says something else than the record that was written when they were logged."""
    for row in versions.recorded(conn):
        try:
            text = ctx.blobs.read(row.record)
        except (IntegrityError, RegistryError):
            continue  # told with the objects
        if digest(text) != row.record:
            continue
        told = json.loads(text)
        for column, key in RECORDED.items():
            if getattr(row, column) != told[key]:
                said = f"its {column} is not what its version record says: the row was changed by hand"
                yield Finding(severity="error", subject=f"{row.artifact}:v{row.number}", text=said)
        yield from _attachments(conn, row, told)


def _attachments(conn: Connection, row: Any, told: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what was attached when a version was logged, and is not any more; a purged version has let go of it."""
    listed = [*told.get("attachments", ()), *told.get("captured", ())]
    if not listed or row.purged_at is not None:
        return
    there = attachments.every(conn, row.id)
    for name, role, kind, digest_of_it, size in listed:
        if (name, role, kind, digest_of_it, size) not in there:
            said = f"its attachment {name!r} is not what its version record says: the row was changed by hand"
            yield Finding(severity="error", subject=f"{row.artifact}:v{row.number}", text=said)


def _objects(
    ctx: Context, conn: Connection, needed: dict[str, int], *, read_data: bool, progress: Progress | None
) -> list[Finding]:
    """Return what is wrong with the bytes, and who needs them."""
    faults = {name: fault for name, size in needed.items() if (fault := _fault(ctx, name, size)) is not None}
    ctx.blobs.forget(faults)
    ctx.remembered.forget(faults)
    if read_data:
        there = {name: size for name, size in sorted(needed.items()) if name not in faults}
        read = contents.compare(ctx.blobs, there, memory=ctx.remembered, progress=progress)
        faults |= {name: _told(error) for name, error in read.items()}
    findings = []
    for name, fault in sorted(faults.items()):
        users = ", ".join(stored.users(conn, name))
        text = f"object b3:{name[:16]}… {fault}{_way(conn, name, users)}"
        findings.append(Finding(severity="error", subject=users or "nothing that is live", text=text))
    return findings


def _way(conn: Connection, name: str, users: str) -> str:
    """Say what mends an object, or what is lost with it."""
    if stored.is_part(conn, name):
        return "; registering that model again mends it" if users else ""
    if stored.is_record(conn, name):
        return "; it is a version record, from which a lost catalog would be rebuilt: no load needs it"
    return "; it is an attachment, or was captured: no load needs it"


def _fault(ctx: Context, name: str, size: int) -> str | None:
    """Say what can be seen to be wrong with an object without reading it; None when nothing is."""
    there = ctx.blobs.size(name)
    if there is None:
        return "is missing"
    return None if there == size else f"has {there} bytes instead of {size}"


def _told(error: IntegrityError) -> str:
    other = isinstance(error, contents.OtherBytesError)
    return "holds other bytes than were registered" if other else f"cannot be read: {error.message}"
