"""Approve contents on this machine, take the approval back, list what is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import contents, flavors
from modelreg.catalog import stored
from modelreg.errors import IntegrityError
from modelreg.names import quote
from modelreg.records import Change
from modelreg.verbs import target
from modelreg.verbs.imports import told

if TYPE_CHECKING:
    from modelreg.records import Approval, Version
    from modelreg.verbs.context import Context


def trust(ctx: Context, ref: str) -> Change:
    """Approve contents; see :meth:`modelreg.registry.Registry.trust`."""
    version = _version(ctx, ref)
    before = ctx.allowed.how(version.content_id)
    if before is not None:
        return Change(text=f"{version.ref} is trusted already ({before})", changed=False, version=version)
    imports = _imports(ctx, version)
    ctx.allowed.allow(version.content_id, "approved", label=f"{version.ref} by {version.created_by}")
    text = f"{version.ref} is trusted on this machine now{imports}"
    return Change(text=text, version=version, next=f"load {quote(version.ref)}")


def untrust(ctx: Context, ref: str) -> Change:
    """Take an approval back; see :meth:`modelreg.registry.Registry.untrust`."""
    version = _version(ctx, ref)
    changed = ctx.allowed.withdraw(version.content_id)
    text = f"{version.ref} is no longer trusted here" if changed else f"{version.ref} was not trusted here"
    return Change(text=text, changed=changed, version=version)


def approvals(ctx: Context) -> tuple[Approval, ...]:
    """List what is approved; see :meth:`modelreg.registry.Registry.approvals`."""
    return tuple(ctx.allowed.all())


def _imports(ctx: Context, version: Version) -> str:
    """Say what the contents import, which are read for it: whoever can write the registry writes its rows."""
    with ctx.read() as conn:
        known = stored.find(conn, version.content_id)
    if known is None:
        return ""
    try:
        source = contents.fetch(known.layout, version.content_id, ctx.blobs, memory=ctx.remembered)
        if not _runs_code(source.flavor[0]):
            return " (loading it runs no code)"
        return f" (it {told(source, known.imports)})"
    except IntegrityError as error:
        msg = f"{version.ref} was not approved: {error.message}"
        raise IntegrityError(msg, tries=("check --read-data",)) from error


def _runs_code(flavor: str) -> bool:
    """Whether loading what a flavor wrote runs code; of one that is not known here that is to be expected."""
    return flavor not in flavors.FLAVORS or flavors.FLAVORS[flavor].runs_code


def _version(ctx: Context, ref: str) -> Version:
    with ctx.read() as conn:
        return target.find(conn, ref).record(conn)
