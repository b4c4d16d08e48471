"""Secrets in what a user says of a model: a message, a description, tags, params.

Values that the environment holds under telling names are taken out. What only looks like a secret may be meant: it is kept
as it was said, and that is said.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from modelreg.records import Change, Registration
from modelreg.verbs import values

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
_SAID: Final = {
    "message": "the message",
    "description": "the description",
    "text": "the description",
    "tags": "the tags",
    "params": "the params",
}
"""Parameter of a verb -> what it is called."""


def without_secrets(verb: Callable[P, T]) -> Callable[P, T]:
    """Return the verb for words without secrets; its answer has a note where one was taken out, or may be left."""
    signature = inspect.signature(verb)
    told = [name for name in _SAID if name in signature.parameters]

    @wraps(verb)
    def careful(*args: P.args, **words: P.kwargs) -> T:
        given = signature.bind(*args, **words)
        texts = {name: value for name in told if _holds(value := given.arguments.get(name))}
        if not texts:
            return verb(*args, **words)
        if "params" in texts:
            texts["params"] = values.params(texts["params"])
        clean = {name: _clean(value) for name, value in texts.items()}
        given.arguments.update(clean)
        done: T = _noting(_noting(verb(*given.args, **given.kwargs), _note(texts, clean)), _doubt(clean))
        return done

    return careful


def note(**texts: Any) -> str:
    """Return what is said of words of which secrets are taken out; empty where none is."""
    return _note(texts, {name: _clean(value) for name, value in texts.items()})


def _holds(value: object) -> bool:
    return isinstance(value, str | list | tuple | Mapping) and len(value) > 0  # anything else the verb refuses


def _note(texts: Mapping[str, Any], clean: Mapping[str, Any]) -> str:
    held = dict.fromkeys(_SAID[name] for name, value in texts.items() if clean[name] != value)
    return f"a secret of the environment was taken out of {' and '.join(held)}" if held else ""


def _doubt(texts: Mapping[str, Any]) -> str:
    """Say which words look as if they held a secret, and are kept all the same; empty where none do."""
    held = dict.fromkeys(_SAID[name] for name, value in texts.items() if _looks(value))
    if not held:
        return ""
    hold = "holds" if len(held) == 1 and not next(iter(held)).endswith("s") else "hold"
    return f"{' and '.join(held)} {hold} what looks like a secret, kept as it was said, for all who read this registry"


def _looks(value: Any) -> bool:
    """Whether words look as if they held a secret: by their form, or by the name that they stand under."""
    from modelreg.capture.secrets import redact

    if isinstance(value, str):
        return redact(value).text != value
    if isinstance(value, Mapping):
        return any(_looks(f"{key}={held}") if isinstance(held, str) else _looks(held) for key, held in value.items())
    return isinstance(value, list | tuple) and any(_looks(one) for one in value)


def _noting(done: Any, said: str) -> Any:
    """Return the answer with a note more, where it can say anything."""
    if not said:
        return done
    if isinstance(done, tuple) and done:
        return (_noting(done[0], said), *done[1:])
    return replace(done, notes=(*done.notes, said)) if isinstance(done, Change | Registration) else done


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        from modelreg.capture.secrets import unheld

        return unheld(value)
    if isinstance(value, Mapping):
        return {_clean(key): _clean(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        cleaned = [_clean(one) for one in value]
        return tuple(cleaned) if isinstance(value, tuple) else cleaned
    return value
