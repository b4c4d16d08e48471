"""Keeping house: what check, gc, du and backup found, and what is approved to load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg import moments, sizes
from modelreg.records import Approval, Finding, Json, Report
from modelreg.views import format as fmt
from modelreg.views import parts, tables, theme
from modelreg.views.answers import next_line
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag
from modelreg.views.lists import ListView, heading
from modelreg.views.tables import Column, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SEVERITIES: Final[Mapping[str, tuple[str, str]]] = {
    "error": ("✗", theme.BAD),
    "repaired": ("✓", theme.GOOD),
    "note": ("·", theme.MUTED),
}
"""Severity -> its mark and colour."""

LONGEST: Final = 400

_SIZES: Final = ("bytes", "size", "logical", "stored", "disk", "freed", "unique", "shared")
"""A column whose name has one of these words holds bytes."""


class ReportView(View[Report]):
    """The outcome of keeping house."""

    def html(self) -> Node:
        """Return title, summary, findings, rows and the next line."""
        report = self.record
        mark, style = _SEVERITIES["repaired" if report.ok else "error"]
        return [
            parts.title(tag("span", mark, style=style), tag("span", report.title, style=theme.TITLE)),
            tag("div", report.summary) if report.summary else None,
            _below(tables.table(_finding_columns(), report.findings)) if report.findings else None,
            _below(tables.table(_row_columns(report.rows), report.rows)) if report.rows else None,
            next_line(report.next, self.context.program),
        ]

    def text(self, *, full: bool = False) -> str:
        """Return the same as lines."""
        report = self.record
        return fmt.sentence(
            [
                plain(report.title),
                plain(report.summary, keep="\n"),
                tables.text(_finding_columns(), report.findings, full=full) if report.findings else "",
                tables.text(_row_columns(report.rows), report.rows, full=full) if report.rows else "",
                f"next: {self.context.typed(report.next)}" if report.next else "",
            ],
            "\n",
        )

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return the rows of the report; its findings where it has no rows."""
        report = self.record
        if report.rows:
            return {key: [row.get(key) for row in report.rows] for key in _keys(report.rows)}
        return {
            "severity": [f.severity for f in report.findings],
            "subject": [f.subject for f in report.findings],
            "text": [f.text for f in report.findings],
        }


class ApprovalsView(ListView[tuple[Approval, ...], Approval]):
    """What may load on this machine."""

    def heading(self) -> Node:
        """Return what is listed."""
        return heading("Approved on this machine", f"{len(self):,}")

    def table(self) -> Sequence[Column[Approval]]:
        """Return the columns."""
        return [
            Column(title="content", text=lambda a: f"b3:{plain(a.content_id)}", html=_content, where=Where.FULL),
            Column(title="was", text=lambda a: plain(a.label), wrap=True),
            Column(title="how", text=lambda a: plain(a.how)),
            Column(
                title="when",
                text=lambda a: moments.iso(a.at),
                html=lambda a: parts.when(a.at),
                where=Where.FULL,
            ),
        ]

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per approval."""
        return {
            "content_id": [f"b3:{a.content_id}" for a in self.items()],
            "how": [a.how for a in self.items()],
            "at": [a.at for a in self.items()],
            "label": [a.label for a in self.items()],
        }

    def nothing(self) -> str:
        """Return that nothing is approved."""
        return "Nothing is approved on this machine yet: what you register yourself will be"

    def start(self) -> tuple[str, ...]:
        """Return how to approve."""
        return ("trust churn:v3",)


def _below(node: Node) -> Node:
    return tag("div", node, style=theme.BLOCK)


def _content(approval: Approval) -> Node:
    return tag("code", f"b3:{approval.content_id[:16]}…", title=f"b3:{approval.content_id}", style=theme.MONO)


def _finding_columns() -> list[Column[Finding]]:
    return [
        Column(title="", text=lambda f: plain(f.severity), html=_severity),
        Column(title="what", text=lambda f: plain(f.subject)),
        Column(title="finding", text=lambda f: plain(f.text), wrap=True),
    ]


def _severity(finding: Finding) -> Node:
    mark, style = _SEVERITIES.get(finding.severity, _SEVERITIES["note"])
    return tag("span", f"{mark} {finding.severity}", style=style)


def _keys(rows: Sequence[Mapping[str, Json]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def _row_columns(rows: Sequence[Mapping[str, Json]]) -> list[Column[Mapping[str, Json]]]:
    return [_row_column(key, rows) for key in _keys(rows)]


def _row_column(key: str, rows: Sequence[Mapping[str, Json]]) -> Column[Mapping[str, Json]]:
    values = [row[key] for row in rows if row.get(key) is not None]
    numbers = bool(values) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
    holds_bytes = numbers and any(word in key for word in _SIZES)

    def text(row: Mapping[str, Json]) -> str:
        item = row.get(key)
        if item is None:
            return fmt.NOTHING
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            return sizes.human(int(item)) if holds_bytes else fmt.number(item)
        return fmt.value(item, limit=LONGEST)

    return Column(title=plain(key), text=text, number=numbers, folds=not numbers)
