"""``stages NAME a,b,c``: the stages that promote walks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import InvalidError, ModelRegError, NotFoundError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


@pytest.mark.parametrize("text", ["dev,canary,live", '"dev, canary, live"', "dev,,canary,live,"])
def test_the_stages_are_set_in_order(churn: Desk, text: str) -> None:
    assert churn.says(f"stages churn {text}") == "churn: stages dev → canary → live"
    assert churn.registry.model("churn").stages == ("dev", "canary", "live")


def test_the_same_stages_again_change_nothing(churn: Desk) -> None:
    churn.run("stages churn dev,live")
    churn.unchanged_by(lambda: churn.run("stages churn dev,live"))


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("stages churn", "stages needs STAGES", UsageError),
        (
            "stages churn ,",
            "name at least one stage, and each once.*Try %modelreg stages churn staging,production",
            InvalidError,
        ),
        ("stages churn dev,dev", "name at least one stage, and each once", InvalidError),
        ("stages churn dev,latest", "the alias 'latest'", InvalidError),
        ("stages churn dev, live", "'live' at column 19 is too much", UsageError),
        ("stages nope dev,live", "no registered model 'nope'", NotFoundError),
    ],
)
def test_a_wrong_line_changes_nothing(churn: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    churn.unchanged_by(lambda: churn.refuses(line, message, kind))
    assert churn.registry.model("churn").stages == ("staging", "production")
