"""The line to type after one that lacks something or holds a slip: the user's own, with what was meant in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from modelreg.commands.line import split
from modelreg.errors import Slip
from modelreg.names import LATEST, number, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.commands.declare import Argument, Command, Option
    from modelreg.commands.line import Line, Token


_HOMES: Final = frozenset({"model", "home"})
"""Kinds of arguments that name no version."""
_NAMES: Final = frozenset({"model", "home", "alias", "text"})
"""Kinds of arguments that may have blanks in them."""
_APART: Final = re.compile(r"[\"']|.*[:@]|v\d+$")
"""What is no word of a name that has blanks in it."""
_BOTH: Final = 3
"""Tokens of a line with a command and two arguments."""
_TEXTS: Final = frozenset({"text", "tag"})
"""Kinds of values that may have blanks in them."""


def with_arguments(
    name: str, command: Command, line: Line, lacking: Sequence[Argument], positional: Sequence[Token]
) -> tuple[str, ...]:
    """Return the line with the arguments that it lacks, as the examples of its command have them.

    What says which version, where a name is enough, is taken for the alias that is lacking: ``churn:production``.

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
    positional : sequence of Token
        The arguments that were.
    """
    from modelreg.commands.parse import parse

    if len(line.tokens) == 1:  # nothing of the user's own
        return command.examples[:1]
    told = parse(name, command, split(command.examples[0]))
    sample = {argument.name: getattr(told, argument.name) for argument in command.arguments}
    given = [argument for argument in command.arguments if argument not in lacking and not argument.optional]
    words = {token: _raw(token) for token in line.tokens}
    named, alias = [], ""
    for argument, token in zip(given, positional, strict=False):
        typed = token.text
        if argument.kind in _HOMES:
            typed, alias = _parted(typed)
            words[token] = quote(typed)
        named.append((str(sample[argument.name]), typed))
    values = []
    for argument in lacking:
        held = sample[argument.name]
        value = str(held[0] if argument.many else held)
        for own, typed in named:
            value = _own(value, own, typed)
        values.append(quote(alias if alias and argument.kind == "alias" else value))
    return (" ".join([*words.values(), *values]),)


def numbered(command: Command, line: Line) -> Slip | None:
    """Return what to write for a name and numbers that stand apart: ``churn v0 v1`` is ``churn:v0 churn:v1``."""
    first = next(iter(command.arguments), None)
    if first is None or first.kind != "ref" or len(line.tokens) == 1:
        return None
    numbers: list[Token] = []
    name = line.tokens[1]
    called = re.fullmatch(r"([^-:@][^:@]*)(:v\d+)?", name.raw)
    if called is None or (called[2] and not first.many):
        return None
    for token in line.tokens[2:]:
        if not re.fullmatch(r"v\d+", token.raw) or (numbers and not first.many):
            break
        numbers.append(token)
    if not numbers:
        return None
    meant = " ".join([*([name.raw] if called[2] else []), *(f"{called[1]}:{token.raw}" for token in numbers)])
    return Slip(name.column, line.text[name.column : numbers[-1].end], meant)


def swapped(command: Command, line: Line) -> Slip | None:
    """Return what to write for an alias and the version that it is to stand at, where the alias came first."""
    kinds = [argument.kind for argument in command.arguments]
    if kinds[:2] != ["ref", "alias"] or len(line.tokens) < _BOTH or line.tokens[1].raw[:1] == "-":
        return None
    alias, ref = line.tokens[1:_BOTH]
    if not re.fullmatch(r"[^-:@][^:@]*[:@][^:@]+", ref.raw) or re.search("[:@/]", alias.raw):
        return None
    return Slip(alias.column, line.text[alias.column : ref.end], f"{ref.raw} {alias.raw}")


def joined(command: Command, line: Line, left: Sequence[Token], taken: Sequence[Token]) -> tuple[str, ...]:
    """Return the line whose last argument takes the words that are too much, or where it takes none the line without them.

    Parameters
    ----------
    command : Command
        The declaration.
    line : Line
        What was typed.
    left : sequence of Token
        The arguments that are too much.
    taken : sequence of Token
        Those that are not.
    """
    last = command.arguments[-1] if command.arguments else None
    words = [*taken[-1:], *left]
    at = line.tokens.index(words[0])
    plain = line.tokens[at : at + len(words)] == tuple(words) and not any(_APART.match(word.raw) for word in words)
    shown = {token: _raw(token) for token in line.tokens if token not in left}
    for argument, token in zip(command.arguments, taken, strict=False):
        if argument.kind in _HOMES:
            shown[token] = quote(_parted(token.text)[0])
    if plain and last is not None and last.kind in _NAMES and not last.choices and len(taken) == len(command.arguments):
        listed = last.kind == "text" and last.completer == "stage"
        shown[words[0]] = quote(("," if listed else " ").join(word.text for word in words))
    return (" ".join(shown.values()),)


def untorn(command: Command, line: Line, much: Token, many: int) -> Slip | None:
    """Return what to write for the text of an option that was torn at its blanks: ``-m first try``.

    Parameters
    ----------
    command : Command
        The declaration.
    line : Line
        What was typed.
    much : Token
        The first argument that is too much.
    many : int
        How many are.
    """
    tokens = line.tokens
    for at in range(len(tokens) - 2, 0, -1):
        option = command.option(tokens[at].raw)
        if option is None or option.flag or option.kind not in _TEXTS or tokens[at].column > much.column:
            continue
        words = tokens[at + 1 : at + 2 + many]
        plain = all(word.raw[:1] not in {"-", "'", '"'} for word in words)
        if len(words) == many + 1 and plain:
            said = line.text[words[0].column : words[-1].end]
            return Slip(words[0].column, said, quote(said))
    return None


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
    at, wrong = slip.column, slip.wrong
    if at is None:
        at, wrong = next(((one.column, one.raw) for one in line.tokens[1:] if one.text == slip.wrong), (-1, wrong))
    if at < 0 or not line.text.startswith(wrong, at):
        return ()
    return ((line.text[:at] + slip.right + line.text[at + len(wrong) :]).strip(),)


def _parted(typed: str) -> tuple[str, str]:
    """Return the name that a reference begins with, and the alias in it; empty for a number and for the newest."""
    cut = re.fullmatch(r"([^:@]+)[:@](.*)", typed)
    if cut is None:
        return typed, ""
    return cut[1], "" if number(cut[2]) is not None or cut[2].lower() == LATEST else cut[2]


def _own(value: str, sample: str, typed: str) -> str:
    """Return a value of an example with the user's name where the example's stands: ``../churn-v3``, ``churn-eu``."""
    plain = typed.replace(":", "-").replace("@", "-").replace("/", "-")
    return value.replace(sample.replace(":", "-"), plain).replace(sample.partition(":")[0], typed.partition(":")[0])


def _raw(token: Token) -> str:
    return quote(token.raw) if token.literal else token.raw
