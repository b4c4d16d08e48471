"""Compare versions: what differs, which way it is better, by how much."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from modelreg import names
from modelreg.catalog import aliases, attachments, captured, curves, homes, listing, members, stored
from modelreg.errors import InvalidError, NotFoundError
from modelreg.names import quote
from modelreg.records import MISSING, CompareRow, Comparison
from modelreg.verbs import attach, capturing, contrast, diff, inside, modules, surroundings, target
from modelreg.verbs.curves import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.records import Attachment, Json, Version
    from modelreg.verbs.context import Context

MOST = 8
RUNS = 10
"""Newest runs of a version that are looked through for what was captured around it."""
FACTS: Mapping[str, Callable[[Version], Json]] = {
    "aliases": lambda version: ", ".join(version.aliases) or MISSING,
    "source": lambda version: version.source,
    "class": lambda version: version.class_name,
    "flavor": lambda version: version.flavor,
    "size": lambda version: version.size,
    "contents": lambda version: f"b3:{version.content_id[:12]}",
    "created by": lambda version: version.created_by,
    "description": lambda version: version.description or MISSING,
}
"""Facts of a version that are compared besides metrics, params and tags."""


def compare(ctx: Context, refs: Sequence[str], *, patience: float = 0.0) -> Comparison:
    """Compare versions; see :meth:`modelreg.registry.Registry.compare`."""
    if len(refs) > MOST:
        msg = f"at most {MOST} versions are compared at a time, not {len(refs)}"
        raise InvalidError(msg)
    capturing.wait(ctx.notebook, patience)
    with ctx.read() as conn:
        found, note = _named(conn, refs) if len(refs) > 1 else _default(conn, refs[0] if refs else None)
        versions = tuple(members.records(conn, [target.member.id for target in found]))
        ways: dict[str, str] = {}
        for home_id in dict.fromkeys(target.home.id for target in found):
            ways = {**homes.directions(conn, home_id), **ways}
        ids = [target.member.version_id for target in found]
        kept, series = attachments.of_versions(conn, ids), curves.of_versions(conn, ids)
        runs = captured.of_versions(conn, ids, RUNS)
        held = stored.layouts(conn, [version.content_id for version in versions])
    codes = [diff.sources(ctx.blobs, each) for each in runs]
    called = [version.ref for version in versions]
    own, others = modules.beside(ctx.blobs, called, runs)
    around = contrast.rows([surroundings.of(each) for each in runs], codes, own)
    pictures = attach.beside(ctx.blobs, [kept.get(version_id, ()) for version_id in ids])
    within = inside.rows([inside.of(ctx.blobs, held.get(version.content_id)) for version in versions])
    facts = _rows(versions, ways, [surroundings.hyperparameters(each) for each in runs])
    return Comparison(
        versions=versions,
        rows=(*facts, *within, *around, *_kept(pictures)),
        note=note,
        attachments=pictures,
        curves=beside([series.get(version_id, {}) for version_id in ids]),
        code=(*diff.between(called, codes), *others),
    )


def _named(conn: Connection, refs: Sequence[str]) -> tuple[list[target.Target], str]:
    found = target.several(conn, refs)
    said = [text for text in (target.resolution(conn, one) for one in found) if text]
    return found, "; ".join(said)


def _default(conn: Connection, ref: str | None) -> tuple[list[target.Target], str]:
    """Return the last stage's version and the newest one; without such an alias the newest two."""
    home = _newest_home(conn) if ref is None else homes.need(conn, names.parse(ref).name)
    newest = target.find(conn, ref or home.name)
    stages = homes.stages(conn, home.id) or ("production",)
    stands = aliases.standing(conn, home.id, stages[-1]).number
    if stands is not None and stands != newest.member.number:
        return [
            _numbered(conn, home, stands),
            newest,
        ], f"v{newest.member.number} against {stages[-1]} (v{stands})"
    older = members.before(conn, home.id, newest.member.number)
    if older is None:
        msg = f"{home.name!r} has nothing before v{newest.member.number} to compare it with"
        raise NotFoundError(msg, tries=(f"show {quote(home.name)}:v{newest.member.number}",))
    why = f"{stages[-1]} is v{stands} itself" if stands is not None else f"no {stages[-1]} yet"
    return [
        _numbered(conn, home, older),
        newest,
    ], f"v{newest.member.number} against v{older} ({why})"


