"""Show: all that is known of a version, a registered model or an artifact; and what was when."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from modelreg import contents, flavors, moments, names
from modelreg.catalog import aliases, attachments, curves, facts, homes, marks, members, stored
from modelreg.catalog import history as entries
from modelreg.errors import IntegrityError, NotFoundError
from modelreg.names import quote
from modelreg.records import Detail, ModelDetail, Moment
from modelreg.verbs import attach, capturing, inside, look, surroundings, target
from modelreg.verbs.curves import thinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.records import Action, Page
    from modelreg.verbs.context import Context


def show(ctx: Context, ref: str, *, at: str | int | None = None, patience: float = 0.0) -> Detail | ModelDetail:
    """Return all of a version or a home; see :meth:`modelreg.registry.Registry.show`."""
    reference = names.parse(ref)
    if not reference.explicit and at is None:
        return look.overview(ctx, reference.name)
    capturing.wait(ctx.notebook, patience)
    with ctx.read() as conn:
        found = target.find(conn, ref, at=at)
        own = target.source(conn, found)
        others = [m for m in members.all_of_version(conn, found.member.version_id) if m.id != own.member.id]
        version = found.record(conn)
        known = stored.find(conn, version.content_id)
        links = members.records(conn, [member.id for member in others])
        runs = facts.runs(conn, found.member.version_id)
        derived = facts.derived(conn, found.member.version_id)
        kept = attachments.of_versions(conn, [found.member.version_id])
        series = curves.of_versions(conn, [found.member.version_id])
        mark = marks.newest(conn, [found.member.version_id]).get(found.member.version_id)
    runs_code = flavors.FLAVORS[version.flavor].runs_code if version.flavor in flavors.FLAVORS else True
    return Detail(
        version=version,
        links=tuple(links),
        runs=surroundings.settled(runs),
        derived=tuple(derived),
        mark=mark,
        attachments=attach.shown(ctx.blobs, kept.get(found.member.version_id, ())),
        curves=thinned(series.get(found.member.version_id, {})),
        surroundings=surroundings.of(runs),
        files=_files(ctx, known),
        arrays=inside.arrays(inside.of(ctx.blobs, known and known.layout)),
        imports=known.imports if known is not None else (),
        runs_code=runs_code,
        trusted=ctx.allowed.how(version.content_id) or ("" if runs_code else "code-free"),
    )


def history(
    ctx: Context,
    name: str | None = None,
    *,
    limit: int = 50,
    token: str | None = None,
    kinds: Sequence[str] = (),
    newest_first: bool = True,
) -> Page[Action]:
    """List actions; see :meth:`modelreg.registry.Registry.history`."""
    with ctx.read() as conn:
        page = partial(entries.page, conn, kinds=kinds, limit=limit, token=token, newest_first=newest_first)
        if name is None:
            return page()
        reference = names.parse(name)
        ids = entries.homes_called(conn, reference.name)
        if not ids:
            homes.need(conn, reference.name)
        if not reference.explicit:
            return page(homes=ids)
        try:
            found = target.find(conn, name)
        except NotFoundError:  # the history outlives what it tells of
            if reference.number is None or not page(homes=ids, number=reference.number).items:
                raise
            return page(homes=ids, number=reference.number)
        return page(homes=[found.home.id], number=found.member.number, version=found.member.version_id)


def moment(ctx: Context, name: str, at: str | int) -> Moment:
    """Return what every alias meant at a time; see :meth:`modelreg.registry.Registry.moment`."""
    instant = moments.parse(at)
    with ctx.read() as conn:
        home = homes.need(conn, names.clean_home(name))
        created = homes.records(conn, [home.id])[0].created_at
        if instant < created:
            msg = f"{home.name!r} did not exist at {moments.iso(instant)}; it was created {moments.iso(created)}"
            raise NotFoundError(msg, tries=(f"history {quote(home.name)}",))
        spans = [span for span in aliases.tenures(conn, home.id) if span.since <= instant]
        then = [span for span in spans if span.until is None or span.until > instant]
        return Moment(
            home=home.name,
            at=instant,
            latest=aliases.latest_at(conn, home.id, instant),
            aliases=tuple(sorted(then, key=lambda span: span.alias)),
        )


def _files(ctx: Context, known: stored.Contents | None) -> tuple[tuple[str, int], ...]:
    """Return what the contents consist of; empty when their layout cannot be read."""
    if known is None:
        return ()
    try:
        return tuple(contents.describe(known.layout, ctx.blobs))
    except IntegrityError:
        return ()
