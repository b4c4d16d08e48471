"""Lists of versions."""

from __future__ import annotations

import math
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from modelreg import moments, names, sizes
from modelreg.records import Page, Version
from modelreg.views import format as fmt
from modelreg.views import frames, parts, tables, theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag
from modelreg.views.lists import ListView, described, heading, unmatched
from modelreg.views.tables import Column, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from modelreg.queries import Field
    from modelreg.views.base import Context

METRICS: Final = 5
"""How many metric columns a list has; the frame has all."""

ASKED: Final = 8
"""How many metrics and params have a column because the query or the order asks about them."""

DETAILS: Final = frozenset({"by", "size", "source", "tags", "description"})
"""Columns that a table beside another one goes without; the version itself shows them."""


ROLES: Final = {
    "eval_target": "eval target",
    "from": "train (a part, or made of it)",
    "target from": "target (a part, or made of it)",
    "eval from": "eval (a part, or made of it)",
    "eval_target from": "eval target (a part, or made of it)",
}
"""Roles of data in other words than those that are kept."""

_NONE: Final[Mapping[str, Mapping[str, bool]]] = MappingProxyType({})


class VersionsView(ListView[Page[Version], Version]):
    """A page of versions, of one home or of many.

    Parameters
    ----------
    record, context
        As of every view.
    compact : bool
        Whether it stands beside something: then :data:`DETAILS` are left out.
    """

    def __init__(self, record: Page[Version], context: Context, *, compact: bool = False) -> None:
        super().__init__(record, context)
        self.compact = compact

    def heading(self) -> Node:
        """Return the home, where there is one only, and how many versions."""
        return heading(self[0].home if self._one_home else "Versions", self.counted("version"))

    def table(self) -> Sequence[Column[Version]]:
        """Return the columns; the homes stand in the heading where there is one only."""
        columns = version_columns(self.shown(), self.context, bare=self._one_home, used=self._used)
        return [column for column in columns if not (self.compact and column.title in DETAILS)]

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per version, with the roles of the data that was asked for."""
        roles = {"data": [tuple(self._used.get(version.uid, ())) for version in self.items()]} if self._used else {}
        return {**frames.versions(self.items()), **roles}

    def body(self) -> Node:
        """Return the table, and what the list does not show."""
        return [super().body(), parts.foot(self._note) if self._note else None]

    def text(self, *, full: bool = False) -> str:
        """Return aligned lines, and what the list does not show."""
        note = f"\n{plain(self._note)}" if self._note and self.items() else ""
        return super().text(full=full) + note

    def nothing(self) -> str:
        """Return that there is no version, or none that matches."""
        return "; ".join(part for part in (unmatched("version", self.context), plain(self._note)) if part)

    def start(self) -> tuple[str, ...]:
        """Return what finds more, else the list without the query, or how to register."""
        tries: tuple[str, ...] = getattr(self.record, "tries", ())
        if tries:
            return tries
        if self.context.query:
            return (versions_line(self.context.name),)
        command = "log" if "/" in self.context.name else "register"
        return (f"{command} {self.context.thing} {names.quote(self.context.name or 'my-model')}",)

    def more_line(self) -> str:
        """Return the command that made the list."""
        return self.context.line or versions_line(self.context.name or (self[0].home if self._one_home else ""))

    @property
    def _note(self) -> str:
        return getattr(self.record, "note", "")  # a tuple has none

    @property
    def _used(self) -> Mapping[str, Mapping[str, bool]]:
        return getattr(self.record, "used", {})  # a tuple has none

    @property
    def _one_home(self) -> bool:
        return len({version.home for version in self.items()}) == 1


class VersionView(View[Version]):
    """One version, in one line and its facts."""

    def html(self) -> Node:
        """Return its name with chips, and what it is."""
        version = self.record
        return [version_title(version, self.context), identity(version, self.context), measures(version)]

    def text(self, *, full: bool = False) -> str:
        """Return the row of a list of one."""
        return tables.text(version_columns((self.record,), self.context), (self.record,), full=full)

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row."""
        return frames.versions((self.record,))


def version_title(version: Version, context: Context, *, latest: bool = False) -> Node:
    """Return the reference of a version with its aliases and tags."""
    return parts.title(
        tag("span", version.ref, style=theme.TITLE),
        tag(
            "span",
            parts.aliases(version.aliases, protected=context.protected, latest=latest),
            " ",
            parts.tags(version.tags),
        ),
        tag("span", "deleted", style=theme.BAD) if version.deleted_at is not None else None,
    )


def identity(version: Version, context: Context) -> Node:
    """Return what a version is, how big, since when and by whom."""
    return tag(
        "div",
        parts.dots(
            [
                tag("span", version.class_label or version.kind, title=plain(version.class_name)),
                sizes.human(version.size),
                [parts.when(version.created_at), " by ", parts.who(version.created_by)],
                f"source {version.source}" if version.source != version.ref else None,
            ]
        ),
        style=theme.MUTED,
    )


