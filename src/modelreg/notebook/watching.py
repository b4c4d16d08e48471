"""Who looks at the data that cells train on; what a look tells is known above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.notebook.execution import Execution

TRAINING: Final = (
    "fit",
    "train",
    "Dataset",
    "DataLoader",
    "Matrix",
    "Pool",
    "Subset",
    "from_dataset",
    "from_tensor",
    "backward",
)
"""One of these stands in every cell that trains something: the others cost nothing but this look at their text."""


def may_train(code: str) -> bool:
    """Whether a cell may train something."""
    return any(word in code for word in TRAINING)


class Watching(Protocol):
    """Remembers what went into the trainings of a session."""

    def note(self, execution: Execution, scope: Mapping[str, Any], log: Sequence[Execution] = (), /) -> object:
        """Look at a cell that has just run, the last one of the log; never raise."""

    def trains(self, code: str, /) -> bool:
        """Whether a cell may train something, by a function of an earlier cell too."""

    def last(self, expression: str, execution: Execution | None = None, call: str = "", /) -> Any:
        """Return what an argument was when a cell trained on it, None where that is not known."""

    def change(
        self, expression: str, scope: Mapping[str, Any], execution: Execution | None = None, call: str = "", /
    ) -> Any:
        """Return whether an argument still is what it was then."""
