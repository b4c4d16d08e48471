"""``create NAME``: an empty registered model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import AlreadyExistsError, InvalidError, ModelRegError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_it_is_made_with_description_and_tags(desk: Desk) -> None:
    text = desk.says('create "MNIST Grayscale 28x28" --description "# digits" --tag team=vision --tag demo -m "new"')
    assert text.splitlines()[0] == "MNIST Grayscale 28x28  registered model, 0 versions"
    model = desk.registry.model("MNIST Grayscale 28x28")
    assert (model.description, model.tags, model.versions) == ("# digits", {"team": "vision", "demo": ""}, 0)
    assert desk.registry.history(model.name)[0].reason == "new"


def test_a_secret_of_the_environment_is_not_kept_and_the_answer_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", "correct-horse-7")
    desk.run('create churn --description "by correct-horse-7" -m "correct-horse-7"')
    said = "a secret of the environment was taken out of the description and the message"
    assert [str(each) for each in desk.beside] == [said]
    assert "correct-horse-7" not in desk.registry.model("churn").description
    assert "correct-horse-7" not in desk.registry.history("churn")[0].reason


def test_a_name_that_is_taken_is_refused_and_shown(churn: Desk) -> None:
    view = churn.leads_on("create churn", "'churn' exists already", AlreadyExistsError)
    assert view.model.name == "churn"


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("create", "create needs NAME", UsageError),
        ('create ""', "the registered model name is empty", InvalidError),
        (
            "create a/b",
            "a registered model has no slash in its name: 'a/b' names an artifact .*; write 'a-b'",
            InvalidError,
        ),
        ("create a:b", "contains ':'", InvalidError),
        ('create " a"', "begins or ends with a blank", InvalidError),
        ("create -- -a", "begins with '-', like an option", InvalidError),
        ('create "a\\nb"', r"contains the character '\\n', which cannot be seen or stored", InvalidError),
        (f"create {'x' * 129}", "has 129 characters; 128 is the most", InvalidError),
        ("create my model", r"'model' at column 11 is too much \(quote names with blanks\)", UsageError),
        ("create churn --tag a=1 --tag =2", "the tag is empty", InvalidError),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(
    desk: Desk, line: str, message: str, kind: type[ModelRegError]
) -> None:
    desk.refuses(line, message, kind)
    assert not desk.registry.models()


def test_a_name_that_differs_by_case_only_is_made_and_warned_of(churn: Desk) -> None:
    churn.says("create Churn")
    assert any("'Churn' is new and differs from 'churn' by case only" in str(each) for each in churn.beside)
    assert churn.registry.twins("Churn") == ("churn",)
