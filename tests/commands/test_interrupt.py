"""Ctrl-C in a command: one line that says whether it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.interrupts import interrupted

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_before_the_commit_nothing_was_registered_and_the_line_runs_again(churn: Desk) -> None:
    with interrupted(churn.session.registry, "BEGIN IMMEDIATE") as caught:
        churn.run("register tree churn")
    assert str(caught.value) == "interrupted: nothing was registered and nothing is lost; run it again"
    assert churn.registry.model("churn").versions == 2
    assert churn.says("register tree churn").startswith("churn:v2 ← tree")


def test_after_the_commit_it_is_said_what_was_done_and_the_line_does_it_once(churn: Desk) -> None:
    with interrupted(churn.session.registry, "COMMIT") as caught:
        churn.run("register tree churn")
    assert str(caught.value) == (
        "interrupted after it was done: churn:v2 was registered; run again unchanged it is not done twice"
    )
    churn.run("register tree churn")
    assert churn.registry.model("churn").versions == 3


def test_a_second_interrupt_of_the_same_line_is_told_like_the_first(churn: Desk) -> None:
    for _ in range(2):
        with interrupted(churn.session.registry, "COMMIT") as caught:
            churn.run("alias churn:v0 best")
        assert str(caught.value).startswith("interrupted after it was done: churn: best added to v0")
    assert churn.aliases("churn") == {"best": 0}


@pytest.mark.parametrize(
    ("line", "what"),
    [("register clf churn --metric auc=stop()", "registered"), ("log clf train/x --param p=stop()", "logged")],
)
def test_an_interrupt_in_an_expression_of_the_user_changes_nothing(churn: Desk, line: str, what: str) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    churn.variables["stop"] = stop
    with pytest.raises(KeyboardInterrupt, match=f"nothing was {what}"):
        churn.unchanged_by(lambda: churn.run(line))


def test_a_load_that_is_interrupted_after_it_noted_its_use_loaded_nothing(churn: Desk) -> None:
    with interrupted(churn.session.registry, "COMMIT") as caught:
        churn.run("load churn:v0")
    assert "nothing was loaded" in str(caught.value)


def test_a_terminal_is_promised_nothing_about_its_next_line(churn: Desk) -> None:
    churn.session.kernel = False
    with interrupted(churn.session.registry, "COMMIT") as caught:
        churn.run("alias churn:v0 best")
    assert str(caught.value) == "interrupted after it was done: churn: best added to v0"
