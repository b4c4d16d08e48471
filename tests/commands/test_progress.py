"""How far long work is: a bar after half a second, nothing before, nothing with ``--quiet``, nothing left behind."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from modelreg.commands import progress
from modelreg.commands.progress import PATIENCE, Bars
from modelreg.errors import ConflictError
from modelreg.progress import Silent

if TYPE_CHECKING:
    from tests.commands.desk import Desk


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show bars at once: what is long work on this machine is not asked."""
    monkeypatch.setattr(progress, "PATIENCE", 0)


def test_patience_is_half_a_second() -> None:
    assert PATIENCE == 0.5


@pytest.mark.usefixtures("patience")
def test_long_work_is_shown_with_its_label_and_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.begin("writing", 4_000)
    bars.advance(1_000)
    shown = capsys.readouterr()
    bars.end()
    assert "writing" in shown.out
    assert "4.00k" in shown.out
    assert shown.err == ""
    assert capsys.readouterr().out.endswith("\r")


def test_short_work_shows_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 3_600)
    bars = Bars()
    bars.begin("writing", 10)
    bars.advance(10)
    bars.end()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("patience")
def test_a_new_stretch_ends_the_one_before(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.begin("hashing", 10)
    bars.begin("writing", 10)
    bars.advance(10)
    bars.end()
    shown = capsys.readouterr().out
    assert shown.index("hashing") < shown.index("writing")


def test_what_never_began_may_advance_and_end(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.advance(3)
    bars.end()
    bars.end()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("line", ["register clf churn", "log clf train/clf", "load churn:v0", "check --read-data"])
def test_commands_that_move_bytes_show_how_far_they_are(
    churn: Desk, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    churn.variables["clf"].coef_ = churn.variables["clf"].coef_ + 1
    capsys.readouterr()
    churn.run(line)
    assert "\r" in capsys.readouterr().out


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("line", ["register clf churn", "log clf train/clf", "load churn:v0", "check --read-data"])
def test_with_quiet_they_show_nothing(churn: Desk, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    churn.variables["clf"].coef_ = churn.variables["clf"].coef_ + 1
    capsys.readouterr()
    churn.run(f"{line} --quiet")
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("patience")
def test_a_command_that_is_refused_late_leaves_no_bar(churn: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    churn.refuses("register tree churn -a best --expect-alias best=v1", "best", ConflictError)
    out = capsys.readouterr().out
    assert "\r" in out
    assert out.endswith("\r")


@pytest.mark.usefixtures("patience")
def test_a_terminal_has_its_bar_on_standard_error_and_a_pipe_has_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for interactive in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda interactive=interactive: interactive, raising=False)
        bars = Bars(terminal=True)
        bars.begin("writing", 10)
        bars.advance(10)
        bars.end()
        shown = capsys.readouterr()
        assert shown.out == ""
        assert ("writing" in shown.err) is interactive


def test_quiet_is_silent_and_else_there_are_bars(desk: Desk) -> None:
    assert isinstance(desk.session.progress(), Bars)
    assert isinstance(replace(desk.session, quiet=True).progress(), Silent)
