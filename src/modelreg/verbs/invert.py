"""Take back what one operation did: each kind of action has an opposite, and each opposite writes its own history.

Nothing is taken back over somebody else's later change: an alias that has moved on since stays where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg.catalog import aliases, edits, history, homes, members, moves, versions
from modelreg.errors import ConflictError, ModelRegError
from modelreg.names import clean_tag
from modelreg.verbs.remove import cut, remove_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.catalog.homes import Home
    from modelreg.catalog.transaction import Transaction
    from modelreg.records import Action


class Inverted(NamedTuple):
    """What became of taking back an operation."""

    taken: int
    """How many actions were taken back."""
    notes: tuple[str, ...]
    """Why others were not, a line each."""


def invert(tx: Transaction, operation: str, reason: str) -> Inverted:
    """Take back every action of an operation, newest first."""
    taken, notes = 0, dict[str, None]()
    for row in history.of_operation(tx.conn, operation):
        action = history.record(row)
        opposite = OPPOSITES.get(action.kind)
        if action.kind == "run-added":
            notes[f"{action.subject}:v{action.number} keeps the run and what came with it: runs are not undone"] = None
        if opposite is None or row.home_id is None:
            continue
        home = homes.get(tx.conn, row.home_id)
        try:
            if action.kind != "deleted" or row.version_id is not None:
                _must_be_there(tx, home)
            opposite(tx, home, action, row.version_id, reason)
            taken += 1
        except ModelRegError as error:
            notes[error.message] = None
    return Inverted(taken, tuple(notes))


def _must_be_there(tx: Transaction, home: Home) -> None:
    """Raise for a home that was deleted: nothing comes back into it before itself."""
    if homes.is_deleted(tx.conn, home.id):
        msg = f"the {home.noun} {home.name!r} was deleted and gets nothing back before it is undeleted"
        raise ConflictError(msg)


def _unless_changed(what: str, left: object, now: object) -> None:
    """Raise if what an operation left is not what stands there now."""
    if left != now:
        msg = f"{what} has been changed since and stays"
        raise ConflictError(msg)


def _alias(tx: Transaction, home: Home, action: Action, _version: int | None, reason: str) -> None:
    """Put an alias back, if it still stands where the operation left it."""
    left, before = action.after, action.before
    number = before if isinstance(before, int) else None
    now = aliases.standing(tx.conn, home.id, action.alias or "")
    if now.number != left:
        msg = (
            f"{action.alias!r} has moved on to {'nothing' if now.number is None else f'v{now.number}'} and stays there"
        )
        raise ConflictError(msg)
    if number is not None and not members.is_live(tx.conn, home.id, number):
        msg = f"{action.alias!r} cannot go back to v{number}, which is no longer there"
        raise ConflictError(msg)
    aliases.point(tx, home, action.alias or "", number, reason=reason, force=True)


def _unlink(tx: Transaction, home: Home, action: Action, version: int | None, reason: str) -> None:
    member = None if version is None else members.of_version(tx.conn, home.id, version)
    if member is None or member.number != action.number:
        msg = f"{home.name}:v{action.number} is no longer linked"
        raise ConflictError(msg)
    held = aliases.on(tx.conn, home.id, member.number)
    if held:
        msg = f"{home.name}:v{member.number} has got the alias {held[0]!r} since and stays linked"
        raise ConflictError(msg)
    cut(tx, home, member, reason)


def _relink(tx: Transaction, home: Home, action: Action, version: int | None, reason: str) -> None:
    """Bring back a membership under its own number."""
    if version is None or action.number is None:
        return
    if versions.row(tx.conn, version).deleted_at is not None:
        msg = f"{action.before} was deleted; bring it back first"
        raise ConflictError(msg)
    if members.restore(tx, home.id, action.number) is None:
        msg = f"{action.before} has been linked to {home.name!r} again since"
        raise ConflictError(msg)
    tx.act(
        "linked", home.name, home=home.id, version=version, number=action.number,
        after=versions.source(tx.conn, version), reason=reason,
    )  # fmt: skip


def _forget(tx: Transaction, home: Home, action: Action, version: int | None, reason: str) -> None:
    """Delete a version that was logged, if nothing else holds it."""
    if version is None or members.of_version(tx.conn, home.id, version) is None:
        msg = f"{home.name}:v{action.number} was deleted since"
        raise ConflictError(msg)
    if len(members.all_of_version(tx.conn, version)) > 1:
        msg = f"{home.name}:v{action.number} has been linked since and stays"
        raise ConflictError(msg)
    remove_version(tx, version, reason)


def _revive(tx: Transaction, home: Home, action: Action, version: int | None, reason: str) -> None:
    """Bring back a deleted version or home."""
    if version is None:
        if not homes.is_deleted(tx.conn, home.id):
            msg = f"{home.name!r} is back already"
            raise ConflictError(msg)
        taken = homes.find(tx.conn, home.name)
        if taken is not None and taken.name == home.name:
            msg = f"the name {home.name!r} is taken by another {taken.noun}"
            raise ConflictError(msg)
        edits.set_deleted(tx, home, deleted=False, reason=reason)
        return
    row = versions.row(tx.conn, version)
    if row.deleted_at is None:
        msg = f"{home.name}:v{action.number} is back already"
        raise ConflictError(msg)
    if row.purged_at is not None:
        msg = f"{home.name}:v{action.number} was purged by gc and cannot come back"
        raise ConflictError(msg)
    versions.set_deleted(tx, version, deleted=False)
    members.restore(tx, home.id, action.number or 0)
    tx.act("undeleted", home.name, home=home.id, version=version, number=action.number, reason=reason)


def _again(tx: Transaction, home: Home, action: Action, version: int | None, reason: str) -> None:
    """Delete again what was brought back."""
    if version is None:
        if home.members:  # protected aliases that are not set stay with a deleted home, as they did before
            msg = f"{home.name!r} holds something by now and stays"
            raise ConflictError(msg)
        edits.set_deleted(tx, home, deleted=True, reason=reason)
    else:
        _forget(tx, home, action, version, reason)


def _vanish(tx: Transaction, home: Home, _action: Action, _version: int | None, reason: str) -> None:
    """Delete a home that was created, if it is empty again."""
    if home.members or aliases.all_of(tx.conn, home.id):
        msg = f"{home.name!r} holds something by now and stays"
        raise ConflictError(msg)
    edits.set_deleted(tx, home, deleted=True, reason=reason)


def _describe(tx: Transaction, home: Home, action: Action, version: int | None, reason: str) -> None:
    member = _member(tx, home, version)
    _unless_changed(f"the description of {home.name}", action.after, edits.description(tx.conn, home, member))
    edits.describe(tx, home, member, str(action.before or ""), reason)


def _tag(tx: Transaction, home: Home, action: Action, version: int | None, reason: str) -> None:
    """Put a tag back as it was before it was set or removed."""
    member = _member(tx, home, version)
    key = clean_tag(action.after if action.before is None else action.before)[0]
    left = None if action.after is None else clean_tag(action.after)[1]
    _unless_changed(f"the tag {key!r} of {home.name}", left, edits.tag_value(tx, home, member, key))
    if action.before is None:
        edits.untag(tx, home, member, key, reason)
    else:
        edits.tag(tx, home, member, *clean_tag(action.before), reason)


def _rename(tx: Transaction, home: Home, action: Action, _version: int | None, reason: str) -> None:
    _unless_changed(f"the name of {home.name}", action.after, home.name)
    edits.rename(tx, home, str(action.before), reason)


def _stages(tx: Transaction, home: Home, action: Action, _version: int | None, reason: str) -> None:
    _unless_changed(f"the stages of {home.name}", action.after, ",".join(homes.stages(tx.conn, home.id)))
    edits.stages(tx, home, str(action.before).split(","), reason)


def _direct(tx: Transaction, home: Home, action: Action, _version: int | None, reason: str) -> None:
    metric, _, direction = str(action.before).rpartition(" ")
    now = homes.directions(tx.conn, home.id).get(metric, "unknown")
    _unless_changed(f"the direction of {metric!r} in {home.name}", action.after, f"{metric} {now}")
    edits.direct(tx, home, metric, None if direction == "unknown" else direction, reason)


def _unguard(tx: Transaction, home: Home, action: Action, _version: int | None, reason: str) -> None:
    _guarded(tx, home, action, reason, protected=False)


def _guard(tx: Transaction, home: Home, action: Action, _version: int | None, reason: str) -> None:
    _guarded(tx, home, action, reason, protected=True)


def _guarded(tx: Transaction, home: Home, action: Action, reason: str, *, protected: bool) -> None:
    alias = action.alias or ""
    if moves.guarded_since(tx.conn, home.id, alias, action.sequence):
        msg = f"{alias!r} of {home.name!r} was protected or unprotected again since"
        raise ConflictError(msg)
    aliases.protect(tx, home, alias, protected=protected, reason=reason)


def _member(tx: Transaction, home: Home, version: int | None) -> members.Member | None:
    return None if version is None else members.of_version(tx.conn, home.id, version)


OPPOSITES: Final[Mapping[str, Callable[[Transaction, Home, Action, int | None, str], None]]] = {
    "alias-added": _alias,
    "alias-moved-here": _alias,
    "alias-removed": _alias,
    "alias-protected": _unguard,
    "alias-unprotected": _guard,
    "linked": _unlink,
    "unlinked": _relink,
    "logged": _forget,
    "created": _vanish,
    "deleted": _revive,
    "undeleted": _again,
    "described": _describe,
    "tagged": _tag,
    "untagged": _tag,
    "renamed": _rename,
    "stages-set": _stages,
    "metric-directed": _direct,
}
"""Kind of action -> what takes it back. ``alias-moved-away`` is the other end of a move; runs are never taken back."""
