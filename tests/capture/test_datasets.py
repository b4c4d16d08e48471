"""What could not be found out of data leaves the capture partial, and says nothing of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.capture import datasets
from modelreg.capture.data import Watcher
from modelreg.capture.moment import Moment
from modelreg.notebook.execution import Execution

if TYPE_CHECKING:
    from pathlib import Path


class Model:
    """What is trained."""

    def fit(self, rows: object) -> Model:
        """Do nothing."""
        return self


def test_figures_of_data_that_was_changed_before_they_were_made_are_an_error(tmp_path: Path) -> None:
    rows = [1.0, 2.0]
    scope: dict[str, object] = {"rows": rows, "clf": Model()}
    cell, watcher = Execution(source="clf.fit(rows)", cell_id="c", count=1), Watcher()
    watcher.note(cell, scope)
    moment = Moment(log=(cell,), scope=scope, variable="clf", directory=tmp_path, watcher=watcher, obj=scope["clf"])
    early = datasets.capture(moment)
    assert early.errors == ()
    assert early.more is not None
    rows.append(77.5)
    late = early.more()
    assert late.errors == ("figures of rows are missing",)
    assert late.data == early.data
    assert "77.5" not in str(late.facts)
