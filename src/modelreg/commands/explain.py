"""Help as text: of one command, from its declaration; of all, from the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.commands import COMMANDS
from modelreg.commands.declare import COMMON, GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelreg.commands.declare import Command

MATTER: Final = (
    "register",
    "models",
    "versions",
    "show",
    "compare",
    "alias",
    "promote",
    "load",
    "history",
    "status",
)
"""The ten commands that matter."""


def usage(name: str, command: Command) -> str:
    """Return the line that shows how a command is written."""
    own = " [OPTIONS]" if command.options else ""
    return " ".join([name, *(argument.label for argument in command.arguments)]) + own


def command(name: str, declared: Command, program: str) -> list[str]:
    """Return the help of one command."""
    lines = [f"{program} {usage(name, declared)}", "", f"{declared.summary}."]
    lines += _block(
        [(argument.label.strip("[]"), argument.help + _choices(argument.choices)) for argument in declared.arguments]
    )
    own = [(_spelled(option.spellings, option.value), option.help) for option in declared.options]
    lines += _block([*own, *((_spelled(option.spellings, option.value), option.help) for option in COMMON)])
    if declared.more:
        lines += ["", *declared.more.strip().splitlines()]
    if declared.examples:
        lines += ["", *(f"  {program} {example}" for example in declared.examples)]
    return lines


def overview(program: str) -> list[str]:
    """Return the ten commands that matter."""
    rows = [(name, COMMANDS[name].COMMAND.summary) for name in MATTER]
    first = COMMANDS["register"].COMMAND.examples[0]
    return [
        f"{program} alone opens the registry; {program} {first} keeps a model.",
        *_block(rows),
        "",
        f"{program} help COMMAND explains one, {program} help --all lists all.",
    ]


def everything(program: str) -> list[str]:
    """Return all commands by group."""
    lines = [f"{program} COMMAND …"]
    declared = {name: COMMANDS[name].COMMAND for name in COMMANDS}
    width = max(len(name) for name in declared) + 2
    for group, heading in GROUPS.items():
        rows = [(name, each.summary) for name, each in declared.items() if each.group == group]
        lines += ["", heading, *(f"  {name:<{width}}{summary}" for name, summary in rows)]
    return [*lines, "", f"{program} help COMMAND explains one."]


def _block(rows: Iterable[tuple[str, str]]) -> list[str]:
    known = list(rows)
    if not known:
        return []
    width = min(32, max(len(left) for left, _ in known)) + 2
    return ["", *(f"  {left:<{width}}{right}".rstrip() for left, right in known)]


def _spelled(spellings: tuple[str, ...], value: str) -> str:
    return ", ".join(spellings) + (f" {value}" if value else "")


def _choices(choices: tuple[str, ...]) -> str:
    return f" ({', '.join(choices)})" if choices else ""