def _newest_home(conn: Connection) -> Home:
    ids, _ = listing.models(conn, kind=homes.REGISTERED, filter=None, order="-updated", limit=1, token=None)
    if not ids:
        msg = "there is no registered model to compare"
        raise NotFoundError(msg, tries=("register OBJ NAME",))
    return homes.get(conn, ids[0])


def _numbered(conn: Connection, home: Home, number: int) -> target.Target:
    reference = names.Reference(name=home.name, number=number, explicit=True)
    return target.Target(reference, home, members.resolve(conn, home, reference))


def _rows(versions: Sequence[Version], ways: Mapping[str, str], held: Sequence[Mapping[str, Json]]) -> list[CompareRow]:
    """Return the rows of metrics, params, tags and facts.

    A param that one version lacks is what its model has by itself, as far as that was captured: chosen beside not chosen.
    """
    rows = [_metric(key, versions, ways.get(key)) for key in _keys(version.metrics for version in versions)]
    rows += [_plain("params", key, [one.params.get(key, own.get(key, MISSING)) for one, own in zip(versions, held, strict=True)])
             for key in _keys(version.params for version in versions)]  # fmt: skip
    rows += [_plain("tags", key, [version.tags.get(key, MISSING) for version in versions])
             for key in _keys(version.tags for version in versions)]  # fmt: skip
    rows += [_plain("version", key, [fact(version) for version in versions]) for key, fact in FACTS.items()]
    return rows


def _kept(beside: Sequence[Sequence[Attachment]]) -> Iterator[CompareRow]:
    """Yield a row for each attachment of any version, in the order of the first version that has it."""
    by_name = [{attachment.name: f"b3:{attachment.digest[:12]}" for attachment in kept} for kept in beside]
    for name in dict.fromkeys(name for kept in by_name for name in kept):
        yield _plain("attachments", name, [kept.get(name, MISSING) for kept in by_name])


def _keys(mappings: object) -> list[str]:
    return sorted({key for mapping in mappings for key in mapping})  # type: ignore[attr-defined]


def _plain(section: str, name: str, values: Sequence[Json]) -> CompareRow:
    differs = any(value != values[0] or type(value) is not type(values[0]) for value in values)
    delta = _delta(
        [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)],
        len(values),
    )
    return CompareRow(section=section, name=name, values=tuple(values), differs=differs, delta=delta)


def _metric(name: str, versions: Sequence[Version], direction: str | None) -> CompareRow:
    values: list[Json] = [version.metrics.get(name, MISSING) for version in versions]
    numbers = [value for value in values if isinstance(value, float)]
    finite = [value for value in numbers if not math.isnan(value)]
    best: tuple[int, ...] = ()
    if direction is not None and len(set(finite)) > 1:
        top = min(finite) if direction == "lower" else max(finite)
        best = tuple(position for position, value in enumerate(values) if value == top)
    return CompareRow(
        section="metrics",
        name=name,
        values=tuple(values),
        differs=len({"nan" if value != value else value for value in values}) > 1,  # noqa: PLR0124  (nan is not itself)
        best=best,
        direction=direction,
        delta=_delta(numbers, len(values)),
    )


def _delta(numbers: Sequence[float], versions: int) -> float | None:
    """Return last minus first, for two versions that both have a number."""
    pair = 2
    return numbers[1] - numbers[0] if versions == pair and len(numbers) == pair else None
