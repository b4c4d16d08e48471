"""Datasets that a run used, as the user names them: a reference, or the live object of a logged version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg import names
from modelreg.catalog import members, versions
from modelreg.errors import InvalidError, NotFoundError
from modelreg.names import quote
from modelreg.verbs import target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from modelreg.verbs.context import Context


def resolve(ctx: Context, data: Mapping[str, Any] | None) -> tuple[tuple[str, int], ...]:
    """Return (role, row id of the version) for each dataset.

    Parameters
    ----------
    ctx : Context
        The registry.
    data : mapping of str to (str or object)
        Role (``train``, ``test``) to a reference such as ``data/train:v0``, or to an object that was logged or loaded here.

    Raises
    ------
    InvalidError
        A role is no name, or a version is no dataset.
    NotFoundError
        There is no such version, or the object is none.
    """
    if not data:
        return ()
    with ctx.read() as conn:
        return tuple((names.clean_key(role, "role"), _version(ctx, conn, role, given)) for role, given in data.items())


def _version(ctx: Context, conn: Connection, role: str, given: Any) -> int:
    if isinstance(given, str):
        found = target.find(conn, given)
        version_id, kind, called = found.member.version_id, found.home.holds, str(found.reference)
    else:
        version_id = _logged(ctx, conn, role, given)
        record = members.record(conn, members.all_of_version(conn, version_id)[0])
        kind, called = record.kind, record.source
    if kind != "dataset":
        msg = f"the data {role!r} is {called}, a {kind}; data are datasets"
        raise InvalidError(msg, tries=(f"show {quote(called)}",))
    return version_id


def _logged(ctx: Context, conn: Connection, role: str, obj: object) -> int:
    """Return the version that an object is known to be."""
    origin = ctx.notebook.live.origin(obj)
    known = versions.by_uid(conn, origin.version) if origin and origin.registry == ctx.catalog.uid else None
    if known is None or not members.all_of_version(conn, known):
        msg = f"the data {role!r} (a {type(obj).__name__}) is no logged dataset; log it first"
        raise NotFoundError(msg, tries=(f"log {role} data/{role} --kind dataset",))
    return known
