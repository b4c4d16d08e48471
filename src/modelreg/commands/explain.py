"""Help as text: of one command, from its declaration; of all, from the table."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from modelreg.commands import COMMANDS
from modelreg.commands.declare import COMMON, GROUPS
from modelreg.commands.line import split
from modelreg.commands.parse import is_option
from modelreg.commands.query import of_versions

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
OTHER: Final = "other"
"""Group of the commands of other packages that name none of ours."""


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
    lines += _fields(declared)
    own = [(_spelled(option.spellings, option.value), option.help) for option in declared.options]
    lines += _block([*own, *((_spelled(option.spellings, option.value), option.help) for option in COMMON)])
    if declared.more and program.startswith("%"):
        lines += ["", *declared.more.strip().splitlines()]
    if declared.examples:
        lines += ["", *(f"  {line}" for line in examples(name, declared, program))]
    return lines


def _fields(declared: Command) -> list[str]:
    """Return what a condition may ask about, of a command that takes one."""
    from modelreg.queries import FIELDS, FUNCTIONS, TEXT_METHODS

    asks = next((argument.completer for argument in declared.arguments if argument.kind == "query"), None)
    if asks is None:
        return []
    entity = asks.removesuffix("-query")
    rows = [(f"{name}.KEY" if info.keyed else name, info.doc) for name, info in FIELDS[entity].items()]
    more = [("", told) for told in (*FUNCTIONS.values(), *TEXT_METHODS.values())]
    return ["", "  A condition compares these fields with values, joined by and, or, not:", *_block([*rows, *more])]


def examples(name: str, declared: Command, program: str) -> list[str]:
    """Return the examples of a command as they are typed after ``program``.

    A terminal has no variables, and its shell takes quotes, ``>`` and ``*``: it gets those examples that need none,
    quoted for it. What needs a live kernel is shown as one types it there.
    """
    if program.startswith("%"):
        return [f"{program} {example}" for example in declared.examples]
    if declared.needs_kernel:
        return [f"in a notebook: %modelreg {example}" for example in declared.examples]
    live = any(argument.kind == "object" for argument in declared.arguments)
    told = [example for example in declared.examples if not live or "--path" in example]
    return [f"{program} {_in_shell(example, declared)}" for example in told]


def _in_shell(example: str, declared: Command) -> str:
    """Return an example as it is typed in a shell."""
    line = split(example)
    words = [token.text for token in line.tokens]
    asks = any(argument.kind == "query" for argument in declared.arguments)
    if asks and not any(is_option(token.raw) for token in line.tokens):
        rest = line.text[line.tokens[0].end :].strip()
        words = [words[0], *(part for part in of_versions(rest) if part)]
    return " ".join(shlex.quote(word) for word in words)


def overview(program: str) -> list[str]:
    """Return the ten commands that matter."""
    declared = {name: COMMANDS[name].COMMAND for name in MATTER}
    terminal = not program.startswith("%")
    rows = [
        (name, each.summary + (" (in a notebook)" if terminal and each.needs_kernel else ""))
        for name, each in declared.items()
    ]
    first = examples("register", declared["register"], program)[0]
    return [
        f"{program} alone opens the registry; {first} keeps a model.",
        *_block(rows),
        "",
        f"{program} help COMMAND explains one, {program} help --all lists all.",
    ]


def everything(program: str) -> list[str]:
    """Return all commands by group."""
    lines = [f"{program} COMMAND …"]
    told = {name: _told(name) for name in COMMANDS}
    width = max(len(name) for name in told) + 2
    for group, heading in {**GROUPS, OTHER: "Of other packages"}.items():
        rows = [(name, summary) for name, (of, summary) in told.items() if of == group]
        if rows:
            lines += ["", heading, *(f"  {name:<{width}}{summary}" for name, summary in rows)]
    return [*lines, "", f"{program} help COMMAND explains one."]


def _told(name: str) -> tuple[str, str]:
    """Return group and summary of a command; one of another package that cannot be used hides no other."""
    try:
        declared = COMMANDS[name].COMMAND
    except Exception as error:  # whatever happens when another package is imported
        if name in COMMANDS.built_in:
            raise
        return OTHER, f"cannot be used: {type(error).__name__}: {' '.join(str(error).split())}"
    return (declared.group if declared.group in GROUPS else OTHER), declared.summary


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
