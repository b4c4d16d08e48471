"""Facts without secrets: every text in them is looked at, and values under telling names too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.capture.secrets import Found

__all__ = ["cleaned"]

_TELLING: Final = re.compile(r"(?i)pass|pwd|secret|token|key|auth|cred|login|bearer")
_BETWEEN: Final = "\n\n"


def cleaned(facts: Any) -> tuple[Any, tuple[Found, ...]]:
    """Return plain JSON without secrets, and what was taken out.

    Most facts hold none: all their texts are looked at as one, and each by itself only where that finds something.
    """
    telling = [f"{name}={value!r}" for name, value in _named(facts)]
    if not redact(_BETWEEN.join(_texts(facts))).found and not redact("\n".join(telling), python=True).found:
        return facts, ()
    found: list[Found] = []
    return _clean(facts, "", found), tuple(found)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _named(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts under names that tell of a secret, the name as one that Python takes."""
    if isinstance(value, str) and _TELLING.search(name):
        yield re.sub(r"\W", "_", name.rpartition("__")[2]), value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _named(one, key)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _named(one, name)


def _clean(value: Any, name: str, found: list[Found]) -> Any:
    if isinstance(value, dict):
        return {_text(key, "", found): _clean(one, key, found) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one, name, found) for one in value]
    return _text(value, name, found) if isinstance(value, str) else value


def _text(text: str, name: str, found: list[Found]) -> str:
    for called, value in _named(text, name):
        beginning = f"{called}="
        once = redact(f"{beginning}{value!r}", python=True)
        if once.found:
            found += once.found
            return once.text.removeprefix(beginning).strip("'\"")
    once = redact(text)
    found += once.found
    return once.text
