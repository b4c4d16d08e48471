"""Load: the one gate. Integrity first, then trust, then what must be installed, then the object."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg import contents, flavors, moments, names
from modelreg import trust as gate
from modelreg.catalog import facts, stored
from modelreg.errors import (
    IntegrityError,
    InvalidError,
    MissingLibraryError,
    ModelRegError,
    NewerRegistryError,
    UntrustedModelError,
)
from modelreg.names import quote
from modelreg.records import Loaded, Report
from modelreg.settings import private_directory
from modelreg.verbs import drift, identity, target
from modelreg.verbs.imports import imported, named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelreg.capture.environment import Environment
    from modelreg.contents import Verified as Contents
    from modelreg.flavors.base import Flavor
    from modelreg.progress import Progress
    from modelreg.records import Json, Version
    from modelreg.verbs.context import Context

HURRY: Final = 0.2
"""Seconds that a load waits to note that it used a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Contents that are whole and allowed, ready to become an object."""

    source: Contents
    version: Version
    version_id: int
    note: str
    runs_code: bool
    warnings: tuple[str, ...] = ()
    """How this Python differs from the one that made it, where that may matter."""


def load(
    ctx: Context,
    ref: str,
    *,
    at: str | int | None = None,
    trust: bool = False,
    expect: str | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Return the live object of a version; see :meth:`modelreg.registry.Registry.load`."""
    ready = verified(ctx, ref, at=at, trust=trust, expect=expect, progress=progress)
    obj = unpacked(ready)
    ctx.notebook.live.remember(obj, identity.origin(ctx, ready.version))
    _note_use(ctx, ready)
    return Loaded(obj=obj, version=ready.version, note=ready.note, warnings=ready.warnings)


def unpacked(ready: Verified) -> Any:
    """Return the live object of contents that passed the gate."""
    return contents.unpack(ready.source, _flavor(ready), directory=_directory(ready))


def export(ctx: Context, ref: str, directory: str | Path, *, trust: bool = False, expect: str | None = None) -> Report:
    """Write a version in its library's own format; see :meth:`modelreg.registry.Registry.export`."""
    place = Path(directory).expanduser()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        msg = f"{place} exists and is not an empty directory; nothing was written"
        raise InvalidError(msg, tries=(f"export {quote(ref)} {quote(str(place))}-2",))
    ready = verified(ctx, ref, trust=trust, expect=expect)
    place.mkdir(parents=True, exist_ok=True)
    written = contents.export(ready.source, _flavor(ready), place)
    rows: list[dict[str, Json]] = [{"file": name, "bytes": (place / name).stat().st_size} for name in written]
    return Report(title=f"{ready.version.ref} exported to {place}", rows=rows, summary=_files(len(rows)))


def verified(
    ctx: Context,
    ref: str,
    *,
    at: str | int | None = None,
    trust: bool = False,
    expect: str | None = None,
    progress: Progress | None = None,
    files: bool = True,
) -> Verified:
    """Return contents that passed the gate: whole, allowed, and with every library they import installed.

    With ``files`` off modules that are in no package may be missing: the code of the version brings them.
    """
    with ctx.read() as conn:
        found = target.find(conn, ref, at=at)
        version = found.record(conn)
        note = target.resolution(conn, found)
        known = stored.find(conn, version.content_id)
        then = drift.known(conn, found.member.version_id)
    if known is None:
        msg = f"the contents of {version.ref} were deleted and purged by gc"
        raise IntegrityError(msg, tries=(f"history {quote(found.home.name)}",))
    flavor = flavors.FLAVORS[known.flavor]
    try:
        # who expects certain contents, in a container or CI, has them read whatever is remembered
        source = contents.fetch(
            known.layout,
            version.content_id,
            ctx.blobs,
            memory=ctx.remembered,
            full=expect is not None,
            progress=progress,
        )
    except IntegrityError as error:
        msg = f"{version.ref} cannot be loaded: {error.message}"
        raise IntegrityError(msg, tries=("check --read-data",)) from error
    _readable(version, flavor, source.flavor)
    runs_code = flavor.runs_code
    try:
        gate.gate(version.content_id, runs_code=runs_code, allowed=ctx.allowed, trust=trust, expect=expect)
    except UntrustedModelError as error:
        raise _refusal(version, named(source, known.imports)) from error
    except IntegrityError as error:
        msg = f"{version.ref} is not what is expected: {error.message}"
        raise IntegrityError(msg, tries=(f"show {quote(version.ref)}",)) from error
    _installed(version, known.imports, then, files=files)
    return Verified(
        source=source,
        version=version,
        version_id=found.member.version_id,
        note=note,
        runs_code=runs_code,
        warnings=drift.warned(drift.glance(then, known.imports)) if then is not None else (),
    )


