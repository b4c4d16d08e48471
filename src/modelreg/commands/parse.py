"""Reads the tokens of a line by the declaration of its command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from modelreg.commands import filling
from modelreg.commands.declare import PYTHON, Argument, Arguments, Command, Expression, Option, missing
from modelreg.commands.expand import expand
from modelreg.commands.line import Line, Token, outside
from modelreg.errors import Slip, UsageError, alike, instead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def parse(name: str, command: Command, line: Line, scope: Mapping[str, Any] | None = None) -> Arguments:
    """Return what a line says.

    Parameters
    ----------
    name : str
        Name of the command, for messages.
    command : Command
        Its declaration.
    line : Line
        The whole line; its first token is the command.
    scope : mapping, optional
        The variables for ``{x}`` and ``$x``. None: they are not replaced (a terminal has no variables).

    Raises
    ------
    UsageError
        An option is not known, a value or argument is missing, too much is given, or a variable is not defined.
    """
    reader = _Reader(name, command, line, scope)
    reader.walk(line.tokens[1:])
    return reader.arguments()


class _Reader:
    """Walks the tokens once: options may stand anywhere, ``--`` ends them."""

    def __init__(self, name: str, command: Command, line: Line, scope: Mapping[str, Any] | None) -> None:
        self.name = name
        self.command = command
        self.line = line
        self.scope = scope
        self.positional: list[Token] = []
        self.values: dict[str, Any] = {
            option.key: False if option.flag else [] if option.repeatable else None for option in command.all_options
        }

    def walk(self, tokens: Sequence[Token]) -> None:
        """Sort tokens into options and positional arguments."""
        waiting = iter(tokens)
        for token in waiting:
            if token.raw == "--":
                self.positional.extend(waiting)
            elif is_option(token.raw) and not self._in_query(token):
                self._option(token, waiting)
            else:
                self.positional.append(token)

    def _in_query(self, token: Token) -> bool:
        """Whether a token that looks like an unknown short option is a negative name of a query."""
        asks = any(argument.kind == "query" for argument in self.command.arguments)
        return asks and not token.raw.startswith("--") and self.command.option(token.raw) is None

    def arguments(self) -> Arguments:
        """Return everything that was said; missing arguments are errors unless help is asked for."""
        left = list(self.positional)
        declared = self.command.arguments
        for place, argument in enumerate(declared):
            later = sum(not after.optional for after in declared[place + 1 :])
            if argument.kind == "query" or argument.many:
                taken, left = left, []
            else:
                spare = len(left) > later if argument.optional else bool(left)
                taken, left = (left[:1], left[1:]) if spare else ([], left)
            if not taken and not argument.optional and not self.values["help"]:
                lacking = [each for each in declared[place:] if not each.optional]
                tries = filling.with_arguments(self.name, self.command, self.line, lacking, self.positional)
                raise missing(self.name, self.command, f"{argument.label} ({argument.help})", tries)
            self.values[argument.name] = self._argument(argument, taken)
        if left and not self.values["help"]:
            raise self._too_much(left)
        return Arguments(self.values)

    def _argument(self, argument: Argument, taken: list[Token]) -> Any:
        if argument.kind == "query":
            return self._query(taken)
        if argument.many:
            return [self._value(token, argument) for token in taken]
        return self._value(taken[0], argument) if taken else None

    def _query(self, tokens: list[Token]) -> str | None:
        """Return the rest of the line raw; where options stood inside it, without them."""
        if not tokens:
            return None
        if tokens[0].literal or self._options_between(tokens):
            return " ".join(token.raw for token in tokens)
        return self.line.text[tokens[0].column : tokens[-1].end]

    def _options_between(self, tokens: list[Token]) -> bool:
        inside = [token for token in self.line.tokens if tokens[0].column <= token.column <= tokens[-1].column]
        return len(inside) != len(tokens)

    def _option(self, token: Token, waiting: Iterator[Token]) -> None:
        """Read one option and its value."""
        spelling, equals, _ = token.raw.partition("=")
        option = self.command.option(spelling)
        if option is None:
            raise self._unknown(token, spelling)
        if option.flag:
            if equals:
                msg = f"{spelling} takes no value (column {token.column + 1})"
                raise UsageError(msg)
            self.values[option.key] = True
            return
        given = token.part(len(spelling) + 1) if equals else next(waiting, None)
        if given is None or (not equals and self.command.option(given.raw) is not None):
            tries = filling.with_value(self.command, self.line, token, option)
            raise missing(f"{self.name} {spelling}", self.command, f"a value ({option.value}: {option.help})", tries)
        value = self._pair(given, option) if option.pair else self._value(given, option)
        if option.repeatable:
            self.values[option.key].append(value)
        elif self.values[option.key] is not None:
            msg = f"{option.long} is given twice (column {token.column + 1})"
            raise UsageError(msg)
        else:
            self.values[option.key] = value

    def _pair(self, token: Token, option: Option) -> tuple[str, Any]:
        """Read ``key=value``; a whole that is quoted, as one would in a shell, is unquoted first."""
        cut = next(assignments(token.raw), None)
        if cut is None and not token.literal and token.raw[:1] in {"'", '"'}:
            token = Token(token.text, token.column, literal=True)
            cut = next(assignments(token.raw), None)
        if cut is None or not cut or cut + 1 == len(token.raw):
            msg = f"{option.long} takes {option.value}, not {token.raw!r} (column {token.column + 1})"
            raise UsageError(msg, slip=_unkeyed(token, option))
        key = Token(token.raw[:cut], token.column, token.literal)
        return self._text(key), self._value(token.part(cut + 1), option)

    def _value(self, token: Token, declared: Argument | Option) -> Any:
        if declared.kind in PYTHON:
            return Expression(token.raw, token.column, token.text)
        text = self._text(token, path=declared.kind == "path")
        if declared.choices and text not in declared.choices:
            what = declared.label if isinstance(declared, Argument) else declared.long
            msg = f"{what} is {' or '.join(declared.choices)}, not {text!r} (column {token.column + 1})"
            close = alike(text, declared.choices)
            raise UsageError(msg, slip=Slip(token.column, token.raw, close[0]) if close else None)
        if declared.kind == "number":
            return self._number(token, text)
        return text

    def _text(self, token: Token, *, path: bool = False) -> str:
        text = token.path if path else token.text
        return text if self.scope is None else expand(text, self.scope, token.column)

    def _number(self, token: Token, text: str) -> int:
        if not (text.isascii() and text.isdigit()):
            msg = f"{text!r} is no whole number (column {token.column + 1})"
            raise UsageError(msg)
        return int(text)

    def _unknown(self, token: Token, spelling: str) -> UsageError:
        if any(argument.kind == "query" for argument in self.command.arguments):
            from modelreg.commands.meant import listed

            tokens, place = self.line.tokens, self.line.tokens.index(token)
            joined = token.part(len(spelling) + 1) if "=" in token.raw else None
            value = joined or next(iter(tokens[place + 1 :]), None)
            meant = listed(spelling, tokens[:place], value, tokens[place + (1 if joined else 2) :])
            if meant is not None:
                return meant
        known = [option.long for option in self.command.all_options]
        return UsageError(
            f"{self.name} has no option {spelling} (column {token.column + 1}); {instead(spelling, known)}",
            tries=(f"help {self.name}",),
        )

    def _too_much(self, left: Sequence[Token]) -> UsageError:
        token = left[0]
        takes = " ".join(argument.label for argument in self.command.arguments) or "no arguments"
        slip = (
            self._torn(token)
            or filling.numbered(self.command, self.line)
            or filling.untorn(self.command, self.line, token, len(left))
        )
        return UsageError(
            f"{self.name} takes {takes}; {token.raw!r} at column {token.column + 1} is too much (quote names with blanks)",
            tries=() if slip else filling.joined(self.command, self.line, left, self.positional[: -len(left)]),
            slip=slip,
        )

    def _torn(self, token: Token) -> Slip | None:
        """Return what to write for two words that are one: ``X, y``, and the number of a version behind its name."""
        before = next((each for each in reversed(self.line.tokens) if each.column < token.column), None)
        if before is None:
            return None
        place = self.positional.index(before) if before in self.positional else len(self.command.arguments)
        takes = self.command.arguments[place].kind if place < len(self.command.arguments) else ""
        number = re.fullmatch(r"v\d+", token.raw) and ":" not in before.raw and takes == "ref"
        if not (number or before.raw.endswith(",")):
            return None
        return Slip(
            before.column, self.line.text[before.column : token.end], f"{before.raw}{':' if number else ''}{token.raw}"
        )


def _unkeyed(token: Token, option: Option) -> Slip:
    """Return what to write for a value without its key: a variable or attribute is its own."""
    key = re.search(r"(?:^|\.)([^\W\d]\w*)$", token.raw)
    value = token.raw.strip("= ")
    right = f"{key[1]}={value}" if key else f"KEY={value}" if value else option.value
    return Slip(token.column, token.raw, right)


def is_option(raw: str) -> bool:
    """Whether a token is written like an option: ``-m``, ``--metric``, ``--metric=…``."""
    return len(raw) > 1 and raw[0] == "-" and (raw[1].isalpha() or (raw[1] == "-" and raw[2:3].isalpha()))


def assignments(raw: str) -> Iterator[int]:
    """Yield the places of single ``=`` outside quotes and brackets."""
    for at in outside(raw, "="):
        before, after = raw[at - 1 : at], raw[at + 1 : at + 2]
        if after != "=" and before not in {"=", "!", "<", ">", ":"}:
            yield at
