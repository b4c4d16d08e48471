"""``history [NAME]``: who did what, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from modelreg.errors import InvalidError, ModelRegError, NotFoundError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_what_was_done_is_told_the_newest_first_with_the_reason(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run('alias churn:v1 production -m "better"')
    lines = churn.says("history churn").splitlines()
    assert lines[1].split() == ["production", "moved", "from", "v0", "to", "v1", "better"]
    assert lines[-1].strip() == "churn created"


def test_a_version_has_its_own_history(churn: Desk) -> None:
    churn.run("alias churn:v1 production")
    assert {action.number for action in churn.value("history churn:v1")} == {1}


def test_kinds_are_chosen_and_the_oldest_comes_first(churn: Desk) -> None:
    kinds = [action.kind for action in churn.value("history churn --kind linked --kind created --oldest-first")]
    assert kinds == ["created", "linked", "linked"]


def test_the_line_for_more_keeps_what_was_asked(churn: Desk) -> None:
    text = churn.says("history churn --kind linked --oldest-first --limit 1")
    more = churn.value(text.rpartition("%modelreg ")[2])
    assert [action.number for action in more] == [0, 1]


def test_at_a_time_every_alias_is_what_it_was(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    then = np.datetime64(churn.registry.history("churn")[0].at, "us")
    churn.run("alias churn:v1 production")
    moment = churn.value(f"history churn --at {then}")
    assert [(each.alias, each.number) for each in moment.aliases] == [("production", 0)]


def test_everything_is_told_without_a_name(churn: Desk) -> None:
    subjects = {action.subject for action in churn.value("history")}
    assert subjects == {"churn", "train/clf", "train/better"}


def test_an_empty_registry_has_none(desk: Desk) -> None:
    assert desk.says("history").startswith("No actions yet")


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("history nope", "no registered model 'nope'", NotFoundError),
        ("history --at yesterday", "history --at needs the name of a registered model", UsageError),
        ("history churn --at yesterday", "'churn' did not exist at", NotFoundError),
        ("history churn --at soon", "'soon' is no time", InvalidError),
        ("history churn --kind moved", "no kind of action 'moved'; .*alias-moved-here", InvalidError),
        ("history churn --page x", "'x' is no page of this history", InvalidError),
        ("history churn eu", "'eu' at column 15 is too much", UsageError),
    ],
)
def test_a_wrong_line_is_refused(churn: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    churn.refuses(line, message, kind)
