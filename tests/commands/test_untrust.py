"""``untrust REF``: an approval is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import NotFoundError, UntrustedModelError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_afterwards_it_does_not_load(churn: Desk) -> None:
    assert churn.says("untrust churn:v0") == "churn:v0 is no longer trusted here"
    churn.refuses("load churn:v0", "not trusted here", UntrustedModelError)
    assert churn.value("load churn:v1").C == 10.0
    churn.run("trust churn:v0")
    assert churn.value("load churn:v0").C == 1.0


def test_twice_says_so(churn: Desk) -> None:
    churn.run("untrust churn:v0")
    assert churn.says("untrust churn:v0") == "churn:v0 was not trusted here"


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("untrust", "untrust needs REF")
    churn.refuses("untrust nope", "no registered model 'nope'", NotFoundError)
