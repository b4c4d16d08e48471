"""Tab completion of ``%modelreg`` lines: commands, options, and what the registry and the kernel hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from IPython.core.completer import SimpleCompletion, context_matcher

from modelreg.commands import COMMANDS
from modelreg.commands.line import partial
from modelreg.commands.parse import is_option
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from modelreg.commands.declare import Command
    from modelreg.commands.line import Token
    from modelreg.commands.session import Session

LIMIT: Final = 100
"""At most so many candidates from the registry."""

_LINE = re.compile(r"^\s*(?:[\w.,\s\[\]'\"]+=\s*)?%%?modelreg(?:\s+(?P<rest>.*))?$", re.DOTALL)


def matcher(session: Callable[[], Session]) -> Callable[[Any], Any]:
    """Return the matcher for a shell's completer. It offers nothing rather than fail, and makes no registry."""

    @context_matcher(priority=100, identifier="modelreg")
    def modelreg(context: Any) -> Any:
        nothing = {"completions": [], "suppress": False}
        found = _LINE.match(context.text_until_cursor)
        if found is None or found["rest"] is None:
            return nothing
        try:
            fragment, words = complete(found["rest"], session())
        except Exception:  # noqa: BLE001  (a completer that fails would break typing itself)
            return nothing
        completions = [SimpleCompletion(word, type="magic") for word in words]
        return {"completions": completions, "matched_fragment": fragment, "suppress": bool(words), "ordered": True}

    return modelreg


def complete(text: str, session: Session) -> tuple[str, list[str]]:
    """Return the fragment before the cursor and what may stand in its place, for a line without its program."""
    done, current = partial(text)
    fragment = current.raw
    if not done:
        return fragment, _matching(fragment, COMMANDS)
    name = done[0].text
    if name not in COMMANDS:
        return fragment, []
    command = COMMANDS[name].COMMAND
    kind, taken = _position(command, done[1:])
    if fragment.startswith("-") and kind is not None and not kind.startswith("="):
        return fragment, _matching(fragment, _options(command, done[1:]))
    if kind is None:
        return fragment, _matching(fragment, _options(command, done[1:])) if not fragment else []
    words = SOURCES.get(kind.lstrip("="), _nothing)(session, fragment, taken)
    return fragment, _matching(fragment, words)


def _position(command: Command, tokens: Sequence[Token]) -> tuple[str | None, list[str]]:
    """Return the kind of what comes next (``=kind`` for the value of an option), and the arguments before it."""
    given: list[str] = []
    waiting: str | None = None
    for token in tokens:
        if waiting is not None:
            waiting = None
        elif is_option(token.raw):
            option = command.option(token.raw)
            waiting = None if option is None or option.flag else option.kind
        else:
            given.append(token.text)
    if waiting is not None:
        return f"={waiting}", given
    if len(given) < len(command.arguments):
        argument = command.arguments[len(given)]
        return argument.completer or argument.kind, given
    if command.arguments and command.arguments[-1].many:
        last = command.arguments[-1]
        return last.completer or last.kind, given
    return None, given


def _options(command: Command, tokens: Sequence[Token]) -> list[str]:
    """Return the options that may still be given."""
    used = {token.raw for token in tokens}
    return [option.long for option in command.all_options if option.repeatable or not used & set(option.spellings)]


def _matching(fragment: str, words: Iterable[str]) -> list[str]:
    """Return the words that begin with the fragment, whose opening quote does not count; those with blanks quoted."""
    bare = fragment.lstrip("\"'")
    found = [word for word in words if word.startswith(bare)]
    return [f'"{word}"' if fragment[:1] in {'"', "'"} and quote(word) == word else quote(word) for word in found]


def _models(session: Session, fragment: str, _given: Sequence[str]) -> list[str]:
    return [model.name for model in session.registry.models(limit=LIMIT)]


def _artifacts(session: Session, fragment: str, _given: Sequence[str]) -> list[str]:
    return [artifact.name for artifact in session.registry.artifacts(limit=LIMIT)]


def _homes(session: Session, fragment: str, given: Sequence[str]) -> list[str]:
    return [*_models(session, fragment, given), *(_artifacts(session, fragment, given) if fragment else [])]


def _refs(session: Session, fragment: str, given: Sequence[str]) -> list[str]:
    """Return names; after the colon, the versions and aliases of that name."""
    bare = fragment.lstrip("\"'")
    name, colon, _ = bare.partition(":")
    if not colon:
        return _homes(session, fragment, given)
    versions = session.registry.versions(name, limit=LIMIT)
    aliases = sorted({alias for version in versions for alias in version.aliases})
    return [
        *(f"{name}:{alias}" for alias in (*aliases, "latest")),
        *(f"{name}:v{version.number}" for version in versions),
    ]


def _aliases(session: Session, fragment: str, given: Sequence[str]) -> list[str]:
    """Return stages and aliases of the registered model that the line names, else of all."""
    names = {text.partition(":")[0] for text in given}
    found: dict[str, None] = {}
    for model in session.registry.models(limit=LIMIT):
        if model.name in names or not given:
            found.update(dict.fromkeys([*model.stages, *model.aliases]))
    return list(found) or ["staging", "production"]


def _objects(session: Session, fragment: str, given: Sequence[str]) -> list[str]:
    """Return variables that hold models; after a dot or bracket, attributes and items that do."""
    from modelreg.flavors import is_model

    scope = session.scope
    head, mark, _ = fragment.rpartition("[") if fragment.rfind("[") > fragment.rfind(".") else fragment.rpartition(".")
    if not mark:
        return [name for name, value in scope.items() if not name.startswith("_") and is_model(value)]
    holder = _held(head, scope)
    if mark == "[":
        items: Iterable[tuple[Any, Any]] = holder.items() if isinstance(holder, dict) else enumerate(holder)
        return [f"{head}[{key!r}]" for key, value in items if is_model(value)]
    attributes = vars(holder) if hasattr(holder, "__dict__") else {}
    return [f"{head}.{name}" for name, value in attributes.items() if is_model(value)]


def _held(path: str, scope: Mapping[str, Any]) -> Any:
    """Return what a dotted path of plain attributes holds; no property of the user is run."""
    first, *rest = path.split(".")
    value = scope[first]
    for name in rest:
        value = vars(value)[name]
    return value


def _variables(session: Session, fragment: str, given: Sequence[str]) -> list[str]:
    return [name for name in session.scope if not name.startswith("_")]


def _fields(session: Session, fragment: str, given: Sequence[str]) -> list[str]:
    from modelreg.queries import FIELDS

    return [*_homes(session, fragment, given), *FIELDS["version"]]


def _commands(session: Session, fragment: str, given: Sequence[str]) -> list[str]:
    return list(COMMANDS)


def _nothing(session: Session, fragment: str, given: Sequence[str]) -> list[str]:
    return []


SOURCES: Final[Mapping[str, Callable[[Session, str, Sequence[str]], list[str]]]] = {
    "model": _models,
    "home": _homes,
    "artifact": _artifacts,
    "ref": _refs,
    "alias": _aliases,
    "object": _objects,
    "expr": _variables,
    "variable": _variables,
    "query": _fields,
    "field": _fields,
    "command": _commands,
}
"""Kind of argument -> where its candidates come from."""
