"""Undo the last change of this notebook, and roll an alias back to where it stood before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import names
from modelreg.catalog import aliases, homes, members, moves
from modelreg.errors import ConflictError, NotFoundError
from modelreg.names import quote
from modelreg.records import AliasChange, Change, Undoable
from modelreg.verbs import invert
from modelreg.verbs.alias import expectation, said
from modelreg.verbs.withholding import without_secrets

if TYPE_CHECKING:
    from modelreg.verbs.context import Context


@without_secrets
def undo(ctx: Context, *, message: str = "", only: str | None = None) -> Change:
    """Take back the last change of this notebook; see :meth:`modelreg.registry.Registry.undo`."""
    reason = names.clean_text(message, "reason")
    with ctx.write("undo", once=True, message=reason, only=only) as tx:
        if tx.replayed is not None:
            return Change(text="this was undone before the interrupt", changed=False)
        last = moves.last_operation(tx.conn, tx.request.session)
        if last is None:
            msg = "this notebook has changed nothing that can be undone"
            raise NotFoundError(msg, tries=("history",))
        if only is not None and last.uid != only:
            msg = f"this notebook has done something else since ({last.command}); nothing was undone"
            raise ConflictError(msg, tries=("undo", "history"))
        done = moves.sentences(tx.conn, last.uid)
        taken, notes = invert.invert(tx, last.uid, reason or f"undo of {last.command}")
        moves.mark_undone(tx, last.uid)
    said_so = "undone:" if taken else "nothing was undone of"
    return Change(text=f"{said_so} {last.command} ({'; '.join(done)})", changed=bool(taken), notes=notes)


def undoable(ctx: Context) -> Undoable | None:
    """Return what undo would take back; see :meth:`modelreg.registry.Registry.undoable`."""
    with ctx.read() as conn:
        last = moves.last_operation(conn, ctx.notebook.session)
        if last is None:
            return None
        return Undoable(operation=last.uid, command=last.command, sentences=tuple(moves.sentences(conn, last.uid)))


@without_secrets
def rollback(
    ctx: Context,
    name: str,
    alias: str,
    *,
    message: str = "",
    expect: int | str | None = "any",
    force: bool = False,
) -> Change:
    """Point an alias at the version before; see :meth:`modelreg.registry.Registry.rollback`."""
    wanted, reason = names.clean_alias(alias), names.clean_text(message, "reason")
    expected = expectation(expect)
    with ctx.write("rollback", once=True, name=name, alias=wanted, message=reason, expect=expected, force=force) as tx:
        home = homes.need(tx.conn, names.clean_home(name))
        if tx.replayed is not None:
            number = aliases.standing(tx.conn, home.id, wanted).number
            return Change(
                text=f"{home.name}: {wanted} was rolled back to v{number} before the interrupt", changed=False
            )
        now = aliases.expected(tx.conn, home, wanted, expected).number
        earlier = [number for number in moves.stack(tx.conn, home.id, wanted) if number != now]
        there = [number for number in earlier if members.is_live(tx.conn, home.id, number)]
        if not there:
            msg = f"the alias {wanted!r} of {home.name!r} stood at no other version before"
            raise NotFoundError(msg, tries=(f"history {quote(home.name)}",))
        again = f"rollback {quote(name)} {quote(alias)} --force"
        change: AliasChange = aliases.point(tx, home, wanted, there[-1], reason=reason, force=force, again=again)
        member = members.resolve(tx.conn, home, names.Reference(name=home.name, number=there[-1]))
        record = members.record(tx.conn, member)
    skipped = [number for number in earlier[len(earlier) - earlier[::-1].index(there[-1]) :] if number not in there]
    notes = (f"{', '.join(f'v{number}' for number in skipped)} passed over: no longer there",) if skipped else ()
    return Change(text=f"{record.ref} · {said(change)}", aliases=(change,), version=record, notes=notes)
