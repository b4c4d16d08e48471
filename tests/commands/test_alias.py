"""``alias REF ALIAS``: an alias points at one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import ConflictError, InvalidError, ModelRegError, NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_new_alias_is_added(churn: Desk) -> None:
    assert churn.says('alias churn:v0 production -m "beats v2 by 0.4 %"') == "churn:v0 · + production"
    assert churn.aliases("churn") == {"production": 0}
    assert churn.registry.history("churn")[0].reason == "beats v2 by 0.4 %"


def test_an_alias_moves_and_the_answer_says_from_where(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    assert churn.says("alias churn:v1 production").splitlines()[0] == "churn:v1 · production moved from v0"
    assert churn.aliases("churn") == {"production": 1}


def test_a_misspelt_alias_is_asked_about_and_undo_takes_it_back(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    text = churn.says("alias churn:v1 prodction")
    assert text == (
        "churn:v1 · + prodction\n'prodction' is new; did you mean 'production'? %modelreg undo takes it back"
    )
    assert (
        "did you mean &#x27;production&#x27;? %modelreg undo" in churn.value("alias churn:v1 Production")._repr_html_()
    )
    churn.run("undo")
    churn.run("undo")
    assert churn.aliases("churn") == {"production": 0}


def test_a_terminal_which_undoes_nothing_is_told_the_line_that_does(churn: Desk) -> None:
    churn.session.program = "modelreg"
    text = churn.says("alias churn:v1 'stagin g'").splitlines()[-1]
    assert text == "churn:v1 · + stagin g"
    text = churn.says("alias churn:v1 stagng")
    assert text.endswith("did you mean 'staging'? modelreg unalias churn stagng takes it back")


def test_an_alias_that_stands_there_already_changes_nothing(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.unchanged_by(lambda: churn.says("alias churn:v0 production"))
    assert "already stands at v0" in churn.says("alias churn:v0 production")


def test_an_alias_of_an_artifact_is_its_own(churn: Desk) -> None:
    churn.run("alias train/clf:v0 best")
    assert churn.aliases("train/clf") == {"best": 0}
    assert churn.aliases("churn") == {}


@pytest.mark.parametrize("ref", ["churn:0", "churn:v0", "churn@first", "churn:first"])
def test_every_form_of_a_reference_is_understood(churn: Desk, ref: str) -> None:
    churn.run("alias churn:v0 first")
    churn.run(f"alias {ref} second")
    assert churn.aliases("churn") == {"first": 0, "second": 0}


def test_a_name_with_blanks_is_quoted(desk: Desk) -> None:
    desk.run('register clf "MNIST Grayscale 28x28"')
    desk.run('alias "MNIST Grayscale 28x28:v0" production')
    assert desk.aliases("MNIST Grayscale 28x28") == {"production": 0}


def test_expect_refuses_when_somebody_was_faster(churn: Desk) -> None:
    churn.run("alias churn:v0 production --expect none")
    message = churn.refuses("alias churn:v1 production --expect none", "moved meanwhile to v0", ConflictError)
    assert message.endswith("nothing was changed. Try %modelreg history churn")
    churn.run("alias churn:v1 production --expect v0")
    assert churn.aliases("churn") == {"production": 1}


def test_a_protected_alias_moves_only_with_force(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run("protect churn production")
    message = churn.refuses("alias churn:v1 production", "'production' of 'churn' is protected", RefusedError)
    assert "%modelreg alias churn:v1 production --force" in message
    assert churn.aliases("churn") == {"production": 0}
    churn.run("alias churn:v1 production --force")
    assert churn.aliases("churn") == {"production": 1}


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("alias", r"alias needs REF \(the version: churn:v3, train/clf:v0\)", UsageError),
        ("alias churn:v0", "alias needs ALIAS", UsageError),
        ("alias churn:v0 best worst", "'worst' at column 21 is too much", UsageError),
        ("alias churn:v9 best", "no version 9 of 'churn'; it has v0-v1", NotFoundError),
        ("alias nope:v0 best", "no registered model 'nope'; there is 'churn'", NotFoundError),
        ("alias churn:v0 latest", "the alias 'latest' always means the newest version", InvalidError),
        ("alias churn:v0 LATEST", "the alias 'latest' always means the newest version", InvalidError),
        ("alias churn:v0 v3", "the alias 'v3' is reserved: it reads like a version number", InvalidError),
        ("alias churn:v0 17", "the alias '17' is reserved", InvalidError),
        ("alias churn:v0 a/b", "contains '/'", InvalidError),
        (
            "alias churn:v0 best --expect soon",
            "expected at a version such as v3, or at none, not at 'soon'",
            UsageError,
        ),
    ],
)
def test_a_wrong_line_changes_nothing(churn: Desk, line: str, message: str, kind: type[ModelRegError]) -> None:
    churn.unchanged_by(lambda: churn.refuses(line, message, kind))
