"""Tables: one declaration of columns gives the HTML and the text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from modelreg.views import format as fmt
from modelreg.views import parts, theme
from modelreg.views.html import Element, Node, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Row = TypeVar("Row")

LONGEST_HEADING: Final = 24


class Where(Enum):
    """Where a column shows."""

    EVERYWHERE = "html, text"
    HTML = "html"
    TEXT = "text"
    FULL = "html, full text"
    """Times, people, sizes: not in the text that a notebook test compares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column.

    Parameters
    ----------
    title : str
        Its heading.
    text : callable
        The cell as text, already fit to print.
    html : callable, optional
        The cell as HTML; default: the text.
    number : bool
        Whether it stands to the right, with its heading.
    wrap : bool
        Whether long text may take several lines.
    folds : bool
        Whether it is several short things: many take several lines, few no more room than they need.
    where : Where
        In which form it shows.
    """

    title: str
    text: Callable[[Row], str]
    html: Callable[[Row], Node] | None = None
    number: bool = False
    wrap: bool = False
    folds: bool = False
    where: Where = Where.EVERYWHERE

    def cell(self, row: Row) -> Node:
        """Return the cell of ``row`` as HTML."""
        return self.text(row) if self.html is None else self.html(row)


def table(columns: Sequence[Column[Row]], rows: Iterable[Row], *, headings: bool = True) -> Element:
    """Return an HTML table that scrolls by itself where it is too wide, without columns that are empty."""
    listed = list(rows)
    shown = [c for c in columns if c.where is not Where.TEXT and _used(c, listed)]
    head = tag("thead", tag("tr", [_heading(column) for column in shown], style=theme.ROW)) if headings else None
    body = tag("tbody", [tag("tr", [_cell(column, row) for column in shown], style=theme.ROW) for row in listed])
    return parts.scroll(tag("table", head, body, style=theme.TABLE))


def text(columns: Sequence[Column[Row]], rows: Iterable[Row], *, full: bool = False) -> str:
    """Return a table as aligned text, without columns that are empty."""
    listed = list(rows)
    allowed = {Where.EVERYWHERE, Where.TEXT} | ({Where.FULL} if full else set())
    shown = [c for c in columns if c.where in allowed and _used(c, listed)]
    grid = [
        [fmt.ends(c.title, LONGEST_HEADING) for c in shown],
        *([c.text(row) for c in shown] for row in listed),
    ]
    return aligned(grid, [column.number for column in shown])


def aligned(grid: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """Return rows of cells as lines with aligned columns, two blanks apart."""
    widths = [max((fmt.width(row[i]) for row in grid), default=0) for i in range(len(right))]
    lines = (
        "  ".join(fmt.pad(cell, cells, right=number) for cell, cells, number in zip(row, widths, right, strict=True))
        for row in grid
    )
    return "\n".join(line.rstrip() for line in lines)


def facts(pairs: Iterable[tuple[str, Node]]) -> Element:
    """Return names beside values, without headings."""
    present = [(name, node) for name, node in pairs if node is not None and node not in ("", [])]
    rows = (
        tag(
            "tr",
            tag("th", name, scope="row", style=f"{theme.FACT_NAME}"),
            tag("td", node, style=theme.FACT),
            style=theme.ROW,
        )
        for name, node in present
    )
    return parts.scroll(tag("table", tag("tbody", rows), style=theme.TABLE))


def pairs(rows: Iterable[tuple[str, str]]) -> Element:
    """Return names beside short values, the values to the right."""
    body = (
        tag(
            "tr",
            tag("th", parts.inside(name, 48), scope="row", style=theme.FACT_NAME),
            tag("td", value, style=theme.FACT + theme.RIGHT),
            style=theme.ROW,
        )
        for name, value in rows
    )
    return parts.scroll(tag("table", tag("tbody", body), style=theme.TABLE))


def facts_text(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names beside values as lines, leaving out the empty ones."""
    return aligned([pair for pair in pairs if pair[1]], [False, False])


def _used(column: Column[Row], rows: Sequence[Row]) -> bool:
    return any(column.text(row) not in ("", fmt.NOTHING) for row in rows)


def _heading(column: Column[Row]) -> Element:
    return tag(
        "th",
        parts.inside(column.title, LONGEST_HEADING),
        scope="col",
        style=theme.HEAD_CELL + (theme.RIGHT if column.number else theme.LEFT),
    )


def _cell(column: Column[Row], row: Row) -> Element:
    side = theme.RIGHT if column.number else theme.LEFT
    lines = theme.WRAP if column.wrap else theme.FOLDS if column.folds else theme.NOWRAP
    return tag("td", column.cell(row), style=theme.CELL + side + lines)
