"""Aliases: set, move, remove, protect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import names
from modelreg.catalog import aliases, homes
from modelreg.errors import InvalidError, instead
from modelreg.names import quote
from modelreg.records import Change
from modelreg.records.answer import doubted
from modelreg.verbs import slip, target
from modelreg.verbs.withholding import without_secrets

if TYPE_CHECKING:
    from modelreg.records import AliasChange
    from modelreg.verbs.context import Context


@without_secrets
def alias(
    ctx: Context,
    ref: str,
    alias: str,
    *,
    message: str = "",
    expect: int | str | None = "any",
    force: bool = False,
) -> Change:
    """Point an alias at a version; see :meth:`modelreg.registry.Registry.alias`."""
    wanted, reason = names.clean_alias(alias), names.clean_text(message, "reason")
    expected = expectation(expect)
    with ctx.write("alias", once=True, ref=ref, alias=wanted, message=reason, expect=expected, force=force) as tx:
        if tx.replayed is not None:
            return Change(text=f"{ref} · {wanted}: this was done before the interrupt", changed=False)
        found = target.find(tx.conn, ref)
        change = aliases.point(tx, found.home, wanted, found.member.number, reason=reason, expect=expected, force=force)
        change = slip.marked(tx.conn, found.home, change)
        record = found.record(tx.conn)
    return Change(
        text=f"{record.ref} · {said(change)}",
        changed=change.changed,
        aliases=(change,),
        version=record,
        notes=(change.doubt,) if change.doubt else (),
    )


@without_secrets
def unalias(
    ctx: Context,
    name: str,
    alias: str,
    *,
    message: str = "",
    expect: int | str | None = "any",
    force: bool = False,
) -> Change:
    """Remove an alias; see :meth:`modelreg.registry.Registry.unalias`."""
    wanted, reason = names.clean_alias(alias), names.clean_text(message, "reason")
    expected = expectation(expect)
    with ctx.write("unalias", name=name, alias=wanted, message=reason, expect=expected, force=force) as tx:
        home = homes.need(tx.conn, names.clean_home(name))
        change = aliases.point(tx, home, wanted, None, reason=reason, expect=expected, force=force)
        if not change.changed:
            there = instead(
                wanted,
                [key for key, (number, _) in aliases.all_of(tx.conn, home.id).items() if number is not None],
            )
            return Change(text=f"{home.name} has no alias {wanted!r}; {there}", changed=False)
    return Change(
        text=f"{home.name} · {said(change)}",
        aliases=(change,),
        next=f"alias {quote(f'{home.name}:v{change.before}')} {quote(wanted)}",
    )


@without_secrets
def protect(ctx: Context, name: str, alias: str, *, message: str = "") -> Change:
    """Guard an alias; see :meth:`modelreg.registry.Registry.protect`."""
    return _guard(ctx, "protect", name, alias, message)


@without_secrets
def unprotect(ctx: Context, name: str, alias: str, *, message: str = "") -> Change:
    """Take the guard from an alias; see :meth:`modelreg.registry.Registry.unprotect`."""
    return _guard(ctx, "unprotect", name, alias, message)


def said(change: AliasChange) -> str:
    """Say what happened to an alias, in a few words."""
    if not change.changed:
        return f"{change.alias} already stands at v{change.after}"
    if change.after is None:
        return f"{change.alias} removed from v{change.before}"
    return f"+ {change.alias}" if change.before is None else f"{change.alias} moved from v{change.before}"


def _guard(ctx: Context, command: str, name: str, alias: str, message: str) -> Change:
    wanted, reason = names.clean_alias(alias), names.clean_text(message, "reason")
    with ctx.write(command, name=name, alias=wanted, message=reason) as tx:
        home = homes.need(tx.conn, names.clean_home(name))
        protected = command == "protect"
        changed = aliases.protect(tx, home, wanted, protected=protected, reason=reason)
        number = aliases.standing(tx.conn, home.id, wanted).number
        new = protected and changed and number is None
        doubt = doubted(wanted, slip.unset(tx.conn, home, wanted)) if new else ""
    where = f" (stands at v{number})" if number is not None else " (not set yet)" if protected else ""
    state = "is protected" if protected else "is not protected"
    now = "now" if changed else "already"
    return Change(
        text=f"{home.name}: {wanted} {state} {now}{where}".replace("is not protected already", "was not protected"),
        changed=changed,
        notes=(doubt,) if doubt else (),
    )


def expectation(expect: int | str | None) -> int | str | None:
    """Return the number to compare with: a number, ``v3``, None for nowhere, ``any`` for whatever it is."""
    if expect is None or expect == "any" or (isinstance(expect, int) and not isinstance(expect, bool)):
        return expect
    number = names.number(expect) if isinstance(expect, str) else None
    if number is None:
        msg = f"expect says where the alias stands now: a number, 'v3' or None, not {expect!r}"
        raise InvalidError(msg)
    return number
