"""All that is known of one version, and of one registered model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from modelreg import moments, names, sizes
from modelreg.records import Detail, ModelDetail, Run
from modelreg.views import attachments, captured, curves, frames, parts, replay, tables, theme
from modelreg.views import format as fmt
from modelreg.views.base import Context, View
from modelreg.views.cards import card
from modelreg.views.escape import plain
from modelreg.views.history import HistoryView
from modelreg.views.html import Node, tag
from modelreg.views.models import overview, overview_text
from modelreg.views.tables import Column, Where
from modelreg.views.versions import VersionsView, identity, is_latest, plain_pairs, version_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.records import Points

ACTIONS: Final = 5
"""How many of its newest actions a registered model shows."""

_OPEN_PARAMS: Final = 8
"""Longer lists of params are closed at first."""

_OPEN_METRICS: Final = 25
"""How many metrics stand open; the others are closed at first."""

_TRUST: Final[Mapping[str, str]] = {
    "registered": "loads here: registered on this machine",
    "approved": "loads here: approved on this machine",
    "code-free": "loads anywhere: its format runs no code",
}


class DetailView(View[Detail]):
    """All of one version."""

    def html(self) -> Node:
        """Return the version with its measures, facts, curves, attachments, runs, files and the line that loads it."""
        version = self.record.version
        return [
            version_title(version, self.context, latest=is_latest(version, self.context)),
            identity(version, self.context),
            replay.marked(self.record.mark, self.context) if self.record.mark else None,
            card(version.description) if version.description.strip() else None,
            tag(
                "div",
                tag("div", self._measures(), style=theme.HALF) if version.metrics or version.params else None,
                tag("div", parts.section("About"), tables.facts(self._facts()), style=theme.HALF),
                style=theme.COLUMNS,
            ),
            self._curves(),
            self._attachments(),
            self._surroundings(),
            self._runs(),
            self._files(),
            tag("div", parts.command(self._load(), self.context.program), style=theme.LAST),
        ]

    def text(self, *, full: bool = False) -> str:
        """Return its facts as lines."""
        detail, version = self.record, self.record.version
        held = ", ".join(plain(alias) for alias in version.aliases)
        steady = captured.steady(detail.surroundings)
        facts = tables.facts_text(
            (
                ("aliases", held),
                ("class", plain(version.class_name)),
                ("flavor", plain(version.flavor)),
                ("source", plain(version.source) if version.source != version.ref else ""),
                ("linked to", plain(self._links())),
                ("metrics", plain_pairs({k: fmt.number(v) for k, v in version.metrics.items()})),
                ("params", plain_pairs({k: fmt.value(v) for k, v in version.params.items()})),
                ("curves", plain_pairs({key: _curve(points) for key, points in detail.curves.items()})),
                ("tags", plain(" ".join(parts.tag_texts(version.tags)))),
                ("attachments", attachments.listed(detail.attachments)),
                *((name, plain(told)) for name, told in self._captured() if full or name in steady),
                ("made from", plain(", ".join(self._inputs()))),
                ("led to", plain(", ".join(detail.derived))),
                ("content", f"b3:{plain(version.content_id)}"),
                ("trust", self._trust()),
                ("replay", f"{replay.label(detail.mark.outcome)} · {plain(detail.mark.text)}" if detail.mark else ""),
                ("size", sizes.human(version.size) if full else ""),
                (
                    "created",
                    f"{moments.iso(version.created_at)} by {plain(version.created_by)}" if full else "",
                ),
                ("load", self._load_text()),
            )
        )
        description = plain(version.description.strip(), keep="\n\t")
        runs = (
            f"runs\n{tables.text(_run_columns(self.context), detail.runs, full=True)}" if full and detail.runs else ""
        )
        return fmt.sentence([plain(version.ref), description, facts, runs], "\n")

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row: the version."""
        return frames.versions((self.record.version,))

    def _measures(self) -> Node:
        version = self.record.version
        metrics = [(name, fmt.number(value)) for name, value in version.metrics.items()]
        rest = metrics[_OPEN_METRICS:]
        params = tables.pairs([(name, fmt.value(value)) for name, value in version.params.items()])
        few = len(version.params) <= _OPEN_PARAMS
        return [
            parts.section("Metrics", tables.pairs(metrics[:_OPEN_METRICS])) if metrics else None,
            parts.closed(f"{len(rest):,} more", tables.pairs(rest)) if rest else None,
            parts.section("Params", params) if version.params and few else None,
            parts.closed(fmt.count(len(version.params), "param"), params) if not few else None,
        ]

    def _facts(self) -> list[tuple[str, Node]]:
        detail, version = self.record, self.record.version
        approve: Node = (
            None if detail.trusted else [" ", parts.command(f"trust {names.quote(version.ref)}", self.context.program)]
        )
        return [
            ("class", tag("code", version.class_name, style=theme.MONO)),
            ("flavor", version.flavor),
            ("linked to", self._links()),
            ("made from", ", ".join(self._inputs())),
            ("led to", ", ".join(detail.derived)),
            (
                "content",
                tag(
                    "code",
                    f"b3:{version.content_id[:16]}…",
                    title=f"b3:{version.content_id}",
                    style=theme.MONO,
                ),
            ),
            ("trust", [self._trust(), approve]),
        ]

    def _links(self) -> str:
        return ", ".join(link.ref for link in self.record.links if link.ref != self.record.version.ref)

    def _inputs(self) -> list[str]:
        return list(dict.fromkeys(source for run in self.record.runs for source in run.inputs))

    def _trust(self) -> str:
        return _TRUST.get(self.record.trusted, "does not load here until it is approved")

    def _curves(self) -> Node:
        series = {name: (points,) for name, points in self.record.curves.items()}
        version = self.record.version
        drawn = curves.charts(series, (version.ref,), self.context.directions) if series else None
        return parts.section("Curves", drawn) if series else None

    def _attachments(self) -> Node:
        kept = attachments.section(self.record.attachments, self.record.version.ref, self.context)
        return parts.section("Attachments", kept) if kept else None

    def _captured(self) -> list[tuple[str, str]]:
        return list(captured.lines(self.record.surroundings)) if self.record.surroundings else []

    def _surroundings(self) -> Node:
        """Return what was captured around it, with the lines that show the whole of it."""
        told = self._captured()
        if not told:
            return None
        ref, kept = names.quote(self.record.version.ref), self.record.surroundings
        lines = [f"code {ref}"] if kept and kept.statements and kept.statements.cells else []
        lines += [f"env {ref}"] if kept and kept.environment else []
        opens = tag("div", parts.dots(parts.command(line, self.context.program) for line in lines), style=theme.FOOT)
        steady = captured.steady(kept)
        shown = [(name, words if name in steady else parts.place(words)) for name, words in told]
        return parts.section("Captured", tables.facts(shown), opens if lines else None)

    def _runs(self) -> Node:
        if not self.record.runs:
            return None
        return parts.section("Runs", tables.table(_run_columns(self.context), self.record.runs))

    def _files(self) -> Node:
        detail = self.record
        files = tables.pairs([(name, sizes.human(size)) for name, size in detail.files])
        arrays = tables.pairs(detail.arrays)
        imports = tag("pre", "\n".join(detail.imports), style=theme.PRE)
        return [
            parts.closed(fmt.count(len(detail.files), "stored part"), files) if detail.files else None,
            parts.closed(fmt.count(len(detail.arrays), "array"), arrays) if detail.arrays else None,
            parts.closed(f"{fmt.count(len(detail.imports), 'import')} at load, as recorded", imports, self._believed())
            if detail.imports
            else None,
        ]

    def _believed(self) -> Node:
        """Say of what others registered that they may have recorded anything, and what reads the contents themselves."""
        if self.record.trusted:
            return None
        told = (
            "Whoever can write the registry can write this list. A load that is refused says what the contents import: "
        )
        return tag("div", told, parts.command(self._load(), self.context.program), style=theme.FOOT)

    def _load_text(self) -> str:
        """Return the line that loads it; in a terminal that of Python, for a live object needs one."""
        if self.context.shell:
            return plain(f"in Python: modelreg.connect().load({self.record.version.ref!r})")
        return self.context.typed(self._load())

    def _load(self) -> str:
        variable = next((run.variable for run in self.record.runs if run.variable.isidentifier()), "model")
        return f"load {names.quote(self.record.version.ref)} --as {variable}"


