"""How much space versions take, and a copy of the whole registry."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from modelreg import names, sizes
from modelreg.blobs.local import LocalBlobs
from modelreg.catalog import homes, snapshot, stored
from modelreg.digests import digest
from modelreg.errors import IntegrityError, InvalidError, ModelRegError, RegistryError, StorageError
from modelreg.records import Finding, Report
from modelreg.verbs import garbage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from modelreg.records import Json
    from modelreg.verbs.context import Context


def du(ctx: Context, name: str | None = None) -> Report:
    """Say how much space versions take; see :meth:`modelreg.registry.Registry.du`."""
    with ctx.read() as conn:
        home = None if name is None else homes.need(conn, names.clean_home(name))
        used = stored.usage(conn, None if home is None else home.id)
        found = garbage.look(ctx, conn, garbage.GRACE)
    rows: list[dict[str, Json]] = [
        {"name": called, "versions": count, "logical bytes": logical, "bytes on disk": disk, "shared": shared}
        for called, count, logical, disk, shared in used
    ]
    return Report(
        title="space",
        rows=rows,
        summary=f"{sizes.human(_on_disk(ctx.catalog.place))} on disk in all, {_free(found)}",
        next="gc" if found.ready else None,
    )


def _free(found: garbage.Garbage) -> str:
    """Say what gc would free, and what it leaves alone for now."""
    ready = f"of which gc would free {sizes.human(found.ready)}"
    return f"{ready}, and {sizes.human(found.waiting)} once {garbage.GRACE:g} hours old" if found.waiting else ready


def _on_disk(place: Path) -> int:
    """Return the bytes of all files of a registry: objects, the catalog and its copies, what is being written."""
    found = 0
    for folder, _, files in os.walk(place):
        for file in files:
            with suppress(OSError):  # it is gone meanwhile
                found += os.lstat(os.path.join(folder, file)).st_size  # noqa: PTH118  (a Path for each costs more)
    return found


def backup(ctx: Context, destination: str | Path) -> Report:
    """Copy the live registry; see :meth:`modelreg.registry.Registry.backup`."""
    place = Path(destination).expanduser().absolute()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        msg = f"{place} exists and is not an empty directory; nothing was written"
        raise InvalidError(msg)
    if not ctx.catalog.exists:
        msg = f"there is no registry at {ctx.location} yet, so nothing to copy"
        raise InvalidError(msg, tries=("register OBJ NAME",))
    aside = place.with_name(f".{place.name}.partial")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        known = snapshot.take(ctx.catalog, aside)
        lost: dict[str, str] = {}
        LocalBlobs(aside).put_many(_whole(ctx, known, lost))
        if place.exists():
            place.rmdir()
        aside.rename(place)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        full = isinstance(error, StorageError) and "disk is full" in error.message
        if full or getattr(error, "errno", None) == errno.ENOSPC:  # whatever the message names: only here was written
            msg = f"the copy to {place} failed: the disk there is full; nothing is left of it"
            raise StorageError(msg, tries=("du",)) from error
        if isinstance(error, ModelRegError):
            raise
        msg = f"the copy to {place} failed: {error.strerror or error}; nothing is left of it"
        raise StorageError(msg) from error
    whole = {name: size for name, size in known.items() if name not in lost}
    rows: list[dict[str, Json]] = [{"what": "objects", "count": len(whole), "bytes": sum(whole.values())}]
    damaged = f"; {len(lost)} that {'is' if len(lost) == 1 else 'are'} damaged here left out" if lost else ""
    return Report(
        title=f"copied to {place}",
        rows=rows,
        findings=tuple(_left_out(ctx, lost)),
        summary=f"{len(whole)} object{'' if len(whole) == 1 else 's'}{damaged}",
        next="check --read-data" if lost else f"connect {names.quote(str(place))}",
    )


def _whole(ctx: Context, known: Iterable[str], lost: dict[str, str]) -> Iterator[tuple[str, list[bytes]]]:
    """Yield the objects whose bytes are as they were registered, and note the others: a copy must not spread damage."""
    for name in known:
        try:
            data = ctx.blobs.read(name)
        except (IntegrityError, RegistryError) as error:
            lost[name] = error.message
            continue
        if digest(data) == name:
            yield name, [data]
        else:
            lost[name] = "it holds other bytes than were registered"


def _left_out(ctx: Context, lost: Mapping[str, str]) -> Iterator[Finding]:
    """Yield who needs what was left out of a copy."""
    with ctx.read() as conn:
        for name, why in lost.items():
            users = ", ".join(stored.users(conn, name)) or "nothing that is live"
            yield Finding(severity="error", subject=users, text=f"object b3:{name[:16]}… was left out: {why}")