def _flavor(ready: Verified) -> Flavor:
    """Return the flavor that the gate was asked about: a catalog that others write may say another each time it is read."""
    return flavors.FLAVORS[ready.source.flavor[0]]


def _readable(version: Version, flavor: Flavor, written: tuple[str, int]) -> None:
    """Raise unless a flavor reads what was written: the name and format in the verified layout, not those in a row."""
    name, edition = written
    if name != flavor.name:
        msg = (
            f"{version.ref} holds contents of the flavor {name!r}, but its row says {flavor.name!r}; nothing was loaded"
        )
        raise IntegrityError(msg, tries=("check",))
    if edition > flavor.format:
        msg = (
            f"{version.ref} holds contents of format {edition} of the flavor {name!r}; this modelreg reads up to format "
            f"{flavor.format}: %pip install -U modelreg"
        )
        raise NewerRegistryError(msg)


def _refusal(version: Version, imports: Iterable[str]) -> UntrustedModelError:
    """Return the error that names who registered it, what it imports, and how to approve it."""
    msg = (
        f"{version.ref} is not trusted here: loading it runs code. It {imported(imports)}; it was registered by "
        f"{names.shown(version.created_by)} on {moments.iso(version.created_at)}"
    )
    ref = quote(version.ref)
    return UntrustedModelError(
        msg, tries=(f"trust {ref}", f"load {ref} --trust", f"load {ref} --expect b3:{version.content_id}")
    )


def _installed(version: Version, imports: Iterable[str], then: Environment | None, *, files: bool) -> None:
    """Raise MissingLibraryError if a module that the contents import is not there; imports nothing itself."""
    roots = sorted({name.partition(".")[0] for name in imports})
    missing = [root for root in roots if root not in sys.modules and _absent(root)]
    if missing:
        pins, own = drift.missing(then, missing)
        if not files and not pins and set(own) >= set(missing):
            return
        ways = [f"%pip install {shlex.join(pins)}"] if pins else []
        ways += [f"{', '.join(own)}: in no package, a file of whoever registered it"] if own else []
        said = f"{version.ref} needs {', '.join(missing)}, which this Python does not have"
        msg = "; ".join([said, *ways])
        raise MissingLibraryError(msg, tries=(f"checkout {quote(version.ref)} DIRECTORY",) if own else ())


def _absent(root: str) -> bool:
    try:
        return find_spec(root) is None
    except (ImportError, ValueError):
        return True


def _directory(ready: Verified) -> Path | None:
    """Return where contents that are files come to lie: with the user, outside every registry."""
    if not ready.source.files():
        return None
    place = private_directory() / "files"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _note_use(ctx: Context, ready: Verified) -> None:
    """Note once per session that this version was used; a registry that cannot be written now is no reason to fail."""
    with suppress(ModelRegError):
        if not ctx.catalog.writable:
            return
        with ctx.read() as conn:
            if facts.used_already(conn, ready.version_id, ctx.notebook.session):
                return
        with ctx.write("use", patience=HURRY, version=ready.version.uid, session=ctx.notebook.session) as tx:
            facts.add_run(tx, ready.version_id, "use")


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
