"""A notebook at work: its variables, its registry, and what its lines come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg.commands import dispatch
from modelreg.commands.line import split
from modelreg.commands.session import Session
from modelreg.errors import ModelRegError, UsageError
from modelreg.notebook import Notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.registry import Registry


class Desk:
    """One kernel: lines go in as they are typed after ``%modelreg``.

    Attributes
    ----------
    variables : dict
        The user's variables.
    beside : list
        What was shown beside the results.
    """

    def __init__(self, place: Path, notebook: str = "train.ipynb") -> None:
        self.place = place
        self.variables: dict[str, Any] = {}
        self.beside: list[Any] = []
        self.notebook = Notebook(path=notebook, namespace=lambda: self.variables)
        self.session = Session(notebook=self.notebook, beside=self.beside.append, assign=self.variables.__setitem__)

    def run(self, line: str) -> dispatch.Answer:
        """Do what a line says."""
        return dispatch.run(self.session, split(line))

    def value(self, line: str) -> Any:
        """Return what a line comes to: a view or a live object."""
        return self.run(line).value

    def page(self, line: str) -> Any:
        """Return what a line shows where no widget runs: of a panel its static twin."""
        value = self.value(line)
        return value.twin() if hasattr(value, "twin") else value

    def says(self, line: str) -> str:
        """Return the text of the answer."""
        return repr(self.page(line))

    def refuses(self, line: str, match: str, kind: type[ModelRegError] = UsageError) -> str:
        """Check that a line is refused with this message; return the message as the notebook shows it."""
        with pytest.raises(kind, match=match) as caught:
            self.run(line)
        return dispatch.complaint(caught.value, self.session.program)

    def leads_on(self, line: str, match: str, kind: type[ModelRegError] = UsageError) -> Any:
        """Check that a line is refused, and that the last line its message gives to type works; return its value."""
        with pytest.raises(kind, match=match) as caught:
            self.run(line)
        assert caught.value.tries, f"no line to type in {caught.value}"
        return self.value(caught.value.tries[-1])

    @property
    def registry(self) -> Registry:
        """The registry, read by somebody else: what is here is in the catalog, not in a cache of the notebook."""
        return modelreg.connect(self.place, actor="reader")

    def aliases(self, name: str) -> dict[str, int]:
        """Return where each alias of a registered model or artifact stands."""
        return dict(self.registry.show(name).model.aliases)

    def actions(self, name: str | None = None) -> list[str]:
        """Return the kinds of the actions, the newest first."""
        return [action.kind for action in self.registry.history(name, limit=1000)]

    def unchanged_by(self, act: Callable[[], object]) -> None:
        """Check that an act leaves no trace in the history."""
        before = self.actions()
        act()
        assert self.actions() == before
