"""Look: lists of registered models, artifacts and versions, and one of each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from modelreg import names as grammar
from modelreg import queries
from modelreg.catalog import history, homes, listing, members, moves
from modelreg.catalog import keys as known
from modelreg.errors import InvalidError, instead
from modelreg.records import Keys, ModelDetail, Page, RegisteredModel
from modelreg.verbs import dataset, target
from modelreg.verbs.meaning import Meaning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.records import Collection, Version
    from modelreg.verbs.context import Context

FIRST_VERSIONS = 25
FIRST_ACTIONS = 10


def models(
    ctx: Context,
    query: str | None = None,
    *,
    search: str | None = None,
    order: str = "-updated",
    limit: int = 50,
    token: str | None = None,
    names: Mapping[str, Any] | None = None,
) -> Page[RegisteredModel]:
    """List registered models; see :meth:`modelreg.registry.Registry.models`."""
    tree = _searched(queries.parse(query, names=names, entity="model", data=partial(dataset.meant, ctx)), search)
    with ctx.read() as conn:
        ids, following = listing.models(conn, kind=homes.REGISTERED, filter=tree, order=order, limit=limit, token=token)
        found = homes.records(conn, ids)
        total = listing.how_many(conn, kind=homes.REGISTERED, filter=tree) if search is not None else None
    items = tuple(item for item in found if isinstance(item, RegisteredModel))
    return Page(items=items, next=following, total=total)


def artifacts(ctx: Context, query: str | None = None, *, limit: int = 50, token: str | None = None) -> Page[Collection]:
    """List artifacts; see :meth:`modelreg.registry.Registry.artifacts`."""
    tree = queries.parse(query, entity="model")
    with ctx.read() as conn:
        ids, following = listing.models(
            conn, kind=homes.ARTIFACT, filter=tree, order="-updated", limit=limit, token=token
        )
        return Page(items=tuple(homes.records(conn, ids)), next=following)


def versions(
    ctx: Context,
    name: str | None = None,
    query: str | None = None,
    *,
    order: str = "-version",
    limit: int = 50,
    token: str | None = None,
    names: Mapping[str, Any] | None = None,
) -> Page[Version]:
    """List versions; see :meth:`modelreg.registry.Registry.versions`."""
    asking = partial(_keys, ctx, name)
    meaning = Meaning(ctx, names)
    tree = queries.parse(query, names=names, entity="version", data=meaning, keys=asking)
    with ctx.read() as conn:
        home = None if name is None else homes.need(conn, grammar.clean_home(name))
        ids, following = listing.versions(
            conn,
            home_id=None if home is None else home.id,
            filter=tree,
            order=order,
            limit=limit,
            token=token,
        )
        total = home.members if home is not None and tree is None else None
        note, tries = ("", ()) if ids or token is not None else _missed(conn, home, tree, meaning)
        note = note or (meaning.others(conn, home) if token is None else "")
        items = tuple(members.records(conn, ids))
        used = meaning.roles(conn, [one.uid for one in items])
        return Page(items=items, next=following, total=total, note=note, tries=tries, used=used)


def get(ctx: Context, ref: str, *, at: str | int | None = None) -> Version:
    """Return a version; see :meth:`modelreg.registry.Registry.get`."""
    with ctx.read() as conn:
        return target.find(conn, ref, at=at).record(conn)


def model(ctx: Context, name: str) -> RegisteredModel:
    """Return a registered model; see :meth:`modelreg.registry.Registry.model`."""
    wanted = grammar.clean_model(name)
    with ctx.read() as conn:
        found = homes.records(conn, [homes.need(conn, wanted).id])[0]
    if not isinstance(found, RegisteredModel):
        msg = f"{name!r} is no registered model"
        raise InvalidError(msg)
    return found


def twins(ctx: Context, name: str) -> tuple[str, ...]:
    """Return names that differ by case only; see :meth:`modelreg.registry.Registry.twins`."""
    wanted = grammar.clean_home(name)
    with ctx.read() as conn:
        kind = homes.ARTIFACT if "/" in wanted else homes.REGISTERED
        return tuple(twin for twin in homes.twins(conn, wanted, kind) if twin != wanted)


def keys(ctx: Context, name: str) -> Keys:
    """Return which metrics and params versions have; see :meth:`modelreg.registry.Registry.keys`."""
    with ctx.read() as conn:
        home = homes.need(conn, grammar.clean_home(name))
        metrics, params = known.of_metrics(conn, home.id), known.of_params(conn, home.id)
        return Keys(uid=home.uid, metrics=metrics, params=params)


def pulse(ctx: Context, patience: float | None = None) -> int:
    """Return a number that is another one after every change; see :meth:`modelreg.registry.Registry.pulse`."""
    with ctx.catalog.read(patience=patience) as conn:
        return moves.newest(conn)


def _keys(ctx: Context, name: str | None, field: str) -> tuple[str, ...]:
    """Return which metrics or params the versions of a home have, or all versions."""
    with ctx.read() as conn:
        home = None if name is None else homes.find(conn, grammar.clean_home(name))
        return known.of(conn, None if home is None else home.id, field)


def _missed(
    conn: Connection, home: Home | None, tree: queries.Filter | None, meaning: Meaning
) -> tuple[str, tuple[str, ...]]:
    """Return why nothing was found, and lines that find more."""
    note = _amiss(conn, home, tree)
    return (note, ()) if note else meaning.missed(conn, home, tree)


def _amiss(conn: Connection, home: Home | None, tree: queries.Filter | None) -> str:
    """Say which metric or param of a query no version has: an empty list may be a slip of the pen."""
    for field in queries.asked(tree):
        if field.name not in {"metrics", "params"} or field.key is None:
            continue
        keys = known.of(conn, None if home is None else home.id, field.name)
        if field.key not in keys:
            none = f"there are no {field.name} yet"
            of = "" if home is None else f" of {home.name}"
            return f"no version{of} has {field}; {instead(field.key, keys, none=none)}"
    return ""


def _searched(tree: queries.Filter | None, search: str | None) -> queries.Filter | None:
    """Return a filter that a search box narrows further."""
    words = tuple((search or "").split())
    if not words:
        return tree
    asked = queries.Search(words)
    return asked if tree is None else queries.And((tree, asked))


def overview(ctx: Context, name: str) -> ModelDetail:
    """Return a registered model or artifact with its newest versions and actions."""
    with ctx.read() as conn:
        home = homes.need(conn, name)
        ids, following = listing.versions(
            conn, home_id=home.id, filter=None, order="-version", limit=FIRST_VERSIONS, token=None
        )
        return ModelDetail(
            model=homes.records(conn, [home.id])[0],
            versions=Page(items=tuple(members.records(conn, ids)), next=following, total=home.members),
            history=history.page(conn, homes=[home.id], limit=FIRST_ACTIONS),
            note=f"{name} is now called {home.name}" if home.name != name else "",
        )