class ModelDetailView(View[ModelDetail]):
    """A registered model or artifact: overview, versions, newest actions."""

    def html(self) -> Node:
        """Return overview, versions and history."""
        return [
            overview(self.record.model, self.context),
            tag("div", self.record.note, style=theme.WARN) if self.record.note else None,
            below(self.record, self.context),
        ]

    def text(self, *, full: bool = False) -> str:
        """Return the overview and the versions; in full also the history."""
        detail, model = self.record, self.record.model
        versions, history = _lists(detail, self.context)
        done = history.text(full=True) if full and len(detail.history) else ""
        blocks = [overview_text(model, full=full), plain(detail.note), versions.text(full=full), done]
        return "\n\n".join(block for block in blocks if block)

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per version."""
        return frames.versions(self.record.versions.items)


def below(detail: ModelDetail, context: Context, *, compact: bool = False) -> Node:
    """Return what stands under the overview of a registered model: its versions and its newest actions."""
    versions, history = _lists(detail, context, compact=compact)
    return [
        parts.section("Versions", versions.body() if len(versions) else versions.html()),
        parts.section("History", history.body()) if len(history) else None,
    ]


def _lists(detail: ModelDetail, context: Context, *, compact: bool = False) -> tuple[VersionsView, HistoryView]:
    inner = replace(context, name=detail.model.name, model=detail.model, query="", line="")
    newest = replace(
        detail.history,
        items=detail.history.items[:ACTIONS],
        next=detail.history.next or _cut(detail),
        total=None,
    )
    return VersionsView(detail.versions, inner, compact=compact), HistoryView(newest, inner)


def _cut(detail: ModelDetail) -> str | None:
    return "cut" if len(detail.history) > ACTIONS else None


def _run_columns(context: Context) -> list[Column[Run]]:
    return [
        Column(
            title="when",
            text=lambda r: moments.iso(r.at),
            html=lambda r: tag("span", parts.when(r.at), style=theme.MUTED),
        ),
        Column(title="what", text=lambda r: plain(r.kind)),
        Column(
            title="variable",
            text=lambda r: plain(r.variable),
            html=lambda r: tag("code", r.variable, style=theme.MONO),
        ),
        Column(title="who", text=lambda r: plain(r.actor), html=lambda r: parts.who(r.actor)),
        Column(title="where", text=_place, html=lambda r: parts.place(_place(r)), wrap=True),
        Column(title="why", text=lambda r: plain(r.message), html=lambda r: r.message, wrap=True),
        Column(title="capture", text=lambda r: "" if r.capture_state == "complete" else plain(r.capture_state)),
        Column(
            title="took",
            text=lambda r: fmt.duration(r.duration) if r.duration else "",
            number=True,
            where=Where.HTML,
        ),
    ]


def _curve(points: Points) -> str:
    return f"{curves.spark(points)} {fmt.count(len(points), 'point')}"


def _place(run: Run) -> str:
    return plain(fmt.sentence([run.notebook, run.host], " on "))
