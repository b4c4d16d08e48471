"""``link REF NAME``: a version becomes a member of a registered model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import InvalidError, ModelRegError, NotFoundError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


@pytest.fixture
def logged(desk: Desk) -> Desk:
    """Return the notebook after it logged ``clf`` as train/clf:v0."""
    desk.run("log clf train/clf")
    return desk


def test_a_logged_version_becomes_member_of_a_new_registered_model(logged: Desk) -> None:
    text = logged.says('link train/clf:v0 churn -a best -m "good"')
    assert text.splitlines()[0].startswith("churn:v0 ← train/clf:v0 (LogisticRegression) · + best")
    assert text.splitlines()[-1] == "next: %modelreg promote churn:v0"
    assert logged.aliases("churn") == {"best": 0}
    assert logged.registry.history("churn")[0].reason == "good"


def test_linking_again_changes_nothing(logged: Desk) -> None:
    logged.run("link train/clf:v0 churn")
    assert logged.value("link train/clf:v0 churn").version.ref == "churn:v0"
    assert logged.registry.model("churn").versions == 1


def test_linking_after_an_unlink_gets_a_new_number(logged: Desk) -> None:
    logged.run("link train/clf:v0 churn")
    logged.run("unlink churn:v0")
    assert logged.value("link train/clf:v0 churn").version.ref == "churn:v1"


def test_a_member_of_one_registered_model_is_linked_to_another(churn: Desk) -> None:
    churn.run("link churn:v1 churn-eu")
    assert churn.registry.get("churn-eu:v0").uid == churn.registry.get("churn:v1").uid


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("link", "link needs REF", UsageError),
        ("link train/clf:v0", "link needs NAME", UsageError),
        ("link train/clf:v7 churn", "no version 7 of 'train/clf'; it has v0 only", NotFoundError),
        ("link train/nope:v0 churn", "no artifact 'train/nope'; did you mean 'train/clf'", NotFoundError),
        ("link train/clf:v0 a/b", "'a/b'", InvalidError),
        ("link train/clf:v0 churn -a v7", "the alias 'v7' is reserved", InvalidError),
    ],
)
def test_a_wrong_line_changes_nothing(logged: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    logged.unchanged_by(lambda: logged.refuses(line, message, kind))
