"""Secrets in lines of a shell: options, variables before a command, users with passwords, keys of a login."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from modelreg.capture.secrets.marks import Span
from modelreg.capture.secrets.naming import holds_secret, opaque, placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["commands"]

_KIND: Final = "command"
_OPTION = re.compile(
    r"(?<![\w-])--?(?P<name>[A-Za-z][\w-]{1,40}+)(?:=|[ \t]++|[\"'],[ \t]*+[\"'])(?P<quote>\\?[\"'])?(?P<value>[^\s\"'\\]++)"
)
_VARIABLE = re.compile(
    r"(?:(?<=[!;&|])|(?<=[!;&|] )|(?<=\bexport )|(?<=\benv )|(?<=\bsudo )|(?<=-e ))"
    r"(?P<name>[A-Z][A-Z0-9_]{1,60}+)=(?P<quote>\\?[\"'])?(?P<value>[^\s\"'\\;|&]++)"
)
_USER = re.compile(
    r"\b(?:curl|wget|http|https)[ \t][^\n]{0,300}?(?<!\S)(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,100}:(?P<value>[^\s\"'\\]++)"
)
_PROMPT = re.compile(
    r"\b(?:docker login|mariadb|mysql|mysqladmin|mysqldump|sshpass)[ \t](?:[^\n]{0,200}?[ \t])??"
    r"-p[ \t]*+[\"']?(?P<value>[^\s\"'\\]++)"
)
_LOGIN = re.compile(r"\b[\w-]{2,30}+[ \t]++(?:auth[ \t]++)?login[ \t]++(?:-[\w-]++[ \t]++){0,4}(?P<value>[\w.-]{16,}+)")
_HEADER = re.compile(
    r"(?i)\b(?P<name>x-[\w-]{0,20}(?:key|token|auth|secret)|api-?key|(?:private|job|auth)-token|cookie):"
    r"[ \t]*+(?P<value>[^\s\"'\\]++)"
)
_NEAR: Final = 300
_NEEDLES: Final = (
    ((" -", "=-", '"-', "'-"), _OPTION),
    (("=",), _VARIABLE),
)


def commands(text: str) -> Iterator[Span]:
    """Yield the secrets in the commands and headers of a text."""
    for needles, pattern in _NEEDLES:
        if any(needle in text for needle in needles):
            yield from _given(pattern, text)
    if " -" in text:
        for pattern in (_USER, _PROMPT):
            yield from (
                Span(*found.span("value"), _KIND, "password")
                for found in pattern.finditer(text)
                if not placeholder(found["value"])
            )
    if "login" in text:
        yield from _random(_LOGIN, text, "login")
    if ":" in text:
        yield from _random(_HEADER, text, "header")


def _random(pattern: re.Pattern[str], text: str, seed: str) -> Iterator[Span]:
    for found in pattern.finditer(text):
        if opaque(found["value"]) and not found["value"].isalpha() and not placeholder(found["value"]):
            yield Span(*found.span("value"), _KIND, seed)


def _prose(found: re.Match[str]) -> bool:
    """Tell whether a plain word after an option goes on with a sentence: only a line of a shell is no sentence."""
    if not found["value"].strip(".,;:`)").isalpha() or found["quote"] or found.string[found.start("value") - 1] == "=":
        return False
    begin = found.string.rfind("\n", max(0, found.start() - _NEAR), found.start()) + 1
    return not found.string[begin : begin + _NEAR].lstrip("+- \t").startswith(("!", "%", "$ "))


def _given(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    for found in pattern.finditer(text):
        name, value = found["name"].replace("-", "_"), found["value"]
        # an option's own name is how a usage line shows its value
        named = value.startswith(("-", "id=")) or value.casefold() in name.casefold()
        if not (named or _prose(found)) and holds_secret(name, value):
            yield Span(*found.span("value"), _KIND, name)
