"""``undelete REF``: what was deleted, with its links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_version_comes_back_with_its_links(churn: Desk) -> None:
    churn.run("delete churn:v0 --force")
    text = churn.says("undelete train/clf:v0")
    assert text.splitlines()[0].startswith("train/clf:v0 is back")
    assert churn.registry.get("churn:v0").source == "train/clf:v0"
    assert churn.value("load churn:v0").C == 1.0


def test_a_registered_model_comes_back(churn: Desk) -> None:
    churn.run("alias churn:v1 best")
    churn.run("delete churn --force")
    churn.run('undelete churn -m "needed"')
    assert churn.registry.model("churn").versions == 2
    assert churn.registry.history("churn")[0].reason == "needed"


def test_what_was_never_deleted_is_refused(churn: Desk) -> None:
    churn.refuses("undelete churn:v0", "was never deleted", NotFoundError)
    churn.refuses("undelete churn:v9", "there never was a churn:v9", NotFoundError)
    churn.refuses("undelete nope", "nothing called 'nope' was deleted", NotFoundError)
    churn.refuses("undelete", "undelete needs REF")