def measures(version: Version) -> Node:
    """Return metrics and params, one line each."""
    return tables.facts(
        (
            ("metrics", plain_pairs({k: fmt.number(v) for k, v in version.metrics.items()})),
            ("params", plain_pairs({k: fmt.value(v) for k, v in version.params.items()})),
        )
    )


def plain_pairs(pairs: Mapping[str, str]) -> str:
    """Return ``auc 0.912, f1 0.88``."""
    return ", ".join(f"{plain(key)} {text}" for key, text in pairs.items())


def versions_line(name: str) -> str:
    """Return the command that lists the versions of ``name``, or all."""
    return f"versions {names.quote(name)}" if name else "versions"


def version_columns(
    versions: Sequence[Version], context: Context, *, bare: bool = False, used: Mapping[str, Mapping[str, bool]] = _NONE
) -> list[Column[Version]]:
    """Return the columns of a table of versions.

    Parameters
    ----------
    versions : sequence of Version
        The rows.
    context : Context
        As of the view.
    bare : bool, optional
        HTML says ``v3``: a heading names the home.
    used : mapping, optional
        Uid of a version -> the roles of the data that was asked for -> whether that is sure.
    """
    asked = context.fields[:ASKED]
    metrics = _metrics(versions, [field.key for field in asked if field.name == "metrics" and field.key])
    return [
        Column(title="version", text=lambda v: plain(v.ref), html=lambda v: _name(v, bare=bare)),
        Column(
            title="aliases",
            text=lambda v: ", ".join(plain(alias) for alias in v.aliases),
            html=lambda v: parts.aliases(
                v.aliases, protected=context.protected, latest=is_latest(v, context), row=True
            ),
            folds=True,
        ),
        Column(title="data", text=lambda v: _roles(used.get(v.uid, {}))),
        *(_metric(name, versions, context) for name in metrics),
        *(_param(field, field.key, versions) for field in asked if field.name == "params" and field.key),
        Column(
            title="class",
            text=lambda v: plain(v.class_label),
            html=lambda v: tag("span", v.class_label, title=v.class_name),
        ),
        Column(
            title="created",
            text=lambda v: moments.iso(v.created_at),
            html=lambda v: parts.day(v.created_at),
            where=Where.FULL,
        ),
        Column(
            title="by", text=lambda v: plain(v.created_by), html=lambda v: parts.who(v.created_by), where=Where.FULL
        ),
        Column(title="size", text=lambda v: sizes.human(v.size), number=True, where=Where.FULL),
        Column(title="source", text=lambda v: "" if v.source == v.ref else plain(v.source)),
        *described(),
    ]


def _roles(used: Mapping[str, bool]) -> str:
    return ", ".join(f"{plain(ROLES.get(role, role))}{'' if sure else ' (very likely)'}" for role, sure in used.items())


def is_latest(version: Version, context: Context) -> bool:
    """Return whether a version is known to be the newest of its home."""
    home = context.model
    return home is not None and (home.name, home.latest) == (version.home, version.number)


def _name(version: Version, *, bare: bool) -> Node:
    text = f"v{version.number}" if bare else version.ref
    return tag("span", text, style=theme.STRONG, title=version.ref if bare else None)


def _metrics(versions: Sequence[Version], asked: Sequence[str] = ()) -> list[str]:
    """Return the metrics that were asked about or that most versions have, in the order in which they were given."""
    often = Counter(name for version in versions for name in version.metrics)
    chosen = {*asked, *(name for name, _ in often.most_common(METRICS))}
    return [name for name in often if name in chosen]


def _metric(name: str, versions: Sequence[Version], context: Context) -> Column[Version]:
    best = _best(name, versions, context)
    places = fmt.decimals(version.metrics[name] for version in versions if name in version.metrics)

    def text(version: Version) -> str:
        value = version.metrics.get(name)
        return fmt.NOTHING if value is None else fmt.fixed(value, places)

    def html(version: Version) -> Node:
        is_best = best is not None and version.metrics.get(name) == best
        return tag("span", text(version), style=theme.BEST, title="best shown here") if is_best else text(version)

    return Column(title=plain(name), text=text, html=html, number=True)


def _param(field: Field, key: str, versions: Sequence[Version]) -> Column[Version]:
    """Return the column of a param, called as it is typed: a metric may have the same name."""
    held = [version.params[key] for version in versions if key in version.params]

    def text(version: Version) -> str:
        return fmt.value(version.params[key]) if key in version.params else fmt.NOTHING

    numbers = all(isinstance(value, (int, float)) for value in held)
    return Column(title=plain(str(field)), text=text, number=numbers)


_BETTER: Final[Mapping[str, Callable[[list[float]], float]]] = {"higher": max, "lower": min}


def _best(name: str, versions: Sequence[Version], context: Context) -> float | None:
    """Return the best value of a metric whose direction is declared, where there is something to choose."""
    known = [v.metrics[name] for v in versions if name in v.metrics and not math.isnan(v.metrics[name])]
    pick = _BETTER.get(context.directions.get(name, ""))
    return pick(known) if pick is not None and len(set(known)) > 1 else None
