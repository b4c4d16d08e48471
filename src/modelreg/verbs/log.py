"""Log a version: bytes first, then one transaction that writes facts and history together."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelreg import contents, flavors, names
from modelreg.catalog import stored
from modelreg.errors import InvalidError, RegistryError, UnpicklableError
from modelreg.verbs import attach, identity, inputs, measuring, values
from modelreg.verbs.capturing import Capturing
from modelreg.verbs.discard import discard, taken_back
from modelreg.verbs.doubts import doubts
from modelreg.verbs.entry import Entry
from modelreg.verbs.order import Order
from modelreg.verbs.withholding import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.contents import Packed
    from modelreg.flavors.base import Flavor
    from modelreg.progress import Progress
    from modelreg.records import Registration
    from modelreg.verbs.attach import Prepared
    from modelreg.verbs.context import Context


@without_secrets
def log(
    ctx: Context,
    obj: object,
    artifact: str,
    *,
    kind: str | None = None,
    aliases: Sequence[str] = (),
    message: str = "",
    metrics: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Sequence[str] = (),
    path: str | Path | None = None,
    attachments: Mapping[str, Any] | None = None,
    new_version: bool = False,
    variable: str | None = None,
    progress: Progress | None = None,
) -> Registration:
    """Log a version to an artifact; see :meth:`modelreg.registry.Registry.log`."""
    if kind not in (None, "model", "dataset"):
        msg = f"an artifact holds models or datasets, not {kind!r}; write kind model or dataset"
        raise InvalidError(msg)
    kept, measured = attach.prepare(attachments), measuring.of_user(metrics)
    order = Order(
        command="log",
        artifact=names.clean_artifact(artifact),
        kind=kind or ("model" if path is None and flavors.is_model(obj) else None),
        aliases=tuple(dict.fromkeys(names.clean_alias(alias) for alias in aliases)),
        message=names.clean_text(message, "reason"),
        metrics=measured.series,
        given=measured.given,
        params=values.params(params),
        tags=tuple(names.clean_tag(tag) for tag in tags),
        variable=variable or "",
        new_version=new_version,
        attachments=kept.items,
    )
    return keep(ctx, order, obj, kept, path=path, progress=progress)


def keep(
    ctx: Context, order: Order, obj: object, kept: Prepared, *, path: str | Path | None, progress: Progress | None
) -> Registration:
    """Store the bytes, then write the version, its links and aliases in one transaction."""
    started = ctx.clock()
    capturing = Capturing.begin(ctx, obj if path is None else None, order.variable)
    flavor = flavors.FLAVORS["files"] if path is not None else flavors.flavor_for(obj)
    written: list[str] = []
    with taken_back(ctx, written):
        packed = _packed(ctx, order, obj if path is None else path, flavor, written, progress)
        origin = None if path is not None else ctx.notebook.live.origin(obj)
        twin = identity.twin(ctx, packed, origin)
        kept.store(ctx.blobs, written)
        told = inputs.of_dataset(ctx, order, obj if path is None else Path(path))
        known = {} if order.given else identity.measured(ctx, order, packed, twin)  # else no metric is offered
        taken = capturing.taken(packed.imports, None if path is not None else obj, order, told, known)
        taken.files.store(ctx.blobs, written)
        doubtful = [*measuring.unknown(order.metrics), *doubts(obj, dataset=order.kind == "dataset")]
        notes = [*kept.notes, *taken.notes, *doubtful, *packed.notes, *_torn(packed)]
        notes += [] if twin else _vouch(ctx, order, packed)  # what it equals is trusted, or it were not known to
        with ctx.write(order.command, once=True, contents=packed.content_id, **order.asked()) as tx:
            entry = Entry(ctx, tx, order, packed, origin, twin, started, kept, taken, written, told, notes)
            answer = entry.replay() if tx.replayed is not None else entry.write()
    if packed.written and (twin or answer.outcome != "new"):  # what it was pickled as now is what was stored before
        discard(ctx, packed.written)
    if entry.run:
        capturing.go_on(entry.run)
    if path is None:
        ctx.notebook.live.remember(obj, identity.origin(ctx, answer.version, packed), order.variable)
    if order.name is not None and order.variable:
        ctx.notebook.registered_as[order.variable] = order.name
    if _healed(answer, packed, twin, started):
        return replace(answer, notes=(*answer.notes, "its stored bytes were missing or damaged, and are whole again"))
    return answer


def _packed(
    ctx: Context, order: Order, obj: object, flavor: Flavor, written: list[str], progress: Progress | None
) -> Packed:
    try:
        return contents.pack(obj, flavor, into=ctx.storage, written=written, staging=ctx.staging, progress=progress)
    except UnpicklableError as error:
        raise _called(order.variable, error) from error


def _healed(answer: Registration, packed: Packed, twin: str | None, started: int) -> bool:
    """Whether a version that was there was put back into order: what it needs had to be written again.

    One that somebody else registered meanwhile needed the same, and both wrote it.
    """
    before = answer.outcome == "identical" and answer.version.created_at < started
    return before and answer.version.content_id == packed.content_id and not twin and bool(packed.written)


def _called(variable: str, error: UnpicklableError) -> UnpicklableError:
    """Return the error with the path as the user writes it: ``clf.callback_`` for ``model.callback_``."""
    path = error.message.removeprefix(flavors.UNNAMED)
    known = bool(variable) and path != error.message
    named = repr(variable) if path.startswith(" ") else variable  # it is all of the path
    if not known:
        return UnpicklableError(error.message)
    place = named + path.partition(" ")[0]
    attribute = re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*|\[[^\]]*\])*\.[^\W\d]\w*", place)
    way = f": set {place} = None, or let its class leave it out in __getstate__, and type the line again"
    return UnpicklableError(f"{named}{path}; nothing was registered{way if attribute else ''}")


def _torn(packed: Packed) -> list[str]:
    """Say that other threads changed the object while it was written."""
    if not packed.torn:
        return []
    threads = ", ".join(packed.torn)
    return [f"concurrent: it changed while it was written, so this version may mix two moments (thread {threads})"]


def _vouch(ctx: Context, order: Order, packed: Packed) -> list[str]:
    """Note that this user made these contents. A home that cannot keep that is no reason to lose the model.

    Contents that are stored already and that nobody here approved are somebody else's: to register what ``load --trust``
    brought is no approval.
    """
    if not packed.runs_code:
        return []
    try:
        with ctx.read() as conn:
            elsewhere = stored.find(conn, packed.content_id) is not None
        if elsewhere and ctx.allowed.how(packed.content_id) is None:
            return ["the same contents were registered by somebody else and are not trusted here"]
        label = f"{order.name or order.artifact} ({packed.class_name})"
        ctx.allowed.allow(packed.content_id, "registered", label=label)
    except RegistryError as error:
        return [f"loading it will ask for trust: {error.message}"]
    return []
