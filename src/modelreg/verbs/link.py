"""Link versions to a registered model, and end memberships: of several all or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from modelreg import names
from modelreg.catalog import aliases as standing
from modelreg.catalog import homes, members, versions
from modelreg.errors import InvalidError, RefusedError
from modelreg.names import quote
from modelreg.records import Change, Registration
from modelreg.verbs import guard, several, slip, target
from modelreg.verbs.remove import cut
from modelreg.verbs.withholding import without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.catalog.transaction import Transaction
    from modelreg.verbs.context import Context
    from modelreg.verbs.target import Target


@without_secrets
def link(
    ctx: Context, refs: Sequence[str], name: str, *, aliases: Sequence[str] = (), message: str = ""
) -> tuple[Registration, ...]:
    """Link versions; see :meth:`modelreg.registry.Registry.link`."""
    asked, wanted = several.given(refs, "link"), names.clean_model(name)
    given = tuple(dict.fromkeys(names.clean_alias(alias) for alias in aliases))
    if given and len(asked) > 1:
        msg = f"the alias {given[0]!r} stands at one version; give it after linking"
        raise InvalidError(msg, tries=(f"link {quote(asked[0])} {quote(wanted)} -a {quote(given[0])}",))
    reason = names.clean_text(message, "reason")
    with ctx.write("link", refs=asked, name=wanted, aliases=given, message=reason) as tx:
        found = [_model(tx, ref) for ref in asked]
        home = homes.find(tx.conn, wanted)
        created = home is None
        home = home or homes.create(tx, wanted)
        made = [_link(tx, home, ref, each, given, reason) for ref, each in zip(asked, found, strict=True)]
        tx.result.update(home=home.name, numbers=[each.version.number for each in made])
    return (replace(made[0], created_home=created), *made[1:])


@without_secrets
def unlink(ctx: Context, refs: Sequence[str], *, message: str = "", force: bool = False) -> Change:
    """End memberships; see :meth:`modelreg.registry.Registry.unlink`."""
    asked, reason = several.given(refs, "unlink"), names.clean_text(message, "reason")
    with ctx.write("unlink", once=True, refs=asked, message=reason, force=force) as tx:
        if tx.replayed is not None:
            return several.already(asked, "unlinked")
        found = several.find(tx.conn, asked)
        _must_be_links(found)
        if not force:
            _must_be_free(tx, found)
        return several.done([_unlink(tx, each, reason) for each in found])


def link_entry(tx: Transaction, home: Home, member: Member, reason: str) -> None:
    """Write into the history of ``home`` that ``member`` was linked, and from where."""
    tx.act(
        "linked", home.name, home=home.id, version=member.version_id, number=member.number,
        after=versions.source(tx.conn, member.version_id), reason=reason,
    )  # fmt: skip


def _model(tx: Transaction, ref: str) -> Target:
    """Return the version of a model that is to be linked, in its artifact."""
    found = target.source(tx.conn, target.find(tx.conn, ref))
    if found.home.holds != "model":
        msg = f"{ref} is a {found.home.holds}; only models are linked to a registered model"
        raise InvalidError(msg)
    return found


def _link(tx: Transaction, home: Home, ref: str, found: Target, aliases: Sequence[str], reason: str) -> Registration:
    before = homes.latest(tx.conn, home.id)
    member = members.of_version(tx.conn, home.id, found.member.version_id)
    outcome = "new" if member is None else "identical"
    if member is None:
        member = members.add(tx, home, found.member.version_id)
        link_entry(tx, home, member, reason)
    again = f"link {quote(ref)} {quote(home.name)}" if outcome == "new" else None
    points = (standing.point(tx, home, alias, member.number, reason=reason, again=again) for alias in aliases)
    changes = tuple(slip.marked(tx.conn, home, change) for change in points)
    return Registration(
        version=members.record(tx.conn, member),
        outcome=outcome,
        latest=homes.latest(tx.conn, home.id) if before is not None else member.number,
        aliases=changes,
    )


def _must_be_links(found: Sequence[Target]) -> None:
    own = next((each for each in found if each.home.is_artifact), None)
    if own is not None:
        msg = f"{own.reference} is the version itself, not a link; versions are unlinked from a registered model"
        raise InvalidError(msg, tries=(f"delete {quote(str(own.reference))}",))


def _must_be_free(tx: Transaction, found: Sequence[Target]) -> None:
    """Raise if a protected alias stands at one of the members."""
    held = {each: guard.protected(tx.conn, each.home.id, each.member.number) for each in found}
    first = next((each for each in found if held[each]), None)
    if first is None:
        return
    refs = [each.record(tx.conn).ref for each in found]
    said = [
        f"{ref} has the protected alias {held[each][0]!r}" for ref, each in zip(refs, found, strict=True) if held[each]
    ]
    msg = several.listed(said) + ("" if len(found) == 1 else "; nothing was unlinked")
    unprotect = f"unprotect {quote(first.home.name)} {quote(held[first][0])}"
    raise RefusedError(msg, tries=(*several.line("unlink", refs, "--force"), unprotect))


def _unlink(tx: Transaction, found: Target, reason: str) -> Change:
    record = found.record(tx.conn)
    gone = cut(tx, found.home, found.member, reason)
    aliases = f" ({', '.join(gone)} removed with it)" if gone else ""
    return Change(
        text=f"{record.ref} unlinked{aliases}; the version stays as {record.source}",
        next=f"link {quote(record.source)} {quote(found.home.name)}",
        version=record,
    )
