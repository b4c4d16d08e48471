"""Link a version to a registered model, and end a membership."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import names
from modelreg.catalog import aliases as standing
from modelreg.catalog import homes, members
from modelreg.errors import InvalidError, RefusedError
from modelreg.names import quote
from modelreg.records import Change, Registration
from modelreg.verbs import guard, target
from modelreg.verbs.entry import link_entry
from modelreg.verbs.remove import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.verbs.context import Context


def link(ctx: Context, ref: str, name: str, *, aliases: Sequence[str] = (), message: str = "") -> Registration:
    """Link a version; see :meth:`modelreg.registry.Registry.link`."""
    wanted = names.clean(name, "registered model name")
    given = tuple(dict.fromkeys(names.clean_alias(alias) for alias in aliases))
    reason = names.clean_text(message, "reason")
    with ctx.write("link", ref=ref, name=wanted, aliases=given, message=reason) as tx:
        found = target.source(tx.conn, target.find(tx.conn, ref))
        if found.home.holds != "model":
            msg = f"{ref} is a {found.home.holds}; only models are linked to a registered model"
            raise InvalidError(msg)
        home = homes.find(tx.conn, wanted)
        created = home is None
        home = home or homes.create(tx, wanted)
        before = homes.latest(tx.conn, home.id)
        member = members.of_version(tx.conn, home.id, found.member.version_id)
        outcome = "new" if member is None else "identical"
        if member is None:
            member = members.add(tx, home, found.member.version_id)
            link_entry(tx, home, member, reason)
        again = f"link {quote(ref)} {quote(wanted)}" if outcome == "new" else None
        changes = tuple(standing.point(tx, home, alias, member.number, reason=reason, again=again) for alias in given)
        tx.result.update(home=home.name, number=member.number)
        return Registration(
            version=members.record(tx.conn, member),
            outcome=outcome,
            created_home=created,
            latest=homes.latest(tx.conn, home.id) if before is not None else member.number,
            aliases=changes,
        )


def unlink(ctx: Context, ref: str, *, message: str = "", force: bool = False) -> Change:
    """End a membership; see :meth:`modelreg.registry.Registry.unlink`."""
    reason = names.clean_text(message, "reason")
    with ctx.write("unlink", once=True, ref=ref, message=reason, force=force) as tx:
        if tx.replayed is not None:
            return Change(text=f"{ref} was unlinked before the interrupt", changed=False)
        found = target.find(tx.conn, ref)
        if found.home.is_artifact:
            msg = f"{ref} is the version itself, not a link; versions are unlinked from a registered model"
            raise InvalidError(msg, tries=(f"delete {quote(str(found.reference))}",))
        record = found.record(tx.conn)
        held = guard.protected(tx.conn, found.home.id, found.member.number)
        if held and not force:
            msg = f"{record.ref} has the protected alias {held[0]!r}"
            raise RefusedError(
                msg,
                tries=(
                    f"unlink {quote(record.ref)} --force",
                    f"unprotect {quote(found.home.name)} {quote(held[0])}",
                ),
            )
        gone = cut(tx, found.home, found.member, reason)
        aliases = f" ({', '.join(gone)} removed with it)" if gone else ""
        return Change(
            text=f"{record.ref} unlinked{aliases}; the version stays as {record.source}",
            next=f"link {quote(record.source)} {quote(found.home.name)}",
            version=record,
        )
