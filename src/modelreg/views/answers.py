"""The short answers of commands that do something: register, alias, promote, load."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from modelreg import names
from modelreg.records import AliasChange, Change, Loaded, MetricDelta, Registration
from modelreg.views import format as fmt
from modelreg.views import frames, parts, theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.views.base import Context

METRICS: Final = 4
"""How many metrics the answer of register shows."""


class RegistrationView(View[Registration]):
    """What register did, in at most three lines."""

    def text(self, *, full: bool = False) -> str:
        """Return the answer: what came of it, notes, the next line."""
        done, version = self.record, self.record.version
        first = fmt.sentence(
            [
                f"{plain(version.ref)} ← {self._object()}",
                _metrics_text(done.metrics),
                *(_alias_text(change) for change in done.aliases),
                plain(", ".join(done.facts)),
                fmt.duration(done.duration) if done.duration else "",
            ]
        )
        following = self._next()
        return fmt.sentence(
            [
                first,
                plain(fmt.sentence(self._notes())),
                f"next: {self.context.typed(following)}" if following else "",
            ],
            "\n",
        )

    def html(self) -> Node:
        """Return the answer with alias chips."""
        done, version = self.record, self.record.version
        first = parts.dots(
            [
                [tag("span", version.ref, style=theme.STRONG), parts.muted(" ← "), self._object()],
                _metrics_html(done.metrics),
                *(_alias_html(change, self.context.protected) for change in done.aliases),
                parts.muted(", ".join(done.facts)) if done.facts else None,
                parts.muted(fmt.duration(done.duration)) if done.duration else None,
            ]
        )
        following, notes = self._next(), fmt.sentence(self._notes())
        return [
            tag("div", first, style=theme.ANSWER),
            tag("div", notes, style=theme.MUTED + theme.ANSWER) if notes else None,
            next_line(following, self.context.program),
        ]

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row: the version."""
        return frames.versions((self.record.version,))

    def _object(self) -> str:
        label = plain(self.record.version.class_label or self.record.version.flavor)
        version = self.record.version
        named = self.record.variable or (version.source if version.source != version.ref else "")
        return f"{plain(named)} ({label})" if named else label

    def _notes(self) -> list[str]:
        done, version = self.record, self.record.version
        notes = list(done.notes)
        if done.derived_from is not None:
            notes.insert(0, f"derived from {done.derived_from}")
        if done.deleted is not None:
            again = self.context.typed(f"undelete {names.quote(done.deleted)}")
            notes.append(f"the same contents were deleted as {done.deleted}; {again}")
        if done.linked:
            notes.insert(0, f"identical to {version.source}, which is linked now")
        elif done.outcome == "identical":
            stays = done.latest is not None and done.latest != version.number
            end = f"{version.home}:{names.LATEST} stays v{done.latest}" if stays else "no new version"
            notes.insert(0, f"identical to {version.ref}; {end}")
        if done.held:
            back = self.context.typed(f"unlink {names.quote(version.ref)}")
            notes.append(f"the newest of {version.home} was {done.held} so far; {back} takes this out of it")
        notes += [f"{change.doubt} {_way_back(change, self.context)}" for change in done.aliases if change.doubt]
        return [" ".join(note.split()) for note in notes]

    def _next(self) -> str | None:
        """Return the next line: link what no registered model has, promote what is not in the last stage."""
        version = self.record.version
        if self.record.unsure or self.record.held:
            return None
        if "/" in version.home:
            own = version.home.partition("/")[2]
            return f"link {names.quote(version.ref)} {names.quote(own)}" if version.kind == "model" else None
        stages = self.context.stages
        return f"promote {names.quote(version.ref)}" if stages and stages[-1] not in version.aliases else None


