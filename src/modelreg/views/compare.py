"""Versions side by side, only where they differ."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from modelreg import sizes
from modelreg.records import MISSING, CompareRow, Comparison, Version
from modelreg.views import attachments, curves, parts, patches, tables, theme
from modelreg.views import format as fmt
from modelreg.views.answers import delta_style
from modelreg.views.base import Context, View
from modelreg.views.code import typed
from modelreg.views.escape import plain
from modelreg.views.html import Element, Node, tag
from modelreg.views.pictures import is_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from modelreg.records import Attachment, Diff, Points

_TWO: Final = 2
_PLAIN_SECTION: Final = "version"
_KEPT: Final = "attachments"
_INSIDE: Final = "contents"

_FACTS: Final[Mapping[str, Callable[[Any], str]]] = {
    "size": lambda item: sizes.human(item) if isinstance(item, int) else fmt.value(item),
    "class": lambda item: fmt.value(str(item).rpartition(".")[2]),
}
"""Facts of a version that are not written as they are stored."""

_LABEL: Final = "set"
"""Stands for a tag without a value."""

_VARYING: Final = frozenset({"size", "contents", "created by"})
"""Facts that differ from one run of a notebook to the next: only in HTML and in full text."""


class ComparisonView(View[Comparison]):
    """Versions side by side. Iterates over the rows shown; ``all`` shows the equal ones too."""

    def __init__(self, record: Comparison, context: Context | None = None, *, every: bool = False) -> None:
        super().__init__(record, context)
        self.every = every

    @property
    def all(self) -> ComparisonView:
        """The same comparison with every row."""
        return ComparisonView(self.record, self.context, every=True)

    def rows(self) -> tuple[CompareRow, ...]:
        """Return the rows shown."""
        return self.record.rows if self.every else self.record.differences

    def __iter__(self) -> Iterator[CompareRow]:
        return iter(self.rows())

    def __len__(self) -> int:
        return len(self.rows())

    def __bool__(self) -> bool:
        return True  # equal versions are still an answer to show

    def html(self) -> Node:
        """Return a table with a column per version."""
        title = parts.title(tag("span", _named([v.ref for v in self.record.versions]), style=theme.TITLE))
        note = tag("div", self.record.note, style=theme.MUTED) if self.record.note else None
        if not self.rows():
            return [title, note, tag("div", self._nothing())]
        head = tag("thead", tag("tr", self._headings(), style=theme.ROW))
        table = tag("table", head, tag("tbody", list(self._body())), style=theme.TABLE)
        foot = parts.foot(self._equal()) if self._equal() else None
        return [title, note, parts.scroll(table), foot, self._code(), self._curves()]

    def text(self, *, full: bool = False) -> str:
        """Return aligned lines with a column per version, ``*`` at the best values."""
        refs = [plain(version.ref) for version in self.record.versions]
        note = plain(self.record.note)
        if not self.rows():
            return fmt.sentence([note, f"{_named(refs)}: {self._nothing()}"], "\n")
        rows = [row for row in self.rows() if full or not _varies(row)]
        grid = [["", *refs, *(["delta"] if self._two else [])]]
        grid.extend([_label(row), *self._values_text(row, full=full)] for row in rows)
        grid.extend(self._sparks())
        table = tables.aligned(grid, [False, *[True] * (len(grid[0]) - 1)])
        return fmt.sentence([note, table, *map(_code_text, self.record.code), self._equal()], "\n")

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per fact and one column per version."""
        rows = self.rows()
        columns: dict[str, list[Any]] = {"section": [r.section for r in rows], "name": [r.name for r in rows]}
        for index, version in enumerate(self.record.versions):
            columns[version.ref] = [None if r.values[index] == MISSING else r.values[index] for r in rows]
        if self._two:
            columns["delta"] = [r.delta for r in rows]
        return columns

    @property
    def _two(self) -> bool:
        return len(self.record.versions) == _TWO and any(row.delta is not None for row in self.rows())

    def _nothing(self) -> str:
        return f"nothing differs in {fmt.count(len(self.record.rows), 'fact')}"

    def _equal(self) -> str:
        minor = [row.section for row in self.record.rows if row.differs and row.minor]
        equal = len(self.record.rows) - len(self.record.differences) - len(minor)
        if self.every or not (equal or minor):
            return ""
        parts_of = minor.count(_INSIDE)
        packages = len(minor) - parts_of
        said = [
            f"{fmt.count(equal, 'more fact')} {'is' if equal == 1 else 'are'} equal" if equal else "",
            f"{fmt.count(parts_of, 'more part')} {_differ(parts_of)}" if parts_of else "",
            f"{fmt.count(packages, 'package')} that no model imports itself {_differ(packages)}" if packages else "",
        ]
        return f"{fmt.sentence(said, ', ')} (.all shows every one)"

    def _headings(self) -> list[Element]:
        side = theme.HEAD_CELL + theme.RIGHT
        cells = [tag("th", "", style=theme.HEAD_CELL)]
        cells.extend(tag("th", _heading(version), scope="col", style=side) for version in self.record.versions)
        return [*cells, tag("th", "delta", scope="col", style=side)] if self._two else cells

    def _body(self) -> Iterator[Element]:
        span = 1 + len(self.record.versions) + self._two
        for section, rows in groupby(self.rows(), key=lambda row: row.section):
            yield tag(
                "tr",
                tag("th", section.capitalize(), colspan=span, scope="colgroup", style=theme.GROUP),
                style=theme.ROW,
            )
            for row in rows:
                yield tag("tr", self._cells(row), style=theme.ROW)

    def _cells(self, row: CompareRow) -> Iterator[Element]:
        top = theme.TOP if row.section == _KEPT else ""
        yield tag(
            "th",
            parts.inside(row.name, 48),
            _arrow_html(row),
            scope="row",
            style=theme.CELL + theme.LEFT + theme.NOWRAP + top,
        )
        for index, text in enumerate(self._texts(row)):
            best = index in row.best
            if row.section == _KEPT:
                yield tag("td", self._kept(row, index, text), style=theme.CELL + theme.RIGHT + top)
                continue
            shown = tag("span", text, style=theme.BEST, title="best") if best else parts.cut(text, 40)
            yield tag(
                "td",
                shown,
                style=theme.CELL + theme.RIGHT + ("" if row.values[index] != MISSING else theme.MUTED),
            )
        if self._two:
            yield tag("td", _delta(row), style=theme.CELL + theme.RIGHT + delta_style(row.delta, row.direction))

    def _values_text(self, row: CompareRow, *, full: bool) -> list[str]:
        cells = [
            fmt.shorten(text, 40) + ("*" if index in row.best else "")
            for index, text in enumerate(self._texts(row, full=full))
        ]
        return [*cells, _delta(row)] if self._two else cells

    def _texts(self, row: CompareRow, *, full: bool = True) -> tuple[str, ...]:
        return attachments.cells(self._attached(row.name), full=full) if row.section == _KEPT else _texts(row)

    def _attached(self, name: str) -> list[Attachment | None]:
        """Return the attachment of this name of each version."""
        kept = self.record.attachments or ((),) * len(self.record.versions)
        return [next((one for one in found if one.name == name), None) for found in kept]

    def _kept(self, row: CompareRow, index: int, text: str) -> Node:
        """Return an attachment as it is shown beside others: a picture, or how large it is."""
        one = self._attached(row.name)[index]
        if one is None or not is_picture(one):
            return parts.cut(text, 40)
        return tag("div", attachments.boxed(one, self.record.versions[index].ref, self.context), style=theme.SMALL_BOX)

    def _series(self) -> dict[str, tuple[Points, ...]]:
        """Return the curves shown: those in which the versions differ, or all."""
        return {name: found for name, found in self.record.curves.items() if self.every or len(set(found)) > 1}

    def _code(self) -> Node:
        found = self.record.code
        return parts.section("Code", [_code_html(one) for one in found]) if found else None

    def _curves(self) -> Node:
        series = self._series()
        ways = {row.name: row.direction for row in self.record.rows if row.section == "metrics" and row.direction}
        return parts.section("Curves", curves.charts(series, self._labels(), ways)) if series else None

    def _sparks(self) -> Iterator[list[str]]:
        for name, found in self._series().items():
            shown = [curves.spark(points) or fmt.NOTHING for points in found]
            yield [f"curves.{plain(name)}", *shown, *([""] if self._two else [])]

    def _labels(self) -> list[str]:
        """Return what lines are called: by their number where all are of one home."""
        versions = self.record.versions
        alone = len({version.home for version in versions}) == 1
        return [f"v{version.number}" if alone else version.ref for version in versions]


