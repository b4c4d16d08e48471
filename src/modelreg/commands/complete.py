"""What can stand at the cursor of a line that is being typed, by the declarations of the commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelreg.commands import COMMANDS, sources
from modelreg.commands.line import Token, partial
from modelreg.commands.parse import is_option
from modelreg.errors import ModelRegError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.commands.declare import Argument, Command, Option
    from modelreg.commands.session import Session


@dataclass(frozen=True, slots=True)
class Found:
    """What completion offers: ``words`` in place of ``fragment``, the text before the cursor."""

    fragment: str
    words: tuple[str, ...]


def complete(session: Session, text: str) -> Found:
    """Return what can stand at the end of ``text``, the line after ``%modelreg``.

    Nothing is offered for what is free text. Never creates a registry, and asks it for at most
    :data:`sources.MOST` names.
    """
    before, fragment = partial(text)
    if fragment.column < 0:
        return Found("", ())
    if not before:
        words = sources.starting(fragment.raw, list(COMMANDS))
        return Found(fragment.raw, (*words, *_options(COMMANDS["browse"].COMMAND, fragment.raw)))
    name = before[0].raw
    if name not in COMMANDS:
        return Found(fragment.raw, ())
    return _Place(session, COMMANDS[name].COMMAND, before[1:], fragment).found()


def _options(command: Command, raw: str) -> tuple[str, ...]:
    """Return the options that a fragment may become; ``-`` alone offers the long ones too."""
    if not raw.startswith("-"):
        return ()
    return tuple(
        spelling for option in command.all_options for spelling in option.spellings if spelling.startswith(raw)
    )


class _Place:
    """The cursor among the tokens of a command."""

    def __init__(self, session: Session, command: Command, before: Sequence[Token], fragment: Token) -> None:
        self.session = session
        self.command = command
        self.fragment = fragment
        self.given: list[Token] = []
        self.used: set[str] = set()
        self.waiting: Option | None = None
        for token in before:
            self._pass(token)

    def found(self) -> Found:
        """Return what can stand here."""
        raw = self.fragment.raw
        if self.waiting is not None:
            return self._value(self.waiting, raw)
        spelling, equals, value = raw.partition("=")
        option = self.command.option(spelling) if raw.startswith("--") else None
        if option is not None and equals and not option.flag:
            return self._value(option, value)
        if raw.startswith("-"):
            words = [word for word in _options(self.command, raw) if word not in self.used]
            return Found(raw, tuple(words))
        argument = self._argument()
        if argument is None:
            return Found(raw, ())
        kind = argument.completer or argument.kind
        if argument.choices:
            return Found(raw, tuple(sources.starting(raw, argument.choices)))
        return self._from(kind, raw)

    def _pass(self, token: Token) -> None:
        """Walk over one finished token."""
        if self.waiting is not None:
            self.waiting = None
        elif is_option(token.raw):
            option = self.command.option(token.raw.partition("=")[0])
            if option is not None:
                self.used.update(() if option.repeatable else option.spellings)
                self.waiting = None if option.flag or "=" in token.raw else option
        else:
            self.given.append(token)

    def _argument(self) -> Argument | None:
        """Return the argument that the fragment belongs to."""
        declared = self.command.arguments
        if declared and declared[0].kind == "object" and "--path" in self.used:
            declared = declared[1:]
        if len(self.given) < len(declared):
            return declared[len(self.given)]
        last = declared[-1] if declared else None
        return last if last is not None and (last.many or last.kind == "query") else None

    def _value(self, option: Option, raw: str) -> Found:
        if option.choices:
            return Found(raw, tuple(sources.starting(raw, option.choices)))
        if option.pair:
            key, equals, value = raw.partition("=")
            return self._from("number-variable", value) if equals else Found(raw, self._keys(option, key))
        value = raw.partition("=")[2] if option.named and "=" in raw else raw
        return self._from(option.completer or option.kind, value)

    def _keys(self, option: Option, raw: str) -> tuple[str, ...]:
        keys = self._from("metric", raw).words if option.key == "metric" else ()
        return tuple(f"{key}=" for key in keys)

    def _from(self, kind: str, raw: str) -> Found:
        source = sources.SOURCES.get(kind)
        if source is None:
            return Found(raw, ())
        asked = sources.Asked(self.session, raw, tuple(token.text for token in self.given), self._home())
        try:
            return Found(raw, tuple(source(asked)))
        except ModelRegError:  # a name that is none, a registry or settings that cannot be read
            return Found(raw, ())

    def _home(self) -> str:
        """Return the registered model or artifact that the line is about."""
        declared = self.command.arguments
        if declared and declared[0].kind == "object":
            return self.given[1].text if len(self.given) > 1 else ""
        return sources.home(self.given[0].text) if self.given else ""
