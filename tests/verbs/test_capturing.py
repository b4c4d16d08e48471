"""A capture that cannot even begin is told in the answer and in the record; the model is registered all the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from .cells import Cells

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Broken(dict[str, object]):
    """Variables of an embedding that cannot be listed."""

    def items(self) -> Iterator[tuple[str, object]]:  # type: ignore[override]
        msg = "no session"
        raise LookupError(msg)


def test_variables_that_cannot_be_listed(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    cells.notebook.namespace = Broken
    done = cells.registry.register(SimpleNamespace(rate=1), "churn")
    why = "nothing was captured: LookupError: no session"
    assert why in done.notes
    [run] = cells.registry.show("churn:v0").runs
    assert run.capture_state == "partial"
    assert (run.capture or {})["errors"] == [why]
    assert vars(cells.registry.load("churn")) == {"rate": 1}
    cells.registry.close()
