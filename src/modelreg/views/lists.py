"""What every list has: a table, a clear empty state, and the line that shows more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from modelreg.views import format as fmt
from modelreg.views import parts, tables, theme
from modelreg.views.base import Context, Record, View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelreg.views.tables import Column

Item = TypeVar("Item")

_STEPS: Final = (100, 250, 500, 1000)


class ListView(View[Record], Generic[Record, Item]):
    """Several records: a sequence of them, shown as a table."""

    def items(self) -> Sequence[Item]:
        """Return the records."""
        return tuple(self.record)  # type: ignore[arg-type]  # pages and tuples are iterable

    def rows(self) -> Sequence[Item]:
        """Return the records that the table would show if it were long enough."""
        return self.items()

    def shown(self) -> Sequence[Item]:
        """Return the records that the table shows."""
        return self.rows()[: self.context.shown]

    def heading(self) -> Node:
        """Return what stands above the table."""
        raise NotImplementedError

    def table(self) -> Sequence[Column[Item]]:
        """Return the columns of the table."""
        raise NotImplementedError

    def nothing(self) -> str:
        """Return what an empty list says."""
        raise NotImplementedError

    def start(self) -> tuple[str, ...]:
        """Return the lines to type when the list is empty."""
        return ()

    def more_line(self) -> str:
        """Return the command that made the list, for the line that shows more."""
        return self.context.line

    def html(self) -> Node:
        """Return a table under its heading, or what to type when it is empty."""
        if not self.items():
            return empty(self.nothing(), self.start(), self.context)
        return [self.heading(), self.body()]

    def body(self) -> Node:
        """Return the table and the line that shows more, without the heading."""
        return [tables.table(self.table(), self.shown()), self._more_html()]

    def text(self, *, full: bool = False) -> str:
        """Return aligned lines."""
        if not self.items():
            return "\n".join([self.nothing(), *(self.context.typed(line) for line in self.start())])
        return tables.text(self.table(), self.shown(), full=full) + self._more_text()

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items())

    def __len__(self) -> int:
        return len(self.items())

    def __getitem__(self, index: int) -> Item:
        return self.items()[index]

    def __bool__(self) -> bool:
        return True  # an empty list is still an answer to show

    def counted(self, noun: str = "") -> str:
        """Return how many there are in all, nothing when that is not known."""
        total = getattr(self.record, "total", None)
        if total is None and getattr(self.record, "next", None) is None:
            total = len(self)
        if total is None:
            return ""
        return fmt.count(total, noun) if noun else f"{total:,}"

    def _more_text(self) -> str:
        rest = self._rest()
        if rest is None:
            return ""
        words, line = rest
        return f"\n{words}" + (f": {self.context.typed(line, self.context.query)}" if line else "")

    def _more_html(self) -> Node:
        rest = self._rest()
        if rest is None:
            return None
        words, line = rest
        whole = " ".join(part for part in (line, self.context.query) if part)
        return parts.foot(words, [": ", parts.command(whole, self.context.program)] if line else None)

    def _rest(self) -> tuple[str, str] | None:
        """Return how the page says that there is more, and the line to type before the query (empty past the longest page)."""
        shown, hidden = len(self.shown()), len(self.rows()) - len(self.shown())
        whole = getattr(self.record, "next", None) is None
        if whole and not hidden:
            return None
        total = getattr(self.record, "total", None)
        left = hidden if whole else total - len(self) + hidden if total is not None else 0
        words = f"… and {left:,} more" if left > 0 else "… and more"
        limit = next((step for step in _STEPS if step > shown), None)
        if limit is None:
            return f"{words}; a query makes the list shorter", ""
        return words, f"{self.more_line()} --limit {limit}"


def heading(name: str, words: str = "") -> Node:
    """Return the usual heading of a list: its name and how many."""
    return parts.title(tag("span", name, style=theme.TITLE), parts.muted(words) if words else None)


def empty(words: str, lines: Sequence[str], context: Context) -> Node:
    """Return an empty state: what is not there, and the lines to type next."""
    return [
        tag("div", words),
        [tag("div", parts.command(line, context.program), style=theme.BLOCK) for line in lines],
    ]


def unmatched(noun: str, context: Context) -> str:
    """Return what an empty list says: that nothing matches the query, or that there is nothing yet."""
    of = f" of {plain(context.name)}" if context.name else ""
    if context.query:
        return f"No {noun}{of} matches {plain(context.query)}"
    return f"No {noun}s{of} yet"


def described() -> Sequence[Column[Any]]:
    """Return the columns of what has tags and a description."""
    return (
        tables.Column(
            title="tags",
            text=lambda thing: plain(" ".join(parts.tag_texts(thing.tags))),
            html=lambda thing: parts.tags(thing.tags),
        ),
        tables.Column(
            title="description",
            text=lambda thing: plain(fmt.first_line(thing.description, 40)),
            html=lambda thing: parts.described(thing.description),
            folds=True,
        ),
    )


class EmptyView(ListView[Any, Any]):
    """An empty list of nobody knows what."""

    def nothing(self) -> str:
        """Return that nothing is here."""
        return f"Nothing matches {plain(self.context.query)}" if self.context.query else "Nothing here yet"

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return no columns."""
        return {}
