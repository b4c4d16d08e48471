"""``checkout REF DIRECTORY``: the files of a version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelreg.errors import InvalidError, NotFoundError
from modelreg.verbs import capturing

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_files_are_laid_out_and_the_line_that_runs_them_is_told(desk: Desk) -> None:
    desk.notebook.log.on = True
    desk.run("register clf churn")
    assert capturing.wait(desk.notebook, 60)
    assert "churn:v0 checked out to again" in desk.says("checkout churn:v0 again")
    assert Path("again/requirements.txt").read_text().startswith("# CPython")
    desk.leads_on("checkout churn:v0 again", "exists and is not an empty directory", InvalidError)
    desk.refuses("checkout churn:v0 more --from nowhere", "is no directory; --from takes a clone", InvalidError)


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("checkout churn:v0", "checkout needs DIRECTORY")
    churn.refuses("checkout churn:v0 out", "nothing was captured with churn:v0", NotFoundError)
    assert not Path("out").exists()
