"""Delete versions, registered models and artifacts, and bring them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import names
from modelreg.catalog import edits, homes, removed
from modelreg.errors import AlreadyExistsError, ConflictError, InvalidError, RefusedError
from modelreg.names import quote
from modelreg.records import Change
from modelreg.verbs import guard, invert, several, target
from modelreg.verbs.remove import cut, remove_version
from modelreg.verbs.withholding import without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.catalog.homes import Home
    from modelreg.catalog.transaction import Transaction
    from modelreg.verbs.context import Context
    from modelreg.verbs.target import Target


@without_secrets
def delete(ctx: Context, refs: Sequence[str], *, message: str = "", force: bool = False) -> Change:
    """Delete versions or a home; see :meth:`modelreg.registry.Registry.delete`."""
    asked, reason = several.given(refs, "delete"), names.clean_text(message, "reason")
    whole = [reference for reference in map(names.parse, asked) if not reference.explicit]
    if whole and len(asked) > 1:
        msg = f"{whole[0].name!r} is no version; several at once are versions, such as {whole[0].name}:v3"
        raise InvalidError(msg, tries=(f"delete {quote(whole[0].name)}",))
    with ctx.write("delete", once=True, refs=asked, message=reason, force=force) as tx:
        if tx.replayed is not None:
            return several.already(asked, "deleted")
        if not whole:
            return _delete_versions(tx, several.find(tx.conn, asked), reason, force=force)
        home = homes.need(tx.conn, whole[0].name)
        return (_delete_artifact if home.is_artifact else _delete_model)(tx, home, reason, force=force)


@without_secrets
def undelete(ctx: Context, ref: str, *, message: str = "") -> Change:
    """Bring back what was deleted; see :meth:`modelreg.registry.Registry.undelete`."""
    reference, reason = names.parse(ref), names.clean_text(message, "reason")
    with ctx.write("undelete", once=True, ref=ref, message=reason) as tx:
        if tx.replayed is not None:
            return Change(text=f"{ref} was undeleted before the interrupt", changed=False)
        if not reference.explicit and (other := homes.find(tx.conn, reference.name)) is not None:
            msg = f"there is a {other.noun} {reference.name!r}; name the version to bring back"
            raise AlreadyExistsError(
                msg, tries=(f"rename {quote(reference.name)} NEW", f"history {quote(reference.name)}")
            )
        operation = removed.operation(tx.conn, reference)
        taken, notes = invert.invert(tx, operation, reason)
        if not taken:
            raise ConflictError("; ".join(notes), tries=(f"history {quote(reference.name)}",))
        tx.result.update(ref=str(reference))
    return Change(text=f"{ref} is back", notes=notes, next=f"show {quote(ref)}")


def _delete_versions(tx: Transaction, found: Sequence[Target], reason: str, *, force: bool) -> Change:
    """Delete all of them, or where something holds one of them and there is no force, none."""
    held = {} if force else {each: guard.holders(tx.conn, each.member.version_id) for each in found}
    if any(held.values()):
        msg = several.listed(f"{_called(tx, each)} is {'; '.join(by)}" for each, by in held.items() if by)
        seen = [each.record(tx.conn).ref for each in found]
        unlink = (f"unlink {quote(seen[0])}",) if len(found) == 1 and not found[0].home.is_artifact else ()
        raise RefusedError(f"{msg}; nothing was deleted", tries=(*unlink, *several.line("delete", seen, "--force")))
    once = {each.member.version_id: each for each in found}  # one version may have been named through two homes
    return several.done([_delete_version(tx, each, reason) for each in once.values()])


def _called(tx: Transaction, found: Target) -> str:
    own, seen = target.source(tx.conn, found).record(tx.conn).ref, found.record(tx.conn).ref
    return own if seen == own else f"{seen} ({own})"


def _delete_version(tx: Transaction, found: Target, reason: str) -> Change:
    record = target.source(tx.conn, found).record(tx.conn)
    gone = remove_version(tx, found.member.version_id, reason)
    also = f" with {', '.join(gone)}" if gone else ""
    return Change(text=f"{record.ref} deleted{also}", version=record, next=f"undelete {quote(record.ref)}")


def _delete_model(tx: Transaction, home: Home, reason: str, *, force: bool) -> Change:
    held = [] if force else guard.standing(tx.conn, home.id)
    if held:
        raise _held(home, held, guard.protected(tx.conn, home.id))
    for member in removed.live(tx.conn, home.id):
        cut(tx, home, member, reason)
    edits.set_deleted(tx, home, deleted=True, reason=reason)
    links = "1 link" if home.members == 1 else f"{home.members} links"
    return Change(
        text=f"registered model {home.name} deleted ({links}); the versions stay in their artifacts",
        next=f"undelete {quote(home.name)}",
    )


def _held(home: Home, held: Sequence[str], protected: Sequence[str]) -> RefusedError:
    """Return the refusal that names the aliases a registered model would take with it."""
    kind = "protected alias" if protected else "alias"
    shown = several.listed(map(repr, protected or held), ", ")
    first = (protected or held)[0]
    msg = f"{home.name!r} has the {kind if len(protected or held) == 1 else f'{kind}es'} {shown}; nothing was deleted"
    take = "unprotect" if protected else "unalias"
    name = quote(home.name)
    return RefusedError(msg, tries=(f"{take} {name} {quote(first)}", f"delete {name} --force"))


def _delete_artifact(tx: Transaction, home: Home, reason: str, *, force: bool) -> Change:
    inside = removed.live(tx.conn, home.id)
    held = [f"v{member.number} is {said}" for member in inside for said in guard.holders(tx.conn, member.version_id)]
    if held and not force:
        more = f" and {len(held) - 1} more" if len(held) > 1 else ""
        msg = f"artifact {home.name!r} cannot be deleted: {held[0]}{more}"
        raise RefusedError(msg, tries=(f"delete {quote(home.name)} --force",))
    for member in inside:
        remove_version(tx, member.version_id, reason)
    edits.set_deleted(tx, home, deleted=True, reason=reason)
    return Change(text=f"artifact {home.name} deleted ({len(inside)} versions)", next=f"undelete {quote(home.name)}")
