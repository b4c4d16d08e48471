"""The version record: the immutable object that each version leaves, from which a lost catalog is rebuilt.

Canonical JSON; what is read back is checked field by field in :mod:`modelreg.verbs.recorded`.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any, Final

from modelreg.catalog import stored, versions
from modelreg.digests import canonical, digest

if TYPE_CHECKING:
    from modelreg.catalog.homes import Home
    from modelreg.verbs.entry import Entry

RECORD: Final = "version-record"


def leave(entry: Entry, artifact: Home, version_id: int, link: tuple[str, int] | None) -> None:
    """Leave the record of a version, durable before the commit; ``link`` is where it was linked at once."""
    text = _text(entry, artifact, version_id, link)
    name = digest(text)
    entry.brought.append(name)
    entry.ctx.blobs.put(text)
    stored.keep(entry.tx, [(name, len(text))])
    versions.set_record(entry.tx, version_id, name)


def _text(entry: Entry, artifact: Home, version_id: int, link: tuple[str, int] | None) -> bytes:
    tx, order, packed = entry.tx, entry.order, entry.packed
    made = tx.made[version_id]
    # records of versions without attachments stay as every release has written them
    kept: dict[str, Any] = {"attachments": [list(item) for item in order.attachments]} if order.attachments else {}
    if entry.taken.facts is not None:
        kept["capture"] = entry.taken.facts
        kept["captured"] = [list(item) for item in entry.taken.files.items]
    if entry.data:
        kept["data"] = [list(astuple(use)) for use in entry.data]
    if entry.print is not None:
        kept["fingerprint"] = list(entry.print)
    return canonical({
        "modelreg": RECORD, "v": 1, "registry": entry.ctx.catalog.uid, "version": made["uid"],
        "artifact": artifact.name, "kind": artifact.holds, "number": made["number"], "content": made["content_id"],
        "layout": packed.layout, "flavor": [packed.flavor, packed.flavor_format],
        "runs_code": packed.runs_code, "class": made["class_name"], "size": packed.size,
        "imports": list(packed.imports),
        "objects": [list(part) for part in (*packed.objects, (packed.layout, packed.layout_size))],
        "link": None if link is None else list(link),
        "run": {"kind": order.command, "variable": order.variable, "message": order.message,
                "notebook": tx.request.notebook, "host": tx.request.host},
        "params": dict(entry.params), "tags": [list(tag) for tag in order.tags],
        "metrics": {key: [[step, str(value)] for step, value in points] for key, points in entry.metrics.items()},
        "at": tx.at, "by": tx.actor, **kept,
    })  # fmt: skip
