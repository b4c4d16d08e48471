"""Secrets without quotes of their own: settings, comments, connection strings, sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from modelreg.capture.secrets.marks import Span
from modelreg.capture.secrets.naming import Strength, holds_secret, placeholder, strength

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["lines"]

_NAME: Final = r"(?:pass|Pass|PASS|pwd?|Pwd?|PWD?|secret|Secret|SECRET|token|Token|TOKEN|key|Key|KEY|cred|Cred|CRED|auth|Auth|AUTH)"
_SETTING = re.compile(
    r"(?m)^[ +\-]?[ \t]*+(?:-[ \t]+)?(?P<name>(?:(?!" + _NAME + r")[\w.-]){0,60}+" + _NAME + r"[\w.-]{0,30}+)"
    r"[ \t]*+[=:][ \t]*+(?P<value>[^\s'\"\\]++)[ \t]*+(?:[;#][^\n]*+)?$"
)
_COMMENT = re.compile(
    r"(?<!#)#[^\n]{0,120}?\b(?P<name>\w{0,30}" + _NAME + r"\w{0,30}+)[ \t]*+[:=][ \t]*+(?P<value>[^\s'\"\\]++)"
)
_SENTENCE = re.compile(
    r"(?i)\b(?P<name>(?:password|passwd|passphrase|pw|pwd)s?) (?:is|was):?[ \t]++[\"'`]?(?P<value>[^\s'\"`\\]++)"
)
_NETRC = re.compile(r"\blogin[ \t]++\S++\s++password[ \t]++(?P<value>[^\s'\"\\]++)")
_CONNECTION = re.compile(
    r"(?i)(?<![\w.])(?P<name>password|passwd|passphrase|pwd?|sharedaccesskey|accesskey|secret)[ ]?=[ ]?"
    r"(?P<value>[^\s;\"'\\,(){}]++)"
)
_BEFORE = re.compile(r"[\w ]=[^=\"'\n]*[;, ]$|[;\"']$")
_WORDED = re.compile(r"(?i)pass|pwd?\b")
_NUMBER = re.compile(r"[+-]?[\d._]+(?:[eE][+-]?\d+)?")
_CODE = re.compile(
    r"[A-Za-z_.]*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|(?:\w+\.)?(?:u?int|b?float|complex)\d+|.*[\[\](){}|,].*"
)
_TYPES: Final = frozenset(
    {"any", "bool", "bytes", "float", "hidden", "int", "object", "optional", "required", "string"}
)
_NEAR: Final = 120


def lines(text: str) -> Iterator[Span]:
    """Yield the secrets that stand in a text without quotes around them."""
    yield from _settings(text)
    if "#" in text:
        yield from _comments(text)
    yield from _sentences(text)
    if "=" in text:
        yield from _connections(text)


def _settings(text: str) -> Iterator[Span]:
    for found in _SETTING.finditer(text):
        name, value = found["name"].replace("-", "_"), found["value"].rstrip(";")
        code = _CODE.fullmatch(value) or (_NUMBER.fullmatch(value) and not _WORDED.search(name))
        if value and not code and value.casefold() != name.casefold() and holds_secret(name, value):
            start = found.start("value")
            yield Span(start, start + len(value), "assigned", name)


def _comments(text: str) -> Iterator[Span]:
    for found in _COMMENT.finditer(text):
        name, value = found["name"], found["value"].rstrip(".,;)")
        end = found.start("value") + len(value)
        last = not text[end : end + _NEAR].split("\n", 1)[0].strip(" .,;)")
        # a word at the end may be the password, a word before others begins an explanation
        told = _spelled(value) or (last and strength(name) is Strength.STRONG and value.casefold() not in _TYPES)
        if told and holds_secret(name, value):
            yield Span(found.start("value"), end, "assigned", name)


def _sentences(text: str) -> Iterator[Span]:
    for found in _SENTENCE.finditer(text):
        value = found["value"].rstrip(".,;:!?)")
        if _spelled(value) and len(value) > 4 and not placeholder(value):  # noqa: PLR2004 (so is a year, a number of signs)
            yield Span(found.start("value"), found.start("value") + len(value), "assigned", found["name"])
    if "login" in text:
        for found in _NETRC.finditer(text):
            if not placeholder(found["value"]):
                yield Span(*found.span("value"), "assigned", "password")


def _connections(text: str) -> Iterator[Span]:
    for found in _CONNECTION.finditer(text):
        name, value, end = found["name"], found["value"], found.end()
        before = text[max(0, found.start() - _NEAR) : found.start()]
        closed = text[end : end + 1] in {"", ";", " ", '"', "'", "\n", "\\", ","}
        if closed and _BEFORE.search(before) and holds_secret("password", value) and not _keyword(text, found):
            yield Span(*found.span("value"), "assigned", name)


def _keyword(text: str, found: re.Match[str]) -> bool:
    """Tell whether ``password=value`` is the keyword of a call whose closing is further on."""
    before = text[max(0, found.start() - _NEAR) : found.start()]
    return before.endswith(", ") and found["value"].replace(".", "").replace("_", "").isalpha()


def _spelled(value: str) -> bool:
    """Tell whether a value is no plain word."""
    return any(sign.isdigit() for sign in value) or (not value.isalnum() and _CODE.fullmatch(value) is None)
