"""Which versions a version comes from: the one that its object was loaded from, and those that its code loaded besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.catalog import facts, versions

if TYPE_CHECKING:
    from modelreg.verbs.entry import Entry


def note(entry: Entry, version: int) -> str | None:
    """Note in the run of an entry where the version of this row id comes from; return the reference of its parent."""
    parent = _derived(entry, version)
    _loaded(entry, version)
    return parent


def _derived(entry: Entry, version: int) -> str | None:
    """Note which version the object was loaded from, or registered as, before it became this one."""
    origin = entry.origin
    if origin is None or origin.registry != entry.ctx.catalog.uid:
        return None
    if (
        entry.twin is None and origin.content_id == entry.packed.content_id
    ):  # the same model in another artifact comes from none
        return None
    parent = versions.by_uid(entry.tx.conn, origin.version)
    if parent is None or parent == version:
        return None
    facts.add_input(entry.tx, entry.run, parent)
    return origin.source


def _loaded(entry: Entry, version: int) -> None:
    """Note which versions the code of the model loaded besides: a model may be made with what others answer."""
    book, loaded = entry.ctx.notebook, entry.taken.loaded
    variables = book.namespace() if loaded else {}
    origins = [book.live.origin(variables.get(name)) for name in loaded]
    own = entry.origin.version if entry.origin is not None else None
    uids = {one.version for one in origins if one is not None and one.registry == entry.ctx.catalog.uid} - {own}
    for used in sorted(uids):
        found = versions.by_uid(entry.tx.conn, used)
        if found not in {None, version}:
            facts.add_input(entry.tx, entry.run, found)
