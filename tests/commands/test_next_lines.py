"""Each line that an error gives to type is one that is understood: every command, with the mistakes that people make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from modelreg.commands import COMMANDS
from modelreg.errors import InvalidError, ModelRegError, QueryError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk

OF_COMMAND: Final = {
    "register": "clf",
    "log": "clf train/x",
    "status": "clf",
    "help": "show",
    "config": "page_size",
    "connect": "here",
    "backup": "there",
    "create": "fresh",
}
"""What a command takes in the place of a registered model."""
SLOW: Final = frozenset({"reproduce"})
"""What is not done here: that its line is understood is enough."""
MISTAKES: Final = {
    "alias churn v0 best": "alias churn:v0 best",
    "alias churn v0": "alias churn:v0 production",
    "alias churn:v0 v3": "alias churn:v0 best",
    "alias churn:v0 best worst": 'alias churn:v0 "best worst"',
    "unalias churn:prodution": "unalias churn prodution",
    "unalias churn:v0": "unalias churn staging",
    "unalias train/clf:v0 best": "unalias train/clf best",
    "rollback churn:production": "rollback churn production",
    "rollback churn@production": "rollback churn production",
    "rollback churn:v0 production": "rollback churn production",
    "protect churn:production": "protect churn production",
    "unprotect churn:production": "unprotect churn production",
    "promote churn v0": "promote churn:v0",
    "metric churn f1=0.4": "register clf churn --metric f1=0.4",
    "metric churn:v0 f1=0.4 lower": "register clf churn --metric f1=0.4",
    "metric churn:v0 auc": "metric churn auc lower",
    "rename churn:v0 other": "rename churn other",
    "stages churn:v0 a,b": "stages churn a,b",
    "stages churn staging prod": 'stages churn "staging,prod"',
    "delete churn v0": "delete churn:v0",
    "show churn v0": "show churn:v0",
    "compare churn v0 v1": "compare churn:v0 churn:v1",
    "lineage churn v0": "lineage churn:v0",
    "link churn:v0 other name": 'link churn:v0 "other name"',
    "register clf churn:v3": "register clf churn",
    'register clf "churn:v3"': "register clf churn",
    "register clf churn:production": "register clf churn -a production",
    "register clf churn -m first try": 'register clf churn -m "first try"',
    "register clf churn -m first try again -a x": 'register clf churn -m "first try again" -a x',
    "register -m first try clf churn": 'register -m "first try" clf churn',
    "register clf churn --tag team=data science": 'register clf churn --tag "team=data science"',
    "register clf churn extra -a x": 'register clf "churn extra" -a x',
    "register clf churn --expect-alias v0": "register clf churn --expect-alias production=v0",
    'versions "tags.x = 1"': 'versions tags.x == "1"',
    "versions tags.x == 1": 'versions tags.x == "1"',
    'versions metrics.auc > "0.5"': "versions metrics.auc > 0.5",
    "versions name = churn": 'versions name == "churn"',
    "search auc > 0.5": "versions metrics.auc > 0.5",
    "find metrics.auc > 0.5": "versions metrics.auc > 0.5",
    "search churn auc > 0.5": "versions churn metrics.auc > 0.5",
    "search churn": "models churn",
    'search "production" in aliases': 'models "production" in aliases',
    "models auc > 0.5": "versions metrics.auc > 0.5",
    "models metrics.auc > 0.5": "versions metrics.auc > 0.5",
    "undo it": "undo",
    "versions churn order by auc desc": "versions churn --order -metrics.auc",
    "models where name = churn": 'models name == "churn"',
    "models name = churn": 'models name == "churn"',
    "diff churn:v0 v1": "compare churn:v0 churn:v1",
    "compare churn:v0 v1": "compare churn:v0 churn:v1",
    "alias production churn:v1": "alias churn:v1 production",
    "promote staging churn:v1": "promote churn:v1 staging",
    "metric churn auc up": "metric churn auc higher",
    "metric churn auc MIN": "metric churn auc lower",
    "rename churn x/y": "rename churn x-y",
    "register clf churn --eval X": "register clf churn --eval X,y",
    "register clf churn --eval X_test": "register clf churn --eval X_test,y_test",
    "history churn --at soon": "history churn --at yesterday",
    "versions churn --limit 0": "versions churn --limit 50",
    "status and": "status clf",
    "register 0x churn -a x": "register clf churn -a x",
    "help show me": "help show",
}
"""What is typed -> what it gives to type."""


def understood(desk: Desk, lines: tuple[str, ...], wrong: str) -> None:
    """Type lines; what the registry refuses may be so, what is not understood may not."""
    for line in lines:
        try:
            if line.split()[0] not in SLOW:
                desk.run(line)
        except InvalidError as error:
            if isinstance(error, (UsageError, QueryError)) or error.slip is not None:
                pytest.fail(f"{wrong!r} gives {line!r} to type, which is not understood: {error}")
        except ModelRegError:
            pass


@pytest.mark.parametrize(("wrong", "right"), MISTAKES.items(), ids=MISTAKES)
def test_the_line_given_for_a_known_mistake_is_the_users_own_and_is_understood(
    churn: Desk, wrong: str, right: str
) -> None:
    rows, classes = (churn.variables[name] for name in ("rows", "classes"))
    churn.variables.update(X=rows, y=classes, X_test=rows, y_test=classes)
    churn.run("alias churn:v1 production --quiet")
    churn.run("alias churn:v0 production --quiet")
    with pytest.raises(ModelRegError) as caught:
        churn.run(wrong)
    assert caught.value.tries == (right,)
    understood(churn, caught.value.tries, wrong)


@pytest.mark.parametrize("name", [*COMMANDS])
def test_no_command_answers_a_mistake_with_a_line_that_is_not_understood(churn: Desk, name: str) -> None:
    churn.session.full = True  # no form and no page
    examples = [each for each in COMMANDS[name].COMMAND.examples if "--path" not in each]
    churn.variables["X_train"] = churn.variables["rows"]
    subject = OF_COMMAND.get(name, "churn")
    wrong = [
        name,
        f"{name} {subject}",
        f"{name} {subject} v0",
        *(f"{name} {subject}:{end}" for end in ("v0", "production", "production extra words") if subject == "churn"),
        f"{name} {'nope:v0' if subject == 'churn' else subject} a b c",
        f"{name} --nope",
        f"{name} {subject} --limit x",
        f"{name} {subject} -m two words",
        *(f"{each} and more" for each in examples[:2] if " " in each),
        *(f"{each} -m two words" for each in examples[:2]),
    ]
    for line in wrong:
        if name in SLOW and ":" in line:
            continue
        try:
            churn.run(line)
        except ModelRegError as error:
            understood(churn, error.tries, line)


def test_a_module_is_not_offered_in_the_place_of_data(desk: Desk) -> None:
    import numpy as np

    desk.variables["np"] = np
    message = desk.refuses("register clf churn --data train=nope", "no variable 'nope'")
    assert "did you mean" not in message
    assert desk.refuses("register clf churn --metric a=npp.mean(rows)", "did you mean 'np'")


def test_expectations_are_said_in_either_way_where_it_is_clear(churn: Desk) -> None:
    churn.run("alias churn:v0 production --expect none")
    churn.run("alias churn:v1 production --expect-alias production=v0")
    churn.run("register tree churn -a production --expect v1")
    churn.run("alias churn:v0 production --expect production=v2")
    assert churn.aliases("churn") == {"production": 0}
    churn.refuses("alias churn:v1 production --expect staging=v0", "not at 'staging=v0'")


def test_the_version_of_the_program_is_told(desk: Desk) -> None:
    from modelreg import __version__

    assert desk.says("--version") == desk.says("help --version") == f"modelreg {__version__}"
