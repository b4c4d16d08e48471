"""Status: every model in this kernel, and how it stands to the registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from modelreg import contents, flavors
from modelreg.catalog import homes, members, stored, versions
from modelreg.errors import ModelRegError
from modelreg.flavors.held import BEST, held
from modelreg.records import LiveModel
from modelreg.verbs import identity, inside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from modelreg.contents import Packed
    from modelreg.notebook import Origin
    from modelreg.records import Version
    from modelreg.verbs.context import Context


def status(ctx: Context, namespace: Mapping[str, Any] | None = None) -> tuple[LiveModel, ...]:
    """Say how live models stand; see :meth:`modelreg.registry.Registry.status`."""
    variables = ctx.notebook.namespace() if namespace is None else namespace
    live = [_one(ctx, name, obj) for name, obj in sorted(held(variables).items(), key=_place)]
    # what a finished search found is told by itself where it is somewhere: else it would be asked for beside the search
    inner = f".{BEST}"
    return tuple(
        one for one in live if one.variable in variables or one.state != "never" or not one.variable.endswith(inner)
    )


def _place(item: tuple[str, object]) -> str:
    """Return what models are told in the order of: their variable, so that the items of a list keep theirs."""
    return re.split(r"[.\[]", item[0], maxsplit=1)[0]


def _one(ctx: Context, name: str, obj: object) -> LiveModel:
    origin = ctx.notebook.live.origin(obj)
    if origin is not None and origin.registry != ctx.catalog.uid:
        origin = None
    known = _version(ctx, origin)
    label = f"{type(obj).__module__}.{type(obj).__qualname__}"
    try:
        packed = contents.pack(obj, flavors.flavor_for(obj), limit=identity.LARGEST)
    except contents.TooLarge:
        why = "larger than is checked here"
        return LiveModel(variable=name, class_name=label, state="large", version=known, why=why)
    except ModelRegError as error:
        return LiveModel(variable=name, class_name=label, state="unknown", version=known, why=error.message)
    same = _unchanged(ctx, packed, origin)
    if same is not None:
        return LiveModel(variable=name, class_name=label, state="unchanged", version=same)
    if known is None:
        return LiveModel(variable=name, class_name=label, state="never")
    return LiveModel(variable=name, class_name=label, state="changed", version=known, why=_changes(ctx, packed, known))


def _changes(ctx: Context, packed: Packed, known: Version) -> str:
    """Return what changed since a version, as far as the names of its parts tell it."""
    with ctx.read() as conn:
        found = stored.find(conn, known.content_id)
    return inside.clause(inside.of(ctx.blobs, found and found.layout), packed.parts)


def _version(ctx: Context, origin: Origin | None) -> Version | None:
    """Return the version that the object is known to come from, if it is still there."""
    if origin is None:
        return None
    with ctx.read() as conn:
        found = versions.by_uid(conn, origin.version)
        return None if found is None else _seen(conn, found)


def _unchanged(ctx: Context, packed: Packed, origin: Origin | None) -> Version | None:
    """Return the version whose contents the object has."""
    twin = identity.twin(ctx, packed, origin)
    with ctx.read() as conn:
        found = versions.with_contents(conn, [packed.content_id, *([twin] if twin else [])], packed.canonical_id)
        return None if found is None else _seen(conn, found)


def _seen(conn: Connection, version_id: int) -> Version | None:
    """Return a version as seen from the registered model it was linked to last, else from its artifact."""
    places = members.all_of_version(conn, version_id)
    if not places:
        return None
    linked = [member for member in places if not homes.get(conn, member.home_id).is_artifact]
    return members.record(conn, (linked or places)[-1])
