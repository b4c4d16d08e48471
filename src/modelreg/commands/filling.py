"""The line to type after one that lacks something or holds a slip: the user's own, with what was meant in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.line import split
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.commands.declare import Argument, Command, Option
    from modelreg.commands.line import Line, Token
    from modelreg.errors import Slip


def with_arguments(name: str, command: Command, line: Line, lacking: Sequence[Argument]) -> tuple[str, ...]:
    """Return the line with the arguments that it lacks, as the examples of its command have them.

    Parameters
    ----------
    name : str
        The command.
    command : Command
        Its declaration.
    line : Line
        What was typed.
    lacking : sequence of Argument
        What was not.
    """
    from modelreg.commands.parse import parse

    if len(line.tokens) == 1:  # nothing of the user's own
        return command.examples[:1]
    told = parse(name, command, split(command.examples[0]))
    sample = {argument.name: getattr(told, argument.name) for argument in command.arguments}
    positional = [token.text for token in line.tokens[1:]]
    given = [argument for argument in command.arguments if argument not in lacking and not argument.optional]
    values = []
    for argument in lacking:
        held = sample[argument.name]
        value = str(held[0] if argument.many else held)
        for own, typed in zip(given, positional, strict=False):
            value = _own(value, str(sample[own.name]), typed)
        values.append(quote(value))
    return (" ".join([*map(_raw, line.tokens), *values]),)


def with_value(command: Command, line: Line, token: Token, option: Option) -> tuple[str, ...]:
    """Return the line with a value behind an option that has none."""
    value = option.value
    for example in command.examples:
        words = [word.raw for word in split(example).tokens]
        behind = next((at + 1 for at, word in enumerate(words) if word in option.spellings), len(words))
        if behind < len(words) and not option.pair:  # a pair is of variables that the user need not have
            value = words[behind]
            break
    at = line.tokens.index(token) + 1
    return (" ".join([*map(_raw, line.tokens[:at]), value, *map(_raw, line.tokens[at:])]),)


def mended(slip: Slip | None, line: Line) -> tuple[str, ...]:
    """Return the line with what was meant in the place of a slip; nothing where it is not there."""
    if slip is None or any(_raw(token) != token.raw for token in line.tokens):
        return ()  # what a shell took quotes from has other places here
    at = slip.column
    if at is None:
        at = next((token.column for token in line.tokens[1:] if token.text == slip.wrong), -1)
    if at < 0 or not line.text.startswith(slip.wrong, at):
        return ()
    return ((line.text[:at] + slip.right + line.text[at + len(slip.wrong) :]).strip(),)


def _own(value: str, sample: str, typed: str) -> str:
    """Return a value of an example with the user's name where the example's stands: ``../churn-v3``, ``churn-eu``."""
    plain = typed.replace(":", "-").replace("@", "-").replace("/", "-")
    return value.replace(sample.replace(":", "-"), plain).replace(sample.partition(":")[0], typed.partition(":")[0])


def _raw(token: Token) -> str:
    return quote(token.raw) if token.literal else token.raw
