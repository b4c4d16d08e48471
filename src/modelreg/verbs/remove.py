"""Remove memberships and versions from where they stand; the callers have checked what holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.catalog import aliases as standing
from modelreg.catalog import homes, members, versions

if TYPE_CHECKING:
    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.catalog.transaction import Transaction


def cut(tx: Transaction, home: Home, member: Member, reason: str) -> list[str]:
    """End a membership with its aliases; return these. The caller has checked the guards."""
    gone = standing.on(tx.conn, home.id, member.number)
    for alias in gone:
        standing.point(tx, home, alias, None, reason=reason, force=True)
    members.remove(tx, member)
    if not home.is_artifact:
        source = versions.source(tx.conn, member.version_id)
        tx.act(
            "unlinked", home.name, home=home.id, version=member.version_id, number=member.number, before=source,
            reason=reason,
        )  # fmt: skip
    return gone


def remove_version(tx: Transaction, version_id: int, reason: str) -> list[str]:
    """Delete a version with its links and aliases; return what went with it. The caller has checked the guards."""
    gone = []
    artifact = homes.get(tx.conn, versions.row(tx.conn, version_id).artifact_id)
    number = versions.row(tx.conn, version_id).number
    for member in reversed(members.all_of_version(tx.conn, version_id)):
        home = homes.get(tx.conn, member.home_id)
        lost = cut(tx, home, member, reason)
        gone += [f"{home.name}:v{member.number}"] if not home.is_artifact else []
        gone += [f"alias {home.name}:{name}" for name in lost]
    versions.set_deleted(tx, version_id, deleted=True)
    tx.act("deleted", artifact.name, home=artifact.id, version=version_id, number=number, reason=reason)
    return gone
