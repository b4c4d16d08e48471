"""Load: the one gate. Integrity first, then trust, then what must be installed, then the object."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from modelreg import contents, flavors, moments, names
from modelreg import trust as gate
from modelreg.capture.code import FILE as SLICE
from modelreg.catalog import facts, stored
from modelreg.errors import (
    IntegrityError,
    MissingLibraryError,
    ModelRegError,
    NewerRegistryError,
    UntrustedModelError,
)
from modelreg.names import quote
from modelreg.records import Loaded
from modelreg.verbs import classes, drift, identity, sources, target, unpacking
from modelreg.verbs.imports import brings_code, named, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelreg.capture.environment import Drift, Environment
    from modelreg.contents import Verified as Contents
    from modelreg.flavors.base import Flavor
    from modelreg.progress import Progress
    from modelreg.records import Version
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
    imports: tuple[str, ...] = ()
    """What the contents import."""
    environment: Environment | None = None
    """Where it was made."""
    drifts: tuple[Drift, ...] = ()
    """How this Python differs from that, in what the model itself needs."""
    noted: Mapping[str, str] = field(default_factory=dict)
    """The user's modules of then: module -> digest of its file."""
    _others: list[tuple[str, ...]] = field(default_factory=list, init=False, repr=False, compare=False)
    """Which of them are others now, once somebody asked."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """How this Python differs from the one that made it, where that may matter."""
        return drift.warned(self.drifts)

    def differing(self) -> tuple[str, ...]:
        """Return the files of the user's own modules that are other ones now."""
        if not self._others:
            self._others.append(sources.differing(self.noted, self.imports))
        return self._others[0]

    def warned(self) -> tuple[str, ...]:
        """Return what a load says: the warnings, and whether the user's modules are as they were."""
        return drift.warned(self.drifts, sources.said(self.differing()))


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
    obj = unpacking.unpacked(ready)
    told: tuple[str, ...] = ()
    if any(name.startswith("cloudpickle.") for name in ready.imports):  # most bring no class of a notebook
        told = classes.said(classes.changed(obj, ctx.notebook.namespace()))
        ready = replace(ready, imports=(*ready.imports, *sorted(classes.led(obj))))
    origin = identity.origin(ctx, ready.version)
    ctx.notebook.live.remember(obj, origin)
    ctx.notebook.live.came(ref, origin)
    _note_use(ctx, ready)
    return Loaded(
        obj=obj,
        version=ready.version,
        note=ready.note,
        warnings=(*ready.warned(), *told, *unpacking.elsewhere(ready)),
        next=f"checkout {quote(ready.version.ref)} DIRECTORY" if ready.differing() else None,
    )


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
        noted = sources.known(conn, found.member.version_id)
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
        raise _refusal(ctx, version, found.member.version_id, source, known.imports) from error
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
        imports=known.imports,
        environment=then,
        drifts=drift.glance(then, known.imports) if then is not None else (),
        noted=noted,
    )


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


def _refusal(ctx: Context, version: Version, row: int, source: Contents, noted: Iterable[str]) -> UntrustedModelError:
    """Return the error that names who registered it, what it imports, where its code can be read, and how to approve it."""
    msg = (
        f"{version.ref} is not trusted here: loading it runs code. It {told(source, noted)}; it was registered by "
        f"{names.shown(version.created_by)} on {moments.iso(version.created_at)}"
    )
    ref = quote(version.ref)
    ways = (f"trust {ref}", f"load {ref} --trust", f"load {ref} --expect b3:{version.content_id}")
    return UntrustedModelError(msg, tries=(f"code {ref}", *ways) if _has_code(ctx, row, named(source, noted)) else ways)


def _has_code(ctx: Context, row: int, imports: Iterable[str]) -> bool:
    """Whether contents bring code of their own, and the code that made them was captured."""
    if not brings_code(imports):
        return False
    with ctx.read() as conn:
        runs = facts.runs(conn, row)
    return any(one.name == SLICE for run in runs for one in run.files)


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
