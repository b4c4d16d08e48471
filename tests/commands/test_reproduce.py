"""``reproduce REF``: what a line says; what comes of a run is tested with the verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import InvalidError, NotFoundError, UntrustedModelError
from modelreg.notebook import Execution
from modelreg.verbs import capturing

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.commands.desk import Desk


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("reproduce", "reproduce needs REF")
    churn.refuses("reproduce churn:v0", "nothing was captured with churn:v0", NotFoundError)
    churn.refuses("reproduce churn:v0 --timeout soon", "'soon' is no whole number")
    churn.refuses("reproduce churn:v0 --timeout 0", "timeout is a number of seconds above 0", InvalidError)
    churn.refuses("reproduce churn:v0 --from nowhere", "is no directory; --from takes a clone", InvalidError)


def test_the_code_of_somebody_else_is_not_run_without_a_yes(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.notebook.log.on = True
    ran = Execution(source="clf = 1", count=1)
    desk.notebook.log.begin(1, ran, {})
    desk.notebook.log.end(1, ran, {"clf": 1})
    desk.run("register clf churn")
    assert capturing.wait(desk.notebook, 60)
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "stranger"))
    desk.session.opened.clear()
    said = desk.refuses("reproduce churn:v0", "has not run on this machine", UntrustedModelError)
    assert "%modelreg code churn:v0 or %modelreg reproduce churn:v0 --trust" in said
