"""What a command declares: its arguments, options and examples. Parsing, help, completion and docs are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from modelreg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.commands.session import Session

KINDS: Final = {
    "text": "free text",
    "ref": "a reference such as churn:v3, churn:production or train/clf:v0",
    "model": "the name of a registered model",
    "home": "the name of a registered model, or project/name of an artifact",
    "artifact": "the name of an artifact, project/name",
    "alias": "an alias",
    "tag": "key or key=value",
    "metric": "the name of a metric",
    "time": "a time: 2026-10-01, '2026-10-01 14:30', yesterday, '3 hours ago'",
    "command": "a command",
    "path": "a file or folder",
    "number": "a whole number",
    "field": "a field of the query language, with - before it for descending",
    "variable": "the name of a variable",
    "expr": "a Python expression",
    "object": "a variable, attribute or item that holds a model",
    "query": "a Python expression over the fields of what is listed",
}
"""Kind of argument -> what it takes. ``expr``, ``object`` and ``query`` stay Python; all others are texts."""

PYTHON: Final = frozenset({"expr", "object", "query"})
"""Kinds that keep their raw text: no quotes are taken, nothing is put in."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One positional argument.

    Parameters
    ----------
    name : str
        What it is called in help (upper case) and in the parsed arguments.
    kind : str
        A key of :data:`KINDS`.
    help : str
        One line.
    optional : bool
        Whether it may be left out.
    many : bool
        Whether it takes all that follow.
    choices : tuple of str
        The only values it takes.
    completer : str, optional
        Where completion looks, when not by ``kind``.
    """

    name: str
    kind: str = "text"
    help: str = ""
    optional: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    completer: str | None = None

    @property
    def label(self) -> str:
        """How help writes it."""
        label = self.name.upper() + ("…" if self.many else "")
        return f"[{label}]" if self.optional else label


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    Parameters
    ----------
    names : str
        ``-a/--alias``; the long one names it in the parsed arguments.
    kind : str
        A key of :data:`KINDS`; ignored by a flag.
    help : str
        One line.
    metavar : str
        How help writes its value; default by ``kind``.
    repeatable : bool
        Whether it may stand more than once.
    flag : bool
        Whether it takes no value.
    pair : bool
        Whether its value is ``key=`` and something of ``kind``.
    choices : tuple of str
        The only values it takes.
    named : bool
        Whether ``NAME=`` may stand before its value.
    completer : str, optional
        Where completion looks, when not by ``kind``.
    """

    names: str
    kind: str = "text"
    help: str = ""
    metavar: str = ""
    repeatable: bool = False
    flag: bool = False
    pair: bool = False
    choices: tuple[str, ...] = ()
    named: bool = False
    completer: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """All ways to write it, the long one last."""
        return tuple(self.names.split("/"))

    @property
    def long(self) -> str:
        """The long spelling, ``--alias``."""
        return self.spellings[-1]

    @property
    def key(self) -> str:
        """What it is called in the parsed arguments."""
        return self.long.lstrip("-").replace("-", "_")

    @property
    def value(self) -> str:
        """How help writes its value."""
        if self.flag:
            return ""
        return self.metavar or "|".join(self.choices) or ("KEY=EXPR" if self.pair else self.kind.upper())


COMMON: Final = (
    Option("--quiet", flag=True, help="show nothing; an assignment still gets the result"),
    Option("--frame", flag=True, help="the result as a pandas DataFrame"),
    Option("--debug", flag=True, help="a refused command shows its traceback"),
    Option("-h/--help", flag=True, help="explain the command"),
)
"""Options of every command."""

MESSAGE: Final = Option("-m/--message", "text", "the reason, kept in the history", metavar="TEXT")
FORCE: Final = Option("--force", flag=True, help="also where an alias is protected or something holds it")


ALIASED: Final = (
    Argument("name", "home", "the registered model, or project/name of an artifact"),
    Argument("alias", "alias", "an alias that it has"),
)
"""The arguments of commands that change where an alias stands."""


@dataclass(frozen=True, slots=True)
class Command:
    """The declaration of one command.

    Parameters
    ----------
    summary : str
        What it does, in one line.
    arguments, options : tuple
        What it takes.
    examples : tuple of str
        Lines to type, without ``%modelreg``; each of them parses.
    group : str
        A key of :data:`GROUPS`.
    needs_kernel : bool
        Whether it makes no sense outside a live kernel.
    more : str
        What help says below the options in a notebook.
    """

    summary: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()
    group: str = "look"
    needs_kernel: bool = False
    more: str = ""

    @property
    def all_options(self) -> tuple[Option, ...]:
        """Own options and those of every command."""
        return (*self.options, *COMMON)

    def option(self, spelling: str) -> Option | None:
        """Return the option that is written so."""
        return next((option for option in self.all_options if spelling in option.spellings), None)


GROUPS: Final[Mapping[str, str]] = {
    "keep": "Keep a model",
    "back": "Bring it back",
    "stand": "Say where a version stands",
    "look": "Look",
    "edit": "Edit",
    "house": "Keep house",
}
"""Group -> its heading in help."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A Python expression of a line, not evaluated yet."""

    source: str
    column: int
    text: str
    """The same read as a text, where an argument can be either."""


class Arguments:
    """What was typed: arguments and options by name; ``None`` (or an empty list) where nothing was."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(name)
        return self._values[name]

    def __repr__(self) -> str:
        return f"Arguments({self._values!r})"


class Module(Protocol):
    """What a command module has."""

    COMMAND: Command

    def run(self, nb: Session, args: Arguments) -> Any:
        """Do it."""


def missing(name: str, command: Command, what: str, tries: Sequence[str] = ()) -> UsageError:
    """Return the error for something that must be given, with a line that gives it; default: the first example."""
    return UsageError(f"{name} needs {what}", tries=tries or command.examples[:1])
