"""``help [COMMAND]``, ``-h``: what can be typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from modelreg.commands import COMMANDS
from modelreg.commands.explain import MATTER
from modelreg.queries import FIELDS

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_help_shows_the_ten_commands_that_matter(desk: Desk) -> None:
    named = [line.split()[0] for line in desk.says("help").splitlines() if line.startswith("  ")]
    assert named == list(MATTER)
    assert len(named) == 10


def test_help_all_shows_every_command_once(desk: Desk) -> None:
    named = [line.split()[0] for line in desk.says("help --all").splitlines() if line.startswith("  ")]
    assert sorted(named) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_explained_alike_by_help_and_by_its_option(desk: Desk, name: str) -> None:
    text = desk.says(f"help {name}")
    assert text == desk.says(f"{name} -h") == desk.says(f"{name} --help")
    assert text.startswith(f"%modelreg {name}")


def test_a_dash_h_alone_is_help(desk: Desk) -> None:
    assert desk.says("-h") == desk.says("--help") == desk.says("help")


def test_help_is_shown_even_with_quiet(desk: Desk) -> None:
    assert not desk.run("alias -h --quiet").quiet


def test_a_misspelt_command_is_told(desk: Desk) -> None:
    desk.refuses("help aliass", r"no command 'aliass'; did you mean 'alias'.*Try %modelreg help --all")
    desk.refuses("aliass", r"no command 'aliass'; did you mean 'alias'.*Try %modelreg help")


@pytest.mark.parametrize(("name", "entity"), [("versions", "version"), ("models", "model"), ("artifacts", "model")])
def test_the_fields_of_a_condition_are_listed_with_how_one_asks_for_them(desk: Desk, name: str, entity: str) -> None:
    text = desk.says(f"help {name}")
    for field, info in FIELDS[entity].items():
        assert re.search(rf"^  {field}(\.KEY)?  +{re.escape(info.doc)}$", text, re.MULTILINE)
    assert "data == df_train" in text
    assert "metrics" not in desk.says("help models")
