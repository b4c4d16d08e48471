"""``load REF``: the live object, bound without overwriting, trusted or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from modelreg.errors import IntegrityError, InvalidError, ModelRegError, NotFoundError, UntrustedModelError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_the_object_comes_back_and_predicts_the_same(churn: Desk) -> None:
    loaded = churn.value("load churn:v0")
    before = churn.variables["clf"]
    assert loaded is not before
    assert np.array_equal(loaded.predict_proba(churn.variables["rows"]), before.predict_proba(churn.variables["rows"]))
    assert churn.beside == []


def test_a_name_alone_is_the_newest_and_the_answer_says_so(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    assert churn.value("load churn").C == 10.0
    assert [repr(view) for view in churn.beside] == ["churn:v1 (latest; production is v0)"]


def test_quiet_says_nothing_beside_the_object(churn: Desk) -> None:
    churn.run("load churn --quiet")
    assert churn.beside == []


def test_as_binds_a_variable(churn: Desk) -> None:
    loaded = churn.value("load churn:v0 --as model")
    assert churn.variables["model"] is loaded


def test_as_never_overwrites_silently_and_gives_two_lines_that_work(churn: Desk) -> None:
    before = churn.variables["tree"]
    message = churn.refuses("load churn:v0 --as tree", "'tree' is bound to a DecisionTreeClassifier already")
    assert churn.variables["tree"] is before
    overwrite, beside = message.partition("Try ")[2].replace("%modelreg ", "").split(" or ")
    churn.run(beside)
    assert churn.variables["tree_2"].C == 1.0
    churn.run(overwrite)
    assert churn.variables["tree"].C == 1.0


def test_a_cell_with_as_can_be_run_again(churn: Desk) -> None:
    churn.run("load churn:v0 --as model")
    churn.run("load churn:v0 --as model")
    churn.refuses("load churn:v1 --as model", "'model' is bound to a LogisticRegression already; nothing was loaded")


def test_at_a_time_is_what_the_alias_meant_then(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    then = churn.registry.history("churn")[0].at
    churn.run("alias churn:v1 production")
    moment = np.datetime64(then, "us")
    assert churn.value(f'load churn:production --at "{moment}"').C == 1.0
    assert churn.value("load churn:production").C == 10.0


def test_what_nobody_here_approved_is_not_loaded(stranger: Desk) -> None:
    message = stranger.refuses("load churn:v0", "churn:v0 is not trusted here", UntrustedModelError)
    content = stranger.registry.get("churn:v0").content_id
    assert "loading it runs code. It imports only 3 usual names of numpy and sklearn; it was registered by " in message
    assert message.count(content) == 1
    assert message.endswith(
        "Try %modelreg trust churn:v0 or %modelreg load churn:v0 --trust "
        f"or %modelreg load churn:v0 --expect b3:{content}"
    )


def test_trust_approves_once(stranger: Desk) -> None:
    assert stranger.value("load churn:v0 --trust").C == 1.0
    stranger.refuses("load churn:v0", "not trusted", UntrustedModelError)


def test_an_expected_content_id_is_an_approval(stranger: Desk) -> None:
    content = stranger.registry.get("churn:v0").content_id
    assert stranger.value(f"load churn:v0 --expect b3:{content}").C == 1.0


def test_contents_that_are_not_the_expected_ones_are_refused(churn: Desk) -> None:
    other = churn.registry.get("churn:v1").content_id
    churn.refuses(
        f"load churn:v0 --expect b3:{other} --as model", "not the expected b3:.*; nothing was loaded", IntegrityError
    )
    assert "model" not in churn.variables


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("load", "load needs REF", UsageError),
        ("load churn:v9", "no version 9 of 'churn'; it has v0-v1", NotFoundError),
        ("load churn:staging", "no alias 'staging' in 'churn'", NotFoundError),
        ("load chrun", r"no registered model 'chrun'; did you mean 'churn'\?", NotFoundError),
        ("load churn:", "ends without a version; write churn:v3 or churn:alias", InvalidError),
        ("load churn:v1@best", "says twice which version", InvalidError),
        ("load churn:v0 --as class", "'class' is no name of a variable", InvalidError),
        ("load churn:v0 --as 2x", "'2x' is no name of a variable", InvalidError),
        ("load churn:v0 --expect b3:12", "expect is a content id such as b3: and 64 hex digits", InvalidError),
        ("load churn:v0 --at someday", "'someday' is no time; write 2026-10-01", InvalidError),
        ("load churn:v0 --frame", "load gives no table, so --frame has nothing to show", UsageError),
    ],
)
def test_a_wrong_line_is_refused_and_binds_nothing(
    churn: Desk, line: str, message: str, kind: type[ModelRegError]
) -> None:
    before = dict(churn.variables)
    churn.refuses(line, message, kind)
    assert churn.variables == before