def _differ(many: int) -> str:
    return "differs" if many == 1 else "differ"


def _code_head(found: Diff) -> str:
    return fmt.sentence(
        [f"{found.before} → {found.after}", found.file, found.fault or f"+{found.added} −{found.removed} lines"]
    )


def _code_html(found: Diff) -> Node:
    return [
        tag("div", _code_head(found), style=theme.CAPTION),
        patches.html(typed(found.lines)) if found.lines else None,
    ]


def _code_text(found: Diff) -> str:
    return fmt.sentence([f"code {plain(_code_head(found))}", patches.text(typed(found.lines))], "\n")


def _named(refs: Sequence[str]) -> str:
    """Return ``churn:v0, churn:v1 and churn:v2``."""
    return " and ".join([", ".join(refs[:-1]), refs[-1]] if len(refs) > 1 else refs)


def _texts(row: CompareRow) -> tuple[str, ...]:
    """Return the values of a row as text, unequal ones told apart."""
    if row.section == "metrics":
        return fmt.distinct(row.values)
    write = _FACTS.get(row.name, fmt.value) if row.section == _PLAIN_SECTION else fmt.value
    if row.section == "tags":
        return tuple(fmt.NOTHING if item == MISSING else fmt.value(item or _LABEL) for item in row.values)
    short = tuple(fmt.NOTHING if item == MISSING else write(item) for item in row.values)
    hidden = row.differs and len(set(short)) == 1  # classes of one name from two modules
    return tuple(fmt.value(item) for item in row.values) if hidden else short


def _varies(row: CompareRow) -> bool:
    return row.section == _PLAIN_SECTION and row.name in _VARYING


def _label(row: CompareRow) -> str:
    name = plain(row.name) + (f" {arrow}" if (arrow := _arrow(row)) else "")
    return name if row.section == _PLAIN_SECTION else f"{plain(row.section)}.{name}"


def _delta(row: CompareRow) -> str:
    if row.delta is None:
        return ""
    if row.delta and row.section == _PLAIN_SECTION and row.name == "size":
        return ("-" if row.delta < 0 else "+") + sizes.human(abs(int(row.delta)))
    return fmt.difference(row.delta)


def _arrow_html(row: CompareRow) -> Node:
    arrow = _arrow(row)
    return tag("span", f" {arrow}", style=theme.MUTED, title=f"{row.direction} is better") if arrow else None


def _arrow(row: CompareRow) -> str:
    return parts.ARROWS.get(row.direction or "", "")


def _heading(version: Version) -> Node:
    chips = parts.aliases(version.aliases)
    return [tag("span", version.ref, style=theme.INK + theme.STRONG), tag("div", chips) if chips else None]
