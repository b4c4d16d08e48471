"""A word of another tool is answered with the command that is meant, and with the whole line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.commands import COMMANDS
from modelreg.commands.meant import WORDS

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_every_word_leads_to_a_command_and_is_none_itself() -> None:
    assert set(WORDS.values()) <= set(COMMANDS)
    assert not set(WORDS) & set(COMMANDS)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("ls", "models"),
        ("list", "models"),
        ("LS", "models"),
        ("rm churn:v0 --force", "delete churn:v0 --force"),
        ("mv churn leavers", "rename churn leavers"),
        ("get churn", "load churn"),
        ("cp churn:v0 other", "link churn:v0 other"),
        ('save models["r f"] "My model"', 'register models["r f"] "My model"'),
        ("push clf churn", "register clf churn"),
        ("help ls", "help models"),
    ],
)
def test_the_line_that_is_meant_is_given_and_works(churn: Desk, line: str, meant: str) -> None:
    churn.variables["models"] = {"r f": churn.variables["tree"]}
    word = line.removeprefix("help ").split()[0]
    message = churn.refuses(line, f"no command '{word}'; here it is '{meant.removeprefix('help ').split()[0]}'")
    assert message.endswith(f". Try %modelreg {meant}")
    churn.run(meant)


def test_a_misspelt_command_is_given_with_the_rest_of_its_line(churn: Desk) -> None:
    message = churn.refuses('regisster tree churn -m "why; not"', "no command 'regisster'; did you mean 'register'?")
    assert message.endswith('? Try %modelreg register tree churn -m "why; not"')
    assert churn.leads_on("regisster tree churn", "did you mean").version.ref == "churn:v2"


def test_a_word_that_nobody_uses_is_answered_as_before(desk: Desk) -> None:
    assert desk.refuses("wobble", "no command 'wobble'; there is 'browse'").endswith("Try %modelreg help")
    desk.refuses("versionz", "no command 'versionz'; did you mean 'versions'?")
