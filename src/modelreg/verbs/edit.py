"""Edit what is known of registered models and versions: description, tags, name, metric directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import names
from modelreg.catalog import edits, homes
from modelreg.errors import ConflictError, InvalidError
from modelreg.names import quote, shown
from modelreg.records import Change, RegisteredModel
from modelreg.verbs import several, target
from modelreg.verbs.withholding import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.catalog.transaction import Transaction
    from modelreg.verbs.context import Context

    Tags = Mapping[str, str | None]
    """Tags as somebody read them: key to value, None where there is none."""

DIRECTIONS = ("lower", "higher")


@without_secrets
def create(
    ctx: Context, name: str, *, description: str = "", tags: Sequence[str] = (), message: str = ""
) -> RegisteredModel:
    """Make an empty registered model; see :meth:`modelreg.registry.Registry.create`."""
    wanted = names.clean_model(name)
    text, reason = names.clean_text(description, "description"), names.clean_text(message, "reason")
    pairs = [names.clean_tag(tag) for tag in tags]
    with ctx.write("create", once=True, creates=True, name=wanted, description=text, tags=pairs, message=reason) as tx:
        if tx.replayed is None:
            home = homes.create(tx, wanted, description=text, reason=reason)
            for key, value in pairs:
                edits.tag(tx, home, None, key, value, reason)
        home = homes.need(tx.conn, wanted)
        record = homes.records(tx.conn, [home.id])[0]
    assert isinstance(record, RegisteredModel)  # noqa: S101  (a name without a slash)
    return record


@without_secrets
def describe(ctx: Context, ref: str, text: str, *, message: str = "", expect: str | None = None) -> Change:
    """Set a description; see :meth:`modelreg.registry.Registry.describe`."""
    wanted, reason = names.clean_text(text, "description"), names.clean_text(message, "reason")
    read = None if expect is None else names.clean_text(expect, "description expected")
    with ctx.write("describe", ref=ref, text=wanted, message=reason, expect=read) as tx:
        home, member = _subject(tx.conn, ref)
        changed = edits.describe(tx, home, member, wanted, reason, expect=read)
        called = _called(tx.conn, home, member)
    return Change(text=f"{called} described" if changed else f"{called} already has this description", changed=changed)


@without_secrets
def tag(
    ctx: Context, refs: Sequence[str], tags: Sequence[str], *, message: str = "", expect: Tags | None = None
) -> Change:
    """Set tags; see :meth:`modelreg.registry.Registry.tag`."""
    asked, pairs = several.given(refs, "tag"), [names.clean_tag(tag) for tag in tags]
    reason = names.clean_text(message, "reason")
    if not pairs:
        msg = "name at least one tag"
        raise InvalidError(msg, tries=(f"tag {quote(asked[0])} team=growth",))
    with ctx.write("tag", refs=asked, tags=pairs, message=reason, expect=expect) as tx:
        subjects = [_subject(tx.conn, ref) for ref in asked]
        called = [_called(tx.conn, *subject) for subject in subjects]
        for subject in subjects:
            _must_have(tx, *subject, expect or {})
        changed = [
            name
            for name, subject in zip(called, subjects, strict=True)
            if sum(
                edits.tag(tx, *subject, key, value, reason) for key, value in pairs
            )  # every pair, not up to the first
        ]
    said = ", ".join(f"{key}={value}" if value else key for key, value in pairs)
    if not changed:
        have = "has" if len(called) == 1 else "have"
        return Change(text=f"{several.listed(called, ', ')} already {have} {said}", changed=False)
    return Change(text=f"{several.listed(changed, ', ')} tagged {said}")


@without_secrets
def untag(ctx: Context, ref: str, keys: Sequence[str], *, message: str = "", expect: Tags | None = None) -> Change:
    """Remove tags; see :meth:`modelreg.registry.Registry.untag`."""
    wanted = [names.clean_tag(key)[0] for key in keys]
    reason = names.clean_text(message, "reason")
    with ctx.write("untag", ref=ref, keys=wanted, message=reason, expect=expect) as tx:
        home, member = _subject(tx.conn, ref)
        _must_have(tx, home, member, expect or {})
        gone = [key for key in wanted if edits.untag(tx, home, member, key, reason)]
        called = _called(tx.conn, home, member)
    text = f"{called}: {', '.join(gone)} removed" if gone else f"{called} has no tag {', '.join(wanted)}"
    return Change(text=text, changed=bool(gone))


@without_secrets
def rename(ctx: Context, name: str, new: str, *, message: str = "", expect: str | None = None) -> Change:
    """Rename a registered model; see :meth:`modelreg.registry.Registry.rename`."""
    wanted, reason = names.clean_model(new), names.clean_text(message, "reason")
    read = None if expect is None else names.clean_model(expect)
    with ctx.write("rename", once=True, name=name, new=wanted, message=reason, expect=read) as tx:
        home = homes.need(tx.conn, names.clean_home(name))
        if home.is_artifact:
            msg = f"{home.name!r} is an artifact; artifacts keep their names, registered models are renamed"
            raise InvalidError(msg)
        if tx.replayed is not None or home.name == wanted:
            return Change(text=f"{wanted} is called so already", changed=False)
        twins = [twin for twin in homes.twins(tx.conn, wanted, homes.REGISTERED) if twin != home.name]
        edits.rename(tx, home, wanted, reason, expect=read)
    notes = tuple(f"{wanted!r} differs from {twin!r} by case only" for twin in twins)
    return Change(text=f"{home.name} is now called {wanted}; the old name still answers", notes=notes)


@without_secrets
def metric(ctx: Context, name: str, metric: str, direction: str | None, *, message: str = "") -> Change:
    """Declare which way a metric is better; see :meth:`modelreg.registry.Registry.metric`."""
    key, reason = names.clean_key(metric, "metric"), names.clean_text(message, "reason")
    if direction is not None and direction not in DIRECTIONS:
        msg = f"a metric is better when lower or higher, not {direction!r}"
        raise InvalidError(msg, tries=(f"metric {quote(name)} {quote(key)} lower",))
    with ctx.write("metric", name=name, metric=key, direction=direction, message=reason) as tx:
        home = homes.need(tx.conn, names.clean_model(name))
        changed = edits.direct(tx, home, key, direction, reason)
    said = f"{direction} is better" if direction else "no direction declared"
    return Change(text=f"{home.name}: {key}, {said}", changed=changed)


def _subject(conn: Connection, ref: str) -> tuple[Home, Member | None]:
    """Return what an edit is about: a home, or with a selector one of its versions."""
    reference = names.parse(ref)
    if not reference.explicit:
        return homes.need(conn, reference.name), None
    found = target.find(conn, ref)
    return found.home, found.member


def _must_have(tx: Transaction, home: Home, member: Member | None, expect: Tags) -> None:
    """Raise for a tag that is not what was read."""
    for key, read in expect.items():
        now = edits.tag_value(tx, home, member, key)
        if now != read:
            called = _called(tx.conn, home, member)
            stands = "is gone" if now is None else f"is {shown(f'{key}={now}' if now else key)} now"
            msg = f"the tag {key!r} of {called} was changed meanwhile and {stands}; nothing was changed"
            raise ConflictError(msg, tries=(f"history {quote(home.name)}",))


def _called(conn: Connection, home: Home, member: Member | None) -> str:
    """Say what was edited; an edit through a link edits the version itself, and says so."""
    if member is None:
        return home.name
    found = target.source(conn, target.Target(names.Reference(name=home.name), home, member))
    own = f"{found.home.name}:v{found.member.number}"
    return own if home.is_artifact else f"{home.name}:v{member.number} ({own})"
