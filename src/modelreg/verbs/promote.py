"""Promote a version to its next stage, and set what the stages are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import contents, names
from modelreg.catalog import aliases, edits, homes, stored
from modelreg.errors import ConflictError, IntegrityError, InvalidError, ModelRegError
from modelreg.names import quote
from modelreg.records import Change
from modelreg.verbs import target
from modelreg.verbs.alias import expectation, said
from modelreg.verbs.withholding import without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from modelreg.records import AliasChange, Version
    from modelreg.verbs.context import Context
    from modelreg.verbs.target import Target


@without_secrets
def promote(
    ctx: Context,
    ref: str,
    stage: str | None = None,
    *,
    message: str = "",
    expect: int | str | None = "any",
    force: bool = False,
) -> Change:
    """Give a version its next stage; see :meth:`modelreg.registry.Registry.promote`."""
    wanted = None if stage is None else names.clean_alias(stage)
    reason, expected = names.clean_text(message, "reason"), expectation(expect)
    whole = _whole(ctx, ref, wanted)
    with ctx.write("promote", once=True, ref=ref, stage=wanted, message=reason, expect=expected, force=force) as tx:
        if tx.replayed is not None:
            return Change(text=f"{ref}: this was done before the interrupt", changed=False)
        found = target.find(tx.conn, ref)
        goal, held = _goal(tx.conn, found, wanted, ref)
        if goal is None:
            record = found.record(tx.conn)
            return Change(text=f"{record.ref} is {held[0]} already, the last stage", changed=False, version=record)
        if found.member.version_id != whole:
            msg = f"{ref!r} came to mean another version while the bytes were verified; nothing was promoted"
            raise ConflictError(msg, tries=(f"promote {quote(ref)}",))
        aliases.expected(tx.conn, found.home, goal, expected)
        again = " ".join(["promote", quote(ref), *([quote(stage)] if stage else []), "--force"])
        steps = [(goal, found.member.number), *((left, None) for left in held if left != goal)]
        changes = [
            aliases.point(tx, found.home, each, number, reason=reason, force=force, again=again)
            for each, number in steps
        ]
        record = found.record(tx.conn)
    return _promoted(record, goal, changes)


def _whole(ctx: Context, ref: str, wanted: str | None) -> int | None:
    """Return the version that would be promoted, every byte of it verified; None where there is nothing to be done."""
    with ctx.read() as conn:
        try:
            found = target.find(conn, ref)
            goal, _ = _goal(conn, found, wanted, ref)
        except ModelRegError:  # the write says so, unless it finds that it was done before an interrupt
            return None
        if goal is None:
            return None
        record = found.record(conn)
        known = stored.find(conn, record.content_id)
    if known is None:
        msg = f"the contents of {record.ref} were deleted and purged by gc; it was not promoted"
        raise IntegrityError(msg, tries=(f"history {quote(found.home.name)}",))
    try:
        contents.verify(known.layout, record.content_id, ctx.blobs, memory=ctx.remembered)
    except IntegrityError as error:
        msg = f"{record.ref} is damaged and was not promoted: {error.message}"
        raise IntegrityError(msg, tries=error.tries) from error
    return found.member.version_id


def _goal(conn: Connection, found: Target, wanted: str | None, ref: str) -> tuple[str | None, list[str]]:
    """Return the stage that a version is to get, None where it has the last one, and the stages that it has."""
    if found.home.is_artifact:
        msg = f"{found.home.name!r} is an artifact and has no stages; promote a version of a registered model"
        raise InvalidError(msg, tries=(f"link {quote(ref)} NAME",))
    stages = homes.stages(conn, found.home.id)
    held = [name for name in stages if name in aliases.on(conn, found.home.id, found.member.number)]
    goal = wanted or _next(stages, held)
    if goal is None and held == [stages[-1]]:
        return None, held
    _must_be_stage(found, stages, goal or stages[-1], ref)
    return goal or stages[-1], held


def _promoted(record: Version, goal: str, changes: Sequence[AliasChange]) -> Change:
    """Return what is said of a version that has a stage now; the change of that stage is the first."""
    return Change(
        text=" · ".join([record.ref, *(said(change) for change in changes)]),
        changed=any(change.changed for change in changes),
        aliases=tuple(changes),
        version=record,
        next=f"rollback {quote(record.home)} {quote(goal)}" if changes[0].before is not None else None,
    )


@without_secrets
def stages(ctx: Context, name: str, stages: Sequence[str], *, message: str = "") -> Change:
    """Set the stages of a registered model; see :meth:`modelreg.registry.Registry.stages`."""
    wanted = [names.clean_alias(stage) for stage in stages]
    reason = names.clean_text(message, "reason")
    if not wanted or len(set(wanted)) < len(wanted):
        msg = "name at least one stage, and each once"
        raise InvalidError(msg, tries=(f"stages {quote(name)} staging,production",))
    with ctx.write("stages", name=name, stages=wanted, message=reason) as tx:
        home = homes.need(tx.conn, names.clean_model(name))
        changed = edits.stages(tx, home, wanted, reason)
    return Change(text=f"{home.name}: stages {' → '.join(wanted)}", changed=changed)


def _must_be_stage(found: Target, stages: Sequence[str], goal: str, ref: str) -> None:
    if goal in stages:
        return
    home = found.home.name
    msg = f"{goal!r} is no stage of {home!r}; the stages are {', '.join(stages)}"
    more = ",".join([*stages, goal])
    raise InvalidError(msg, tries=(f"alias {quote(ref)} {quote(goal)}", f"stages {quote(home)} {more}"))


def _next(stages: Sequence[str], held: Sequence[str]) -> str | None:
    """Return the stage after the last one held; None when that is the last there is."""
    if not held:
        return stages[0]
    after = stages.index(held[-1]) + 1
    return stages[after] if after < len(stages) else None
