"""What every view is: a record with an HTML form, a text form and a DataFrame."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from modelreg import names
from modelreg.records import RegisteredModel
from modelreg.views import theme
from modelreg.views.escape import plain
from modelreg.views.html import Node, render, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from IPython.lib.pretty import PrettyPrinter
    from pandas import DataFrame

    from modelreg.queries import Field
    from modelreg.records import Collection

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a view may know besides its record.

    Parameters
    ----------
    program : str
        What stands before the lines to type: ``%modelreg``, or ``modelreg`` in a terminal.
    full : bool
        Whether the text form tells times, people and sizes too (a terminal), or leaves out what differs from
        run to run (a notebook).
    of : type, optional
        What an empty page or tuple would hold: the record class.
    name : str
        The home that was asked for.
    query : str
        The query that was asked.
    fields : tuple of Field
        The metrics and params that the query and the order ask about: a list of versions shows them.
    line : str
        The command that made the list, for the line that shows more. Default: by the kind of list.
    shown : int, optional
        How many rows of a list the table shows; iterating and ``.to_frame()`` give all. Default: all.
    model : Collection, optional
        The home that the versions belong to: tells protected aliases, stages, metric directions, the newest.
    """

    program: str = "%modelreg"
    full: bool = False
    of: type | None = None
    name: str = ""
    query: str = ""
    fields: tuple[Field, ...] = ()
    line: str = ""
    shown: int | None = None
    model: Collection | None = None

    @property
    def protected(self) -> frozenset[str]:
        """The protected aliases, where known."""
        return frozenset(self.model.protected if isinstance(self.model, RegisteredModel) else ())

    @property
    def directions(self) -> Mapping[str, str]:
        """Metric to its better direction, where known."""
        return self.model.directions if isinstance(self.model, RegisteredModel) else {}

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of the registered model."""
        return self.model.stages if isinstance(self.model, RegisteredModel) else ("staging", "production")

    @property
    def shell(self) -> bool:
        """Whether lines are typed in a shell: it takes quotes by other rules, and there are no variables."""
        return not self.program.startswith("%")

    @property
    def thing(self) -> str:
        """What an example registers."""
        return "--path FILE" if self.shell else "clf"

    def typed(self, line: str, query: str = "") -> str:
        """Return a line to type, with the program before it and a query behind it."""
        line = names.shell(line) if self.shell else line
        query = shlex.quote(query) if query and self.shell else query
        return plain(" ".join(part for part in (self.program, line, query) if part))


class View(Generic[Record]):
    """A record to look at: rich in a notebook, text in a terminal, a DataFrame on request.

    The fields of the record are attributes of the view.

    Attributes
    ----------
    record : object
        What is shown.
    """

    def __init__(self, record: Record, context: Context | None = None) -> None:
        self.record = record
        self.context = context if context is not None else Context()

    def html(self) -> Node:
        """Return the HTML form."""
        raise NotImplementedError

    def text(self, *, full: bool = False) -> str:
        """Return the text form; ``full`` adds what differs from run to run: times, people, sizes."""
        raise NotImplementedError

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return the columns of the DataFrame."""
        raise NotImplementedError

    def to_frame(self) -> DataFrame:
        """Return a pandas DataFrame: typed columns, aware times, a column for each metric and param."""
        from modelreg.views.frames import frame

        return frame(self.columns())

    def _repr_html_(self) -> str:
        return render(tag("div", self.html(), class_="modelreg", style=theme.ROOT))

    def __repr__(self) -> str:
        return self.text(full=self.context.full)

    def _repr_pretty_(self, printer: PrettyPrinter, cycle: bool) -> None:  # noqa: FBT001  (IPython's protocol)
        for index, line in enumerate(repr(self).split("\n")):
            if index:
                printer.break_()  # type: ignore[no-untyped-call]  # IPython types a part of itself
            printer.text(line)  # type: ignore[no-untyped-call]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in {"record", "context"}:
            raise AttributeError(name)
        try:
            return getattr(self.record, name)
        except AttributeError:
            msg = f"{type(self).__name__} of {type(self.record).__name__} has no {name!r}"
            raise AttributeError(msg) from None

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(name for name in dir(self.record) if not name.startswith("_"))})
