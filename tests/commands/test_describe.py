"""``describe REF TEXT``: a description in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_registered_model_a_version_and_an_artifact_are_described(churn: Desk) -> None:
    assert churn.says('describe churn "who leaves"') == "churn described"
    churn.run('describe churn:v0 "the first"')
    churn.run('describe train/clf "logged by train"')
    registry = churn.registry
    assert registry.model("churn").description == "who leaves"
    assert registry.get("churn:v0").description == registry.get("train/clf:v0").description == "the first"
    assert registry.show("train/clf").model.description == "logged by train"


def test_words_without_quotes_are_one_text(churn: Desk) -> None:
    churn.run("describe churn who leaves -m reason")
    assert churn.registry.model("churn").description == "who leaves"
    assert churn.registry.history("churn")[0].reason == "reason"


def test_lines_and_variables_are_written_in(churn: Desk) -> None:
    churn.variables["rows"] = 12
    churn.run(r'describe churn "# Card\n\n{rows} rows, {{rows}}, $rows, C:\data"')
    assert churn.registry.model("churn").description == "# Card\n\n12 rows, {rows}, 12, C:\\data"


def test_an_empty_text_takes_the_description_away(churn: Desk) -> None:
    churn.run('describe churn "x"')
    churn.run('describe churn ""')
    assert churn.registry.model("churn").description == ""


def test_the_same_text_changes_nothing(churn: Desk) -> None:
    churn.run('describe churn "x"')
    churn.unchanged_by(lambda: churn.run('describe churn "x"'))


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("describe churn", "describe needs TEXT")
    churn.refuses('describe nope "x"', "no registered model 'nope'", NotFoundError)
    churn.refuses('describe churn "{nope}"', "no variable 'nope' for {nope} at column 16")
    churn.refuses('describe churn "open', 'the quote " is not closed at column 16')
    assert churn.registry.model("churn").description == ""
