"""Which versions a version comes from: the one that its object was loaded from, and those that its code loaded besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.catalog import facts, versions

if TYPE_CHECKING:
    from modelreg.verbs.entry import Entry

_HOLDERS: Final = frozenset({"builtins.dict", "builtins.list", "builtins.tuple", "collections.OrderedDict"})
"""What holds a model that was trained on, and is none itself: a checkpoint."""


def note(entry: Entry, version: int, *, made: bool) -> str | None:
    """Note in the run of an entry where the version of this row id comes from; return the reference of its parent.

    Parameters
    ----------
    entry : Entry
        What is being written.
    version : int
        The version.
    made : bool
        Whether it is new. One that was there before comes from what its own first run says: contents that happen to be
        equal make nobody its parent.
    """
    if not made:
        return None
    parent = _derived(entry, version)
    loaded = _loaded(entry, version)
    alone = len(loaded) == 1 and entry.packed.class_name in _HOLDERS
    return parent or (loaded[0] if alone else None)


def _derived(entry: Entry, version: int) -> str | None:
    """Note which version the object was loaded from, or registered as, before it became this one."""
    origin = entry.origin
    if origin is None or origin.registry != entry.ctx.catalog.uid:
        return None
    if entry.twin is None and origin.content_id == entry.packed.content_id:  # the same bytes in another artifact
        return None
    parent = versions.by_uid(entry.tx.conn, origin.version)
    if parent is None or parent == version:
        return None
    facts.add_input(entry.tx, entry.run, parent)
    return origin.source


def _loaded(entry: Entry, version: int) -> list[str]:
    """Note which versions the code of the model loaded besides: a model may be made with what others answer."""
    book, loaded = entry.ctx.notebook, entry.taken.loaded
    variables = book.namespace() if loaded else {}
    origins = [book.live.meant(ref, variables.get(name)) for name, ref in loaded]
    own = entry.origin.version if entry.origin is not None else None
    used = {one.version: one for one in origins if one is not None and one.registry == entry.ctx.catalog.uid}
    told = []
    for uid in sorted(used.keys() - {own}):
        found = versions.by_uid(entry.tx.conn, uid)
        if found not in {None, version}:
            facts.add_input(entry.tx, entry.run, found)
            told.append(used[uid].source)
    return told
