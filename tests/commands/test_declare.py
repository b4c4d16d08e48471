"""What the commands declare: names, options, kinds, examples, help; and that the documents name them all."""

from __future__ import annotations

import ast
import re
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelreg.commands import COMMANDS, DEFAULT, sources
from modelreg.commands.declare import COMMON, GROUPS, KINDS, PYTHON, Arguments, missing
from modelreg.commands.explain import MATTER, examples, usage
from modelreg.commands.line import argv, split
from modelreg.commands.parse import parse

if TYPE_CHECKING:
    from modelreg.commands.declare import Command

NAMES = sorted(COMMANDS)
ROOT = Path(__file__).parents[2]
EXAMPLES = [(name, example) for name in NAMES for example in COMMANDS[name].COMMAND.examples]
FREE = {"text", "time", "number", "expr", "query"}
"""Kinds of which nothing can be offered."""


def declared(name: str) -> Command:
    """Return the declaration of a command."""
    return COMMANDS[name].COMMAND


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_its_own_module_with_a_docstring_that_shows_it(name: str) -> None:
    module = COMMANDS[name]
    assert COMMANDS.targets()[name] == f"modelreg.commands.{name}"
    assert f"``{name}" in (module.__doc__ or "").splitlines()[0]
    assert callable(module.run)


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_every_example_is_a_line_of_its_command(name: str, example: str) -> None:
    line = split(example)
    assert line.tokens[0].text == name
    parse(name, declared(name), line, {})


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_an_example_and_one_line_of_summary(name: str) -> None:
    command = declared(name)
    assert command.examples
    assert command.summary
    assert "\n" not in command.summary
    assert not command.summary.endswith(".")
    assert command.group in GROUPS


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_terminal_say_there_what_those_of_a_notebook_say(name: str) -> None:
    command = declared(name)
    here = {repr(parse(name, command, split(example), {})) for example in command.examples}
    for typed in examples(name, command, "modelreg"):
        if command.needs_kernel:
            assert typed.startswith(f"in a notebook: %modelreg {name}")
        else:
            program, *items = shlex.split(typed)
            assert program == "modelreg"
            assert repr(parse(name, command, argv(items))) in here


@pytest.mark.parametrize("name", NAMES)
def test_help_names_every_argument_and_option_and_explains_it(name: str) -> None:
    from modelreg.commands.explain import command as explained

    command = declared(name)
    text = "\n".join(explained(name, command, "%modelreg"))
    assert usage(name, command) in text
    for argument in command.arguments:
        assert argument.help
        assert argument.help in text
        assert argument.label.strip("[]") in text
    for option in command.all_options:
        assert option.help
        assert ", ".join(option.spellings) in text
        assert option.help in text
    for example in command.examples:
        assert f"%modelreg {example}" in text


@pytest.mark.parametrize("name", NAMES)
def test_no_option_or_argument_has_the_name_of_another(name: str) -> None:
    command = declared(name)
    spellings = Counter(spelling for option in command.all_options for spelling in option.spellings)
    assert max(spellings.values()) == 1
    keys = Counter([option.key for option in command.all_options] + [argument.name for argument in command.arguments])
    assert max(keys.values()) == 1
    for spelling in spellings:
        assert re.fullmatch(r"-[a-z]|--[a-z]+(-[a-z]+)*", spelling)


@pytest.mark.parametrize("name", NAMES)
def test_arguments_can_be_told_apart(name: str) -> None:
    arguments = declared(name).arguments
    assert not any(argument.many or argument.kind == "query" for argument in arguments[:-1])
    optional = [argument.optional for argument in arguments]
    assert optional == sorted(optional)


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_and_completer_exists(name: str) -> None:
    command = declared(name)
    for argument in command.arguments:
        assert argument.kind in KINDS
        source = argument.completer or argument.kind
        assert source in sources.SOURCES or argument.choices or source in FREE
    for option in command.options:
        assert option.kind in KINDS
        assert option.flag or option.choices or option.kind in sources.SOURCES or option.kind in FREE


def test_every_kind_is_used_and_every_source_is_reached() -> None:
    parts = [part for name in NAMES for part in (*declared(name).arguments, *declared(name).options)]
    kinds = {part.kind for part in parts}
    assert kinds == set(KINDS)
    assert set(KINDS) > PYTHON
    completers = {part.completer for part in parts if part.completer}
    assert set(sources.SOURCES) - kinds - completers == {"number-variable"}


def test_the_options_of_every_command_are_the_same() -> None:
    assert {option.long for option in COMMON} == {"--quiet", "--frame", "--debug", "--help"}


def test_every_group_has_commands_and_the_ten_that_matter_exist() -> None:
    assert {declared(name).group for name in NAMES} == set(GROUPS)
    assert set(MATTER) <= set(NAMES)
    assert DEFAULT in NAMES


def test_the_table_of_the_readme_names_every_command_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = [line.split("|")[1] for line in readme.splitlines() if line.startswith("| ") and "`" in line.split("|")[1]]
    named = {word.split()[0] for cell in table for word in re.findall(r"`([^`]+)`", cell)}
    assert set(NAMES) <= named, f"the README does not name {sorted(set(NAMES) - named)}"


def test_every_command_is_refused_its_missing_argument_with_an_example() -> None:
    for name in NAMES:
        error = missing(name, declared(name), "SOMETHING")
        assert str(error) == f"{name} needs SOMETHING. Try %modelreg {declared(name).examples[0]}"


def test_what_was_not_typed_is_none_and_what_is_not_declared_is_no_attribute() -> None:
    args = parse("alias", declared("alias"), split("alias churn:v3 best"))
    assert (args.ref, args.alias, args.message, args.force) == ("churn:v3", "best", None, False)
    assert "churn:v3" in repr(args)
    with pytest.raises(AttributeError, match="nothing"):
        args.nothing  # noqa: B018  (the look-up is the test)
    assert not hasattr(Arguments({"_hidden": 1}), "_hidden")


def test_every_expression_of_an_example_is_python() -> None:
    for name, example in EXAMPLES:
        args = parse(name, declared(name), split(example), {})
        for option in declared(name).options:
            if option.pair:
                for _, expression in getattr(args, option.key):
                    ast.parse(expression.source, mode="eval")
