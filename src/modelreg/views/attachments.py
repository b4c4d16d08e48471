"""What is kept with a version: pictures, the first rows of tables, names and sizes of files."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from modelreg import media, names, sizes
from modelreg.errors import InvalidError
from modelreg.records import Attached, Attachment
from modelreg.views import format as fmt
from modelreg.views import parts, tables, theme
from modelreg.views.base import Context, View
from modelreg.views.escape import plain
from modelreg.views.html import Element, Node, tag
from modelreg.views.pictures import image, is_picture
from modelreg.views.tables import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

ROWS: Final = 10
COLUMNS: Final = 8
LINES: Final = 40
LARGEST: Final = 5_000_000
"""Bytes of a picture that is asked for by name and still shown, for it is written into the notebook; and of a table that is
counted."""

_CELL: Final = 24
_TEXTS: Final = ("text/", "application/json", "application/vnd.plotly")


def section(kept: Sequence[Attachment], ref: str, context: Context) -> Node:
    """Return the attachments of a version, pictures first."""
    order = sorted(kept, key=lambda one: media.ROLES.index(one.role) if one.role in media.ROLES else len(media.ROLES))
    shown = [tag("div", boxed(one, ref, context), style=theme.BOX) for one in order]
    return tag("div", shown, style=theme.CARDS) if shown else None


def boxed(attachment: Attachment, ref: str, context: Context) -> Node:
    """Return one attachment under its name: picture, rows, or the line that opens it."""
    caption = tag("div", _told(attachment), style=theme.CAPTION)
    if attachment.fault:
        return [caption, tag("div", f"cannot be shown: {attachment.fault}", style=theme.WARN)]
    if attachment.data is not None and is_picture(attachment):
        return [image(attachment.media_type, attachment.data, attachment.filename, style=theme.PICTURE), caption]
    rows = table_rows(attachment, attachment.data) if attachment.data is not None else []
    if rows:
        whole = len(attachment.data or b"") == attachment.size
        return [caption, _table(rows), parts.foot(_counted(rows, whole=whole))]
    return [caption, tag("div", parts.command(_opens(attachment, ref), context.program))]


def listed(kept: Sequence[Attachment]) -> str:
    """Return attachments as text: ``confusion.svg (picture, 12 KB)``."""
    return ", ".join(_told(attachment) for attachment in kept)


def cells(kept: Sequence[Attachment | None], *, full: bool = True) -> tuple[str, ...]:
    """Return one attachment of several versions as text.

    In full that is how large each is, and what tells unequal ones of one size apart; else which versions have it.
    """
    if not full:
        return tuple(fmt.NOTHING if one is None else plain(one.role) for one in kept)
    short = [fmt.NOTHING if one is None else sizes.human(one.size) for one in kept]
    alike = len({one.digest for one in kept if one is not None}) > len({text for text in short if text != fmt.NOTHING})
    return tuple(
        text if one is None or not alike else f"{text} b3:{one.digest[:8]}"
        for text, one in zip(short, kept, strict=True)
    )


class AttachedView(View[Attached]):
    """One attachment."""

    def html(self) -> Node:
        """Return the picture, the first rows or the first lines, and the line that saves it."""
        attachment, version = self.record.attachment, self.record.version
        told = tag("span", f"{attachment.role}, {sizes.human(attachment.size)} of {version.ref}", style=theme.MUTED)
        return [
            parts.title(tag("span", attachment.filename, style=theme.TITLE), told),
            self._inside(),
            tag("div", f"saved to {self.record.saved}", style=theme.FOOT) if self.record.saved else None,
            None
            if self.record.saved
            else tag("div", parts.command(self._saves(), self.context.program), style=theme.LAST),
        ]

    def text(self, *, full: bool = False) -> str:
        """Return what it is, and where it was saved."""
        saved = f"saved to {plain(self.record.saved)}" if self.record.saved else ""
        told = f"{_told(self.record.attachment)} of {plain(self.record.version.ref)}"
        return fmt.sentence([told, saved or f"save it: {self.context.typed(self._saves())}"], "\n")

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row: what it is."""
        one = self.record.attachment
        return {"name": [one.name], "role": [one.role], "media_type": [one.media_type], "size": [one.size]}

    def to_frame(self) -> DataFrame:
        """Return a table as a DataFrame, as pandas reads it; of anything else what it is.

        Raises
        ------
        InvalidError
            Pandas cannot read it: a file is called a table by its name only.
        """
        separator = _separator(self.record.attachment)
        if separator is None:
            return super().to_frame()
        import pandas as pd

        try:
            return pd.read_csv(io.BytesIO(self.record.data), sep=separator, encoding_errors="replace")
        except pd.errors.EmptyDataError:  # a frame without columns is one all the same
            return pd.DataFrame()
        except (pd.errors.ParserError, ValueError) as error:
            name, why = self.record.attachment.filename, " ".join(plain(str(error)).split())
            msg = f"{name} of {self.record.version.ref} cannot be read as a table: {why}"
            raise InvalidError(msg, tries=(self._saves(),)) from error

    def _inside(self) -> Node:
        attachment, data = self.record.attachment, self.record.data
        if is_picture(attachment) and len(data) <= LARGEST:
            return image(attachment.media_type, data, attachment.filename, style=theme.PICTURE)
        rows = table_rows(attachment, data[:LARGEST])
        if rows:
            return [_table(rows), parts.foot(_counted(rows, whole=len(data) <= LARGEST))]
        if attachment.media_type.startswith(_TEXTS):
            lines = data[: LARGEST // 10].decode("utf-8", "replace").splitlines()[:LINES]
            return tag("pre", "\n".join(fmt.shorten(line, 200) for line in lines), style=theme.PRE)
        return None

    def _saves(self) -> str:
        return f"{_opens(self.record.attachment, self.record.version.ref)} --to ."


def _told(attachment: Attachment) -> str:
    return f"{plain(attachment.filename)} ({plain(attachment.role)}, {sizes.human(attachment.size)})"


def _opens(attachment: Attachment, ref: str) -> str:
    return f"attachment {names.quote(ref)} {names.quote(attachment.name)}"


def _separator(attachment: Attachment) -> str | None:
    """Return what separates the cells of a table, None for what is no table."""
    return {media.CSV.type: ",", media.TSV.type: "\t"}.get(attachment.media_type)


def table_rows(attachment: Attachment, data: bytes) -> list[list[str]]:
    """Return the rows of a table, the heading first; of a table that was cut only rows that are whole.

    What is no table has none.
    """
    separator = _separator(attachment)
    if separator is None:
        return []
    text = data.decode("utf-8-sig", "replace")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return []
    return rows if len(data) == attachment.size else rows[:-1]


def part(rows: Sequence[Sequence[str]], *, lines: int, columns: int, whole: bool) -> str:
    """Return how much of a table the first lines and columns are: ``12 of 4,000 rows, 12 of 40 columns``; empty for all."""
    held, wide = max(0, len(rows) - 1), len(rows[0])
    if whole and held <= lines and wide <= columns:
        return ""
    many = fmt.count(held, "row") if whole else f"more than {fmt.count(held, 'row')}"
    told = many if whole and held <= lines else f"{min(lines, held):,} of {many}"
    across = fmt.count(wide, "column")
    return f"{told}, {across if wide <= columns else f'{columns:,} of {across}'}"


def numeric(rows: Sequence[Sequence[str]], column: int) -> bool:
    """Whether the cells of a column are numbers, as far as rows are given without their heading."""
    return all(_is_number(row[column]) for row in rows if column < len(row))


def _counted(rows: Sequence[Sequence[str]], *, whole: bool) -> str:
    columns = fmt.count(len(rows[0]), "column")
    many = fmt.count(len(rows) - 1, "row") if whole else f"more than {fmt.count(max(0, len(rows) - 1), 'row')}"
    return f"{many}, {columns}"


def _table(rows: Sequence[Sequence[str]]) -> Element:
    """Return the first rows and columns of a table."""
    head, body = rows[0], rows[1 : ROWS + 1]
    return tables.table([_column(index, head[index], body) for index in range(min(COLUMNS, len(head)))], body)


def _column(index: int, title: str, body: Sequence[Sequence[str]]) -> Column[Sequence[str]]:
    def cell(row: Sequence[str]) -> str:
        return row[index] if index < len(row) else ""

    return Column(
        title=title,
        number=numeric(body, index),
        text=lambda row: plain(cell(row)),
        html=lambda row: parts.cut(cell(row), _CELL),
    )


def _is_number(text: str) -> bool:
    try:
        float(text or "0")
    except ValueError:
        return False
    return True