class ChangeView(View[Change]):
    """What an editing command did."""

    def text(self, *, full: bool = False) -> str:
        """Return the sentence, notes and the next line."""
        change = self.record
        notes = plain(fmt.sentence(self._notes()))
        return fmt.sentence(
            [plain(change.text), notes, f"next: {self.context.typed(change.next)}" if change.next else ""],
            "\n",
        )

    def html(self) -> Node:
        """Return the sentence with a mark that tells whether anything changed."""
        change = self.record
        mark = tag("span", "✓" if change.changed else "=", style=theme.GOOD if change.changed else theme.MUTED)
        notes = fmt.sentence(self._notes())
        return [
            tag("div", mark, " ", change.text, style=theme.ANSWER),
            tag("div", notes, style=theme.MUTED + theme.ANSWER) if notes else None,
            next_line(change.next, self.context.program),
        ]

    def _notes(self) -> list[str]:
        """Return the notes, with the way back behind an alias that may not have been meant."""
        undo = f"{self.context.typed('undo')} takes it back"
        shell = self.context.shell  # each line there is a session of its own, with nothing to undo
        back = {each.doubt: _way_back(each, self.context) if shell else undo for each in self.record.aliases}
        return [f"{note} {back[note]}" if note in back else note for note in self.record.notes]

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per alias that the command touched."""
        changes = self.record.aliases
        return {
            "name": [c.home for c in changes],
            "alias": [c.alias for c in changes],
            "before": [c.before for c in changes],
            "after": [c.after for c in changes],
        }


class LoadedView(View[Loaded]):
    """What load brought, without the object itself."""

    def text(self, *, full: bool = False) -> str:
        """Return which version it is, and the warnings."""
        lines = [self._which(), *self.record.warnings]
        lines += [f"next: {self.context.typed(self.record.next)}"] if self.record.next else []
        return "\n".join(plain(line) for line in lines)

    def html(self) -> Node:
        """Return which version it is, and the warnings."""
        return [
            tag("div", self._which(), style=theme.ANSWER),
            [tag("div", "⚠ ", warning, style=theme.WARN) for warning in self.record.warnings],
            next_line(self.record.next, self.context.program),
        ]

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row: the version."""
        return frames.versions((self.record.version,))

    def _which(self) -> str:
        ref, note = self.record.version.ref, self.record.note
        return note if ref in note else f"{ref} ({note})" if note else ref


def _way_back(change: AliasChange, context: Context) -> str:
    """Say which line takes a new alias away again, and nothing else with it."""
    return f"{context.typed(f'unalias {names.quote(change.home)} {names.quote(change.alias)}')} takes it back"


def next_line(line: str | None, program: str) -> Node:
    """Return the line to type next."""
    return tag("div", parts.muted("next: "), parts.command(line, program), style=theme.ANSWER) if line else None


def _metrics_text(metrics: Sequence[MetricDelta]) -> str:
    """Return the metrics; the older version is named once where it is the same for all that follow."""
    words, named = [], None
    for metric in metrics[:METRICS]:
        words.append(f"{plain(metric.name)} {fmt.number(metric.value)}{_delta(metric, named=named)}")
        named = metric.against if metric.before is not None else named
    return ", ".join([*words, *_others(metrics)])


def _metrics_html(metrics: Sequence[MetricDelta]) -> Node:
    nodes: list[Node] = []
    named = None
    for metric in metrics[:METRICS]:
        delta = _delta(metric, named=named)
        value = tag("span", fmt.number(metric.value), style=theme.STRONG + theme.NUMBERS)
        nodes.append(
            [
                ", " if nodes else None,
                metric.name,
                " ",
                value,
                tag("span", delta, style=_colour(metric)) if delta else None,
            ]
        )
        named = metric.against if metric.before is not None else named
    return [*nodes, *(f", {other}" for other in _others(metrics))] if nodes else None


def _others(metrics: Sequence[MetricDelta]) -> list[str]:
    left = len(metrics) - METRICS
    return [f"+{left} metric{'s' if left > 1 else ''}"] if left > 0 else []


def _delta(metric: MetricDelta, *, named: int | None) -> str:
    """Return `` (+0.004 vs v2)``; nothing where there is nothing to subtract."""
    if metric.before is None or not math.isfinite(metric.value - metric.before):
        return ""
    against = f" vs v{metric.against}" if metric.against is not None and metric.against != named else ""
    return f" ({fmt.difference(metric.value - metric.before)}{against})"


def _colour(metric: MetricDelta) -> str:
    return delta_style(None if metric.before is None else metric.value - metric.before, metric.direction)


def delta_style(delta: float | None, direction: str | None) -> str:
    """Return the colour of a difference: by the declared direction only."""
    if not delta or direction not in parts.ARROWS or math.isnan(delta):
        return theme.MUTED
    return theme.GOOD if (delta > 0) == (direction == "higher") else theme.BAD


def _alias_text(change: AliasChange) -> str:
    if not change.changed:
        return ""
    name = plain(change.alias)
    if change.after is None:
        return f"- {name}"
    return f"+ {name}" if change.before is None else f"{name} moved from v{change.before}"


def _alias_html(change: AliasChange, protected: frozenset[str]) -> Node:
    if not change.changed:
        return None
    chip = parts.alias(change.alias, protected=change.alias in protected)
    if change.after is None:
        return [parts.muted("- "), chip]
    return [parts.muted("+ "), chip] if change.before is None else [chip, f" moved from v{change.before}"]
