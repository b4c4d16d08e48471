"""Names and quoted values in text that does not parse: patches, broken cells, outputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from modelreg.capture.secrets.marks import Span
from modelreg.capture.secrets.naming import DESCRIBING, Strength, holds_secret, path, strength

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["logins", "of_columns", "pairings"]

_TARGET: Final = r"[\w.]++(?:\[[^\]\n,]{0,60}+\])?"
_TARGETS = re.compile(
    rf"(?m)(?:^[ +\-]?|[\"']|\\n)[ \t]*+[\"']?[ \t]*+[(\[]?"
    rf"(?P<names>{_TARGET}(?:[ \t]*+,[ \t]*+{_TARGET})++)[ \t]*+,?[)\]]?[ \t]*+=(?!=)[ \t]*+[(\[]?"
)
_ITEM = re.compile(
    r"[ \t]*+(?:[rRbBuU]{0,2}+(?P<quote>[\"'])(?P<value>(?:(?!(?P=quote))[^\\\n]|\\.)*+)(?P=quote)|[^,'\"()\[\]{}\n]++)[ \t]*+,?"
)
_LOGIN = re.compile(r"\b(?:auth|authenticate|connect|login)\(")
_GROUP = re.compile(
    r"(?<!\w)(?P<name>\w{0,40}(?:password|passwd|PASSWORD|secret|SECRET|[aA]pi_?[kK]ey|API_?KEY)[sS]?)[\"']?\]?"
    r"[ \t]*+[=:][ \t]*+[{\[(](?P<held>[^\n\])}]{1,500})"
)
_HELD = re.compile(r"(?P<quote>[\"'])(?P<value>(?:(?!(?P=quote))[^\\\n]|\\.)*+)(?P=quote)(?P<key>[ \t]*+:)?")
_OF_COLUMNS = re.compile(
    r"(?:\b(?:agg|aggregate|astype|cast|fillna|rename|with_columns)\(|\b(?:columns|dtype|dtypes|mapper|schema)=)[^()\n]*$"
)
_MOST: Final = 20
_NEAR: Final = 200


def pairings(text: str) -> tuple[list[Span], set[int]]:
    """Return the secrets in lines such as ``user, password = 'a', 'b'``, and where the values of other names begin."""
    spans: list[Span] = []
    others: set[int] = set()
    for found in _TARGETS.finditer(text):
        names = [one.strip() for one in found["names"].split(",")]
        values = _items(text, found.end())
        if len(names) != len(values):
            continue
        for name, value in zip(names, values, strict=True):
            place = value.span("value")
            if place[0] < 0:
                continue
            last = re.split(r"[^\w-]", name.rstrip("'\"]"))[-1]
            if holds_secret(last, value["value"]):
                spans.append(Span(*place, "assigned", last))
            else:
                others.add(place[0])
    for found in _GROUP.finditer(text):
        spans += (span for span in _grouped(found) if span.start not in others)
    return spans, others


def _grouped(found: re.Match[str]) -> Iterator[Span]:
    name, at = found["name"], found.start("held")
    if strength(name) is not Strength.STRONG or of_columns(found.string, found.start()):
        return
    key = ""
    for value in _HELD.finditer(found["held"]):
        if value["key"]:
            key = value["value"]
        elif key not in DESCRIBING and holds_secret(name, value["value"]):
            yield Span(at + value.start("value"), at + value.end("value"), "assigned", name)


def logins(text: str) -> Iterator[Span]:
    """Yield the quoted arguments of a login after its first."""
    for found in _LOGIN.finditer(text):
        for value in _items(text, found.end())[1:]:
            start, end = value.span("value")
            known = start < 0 or path(value["value"]) or "://" in value["value"] or "=" in text[value.start() : start]
            if not known and holds_secret("password", value["value"]):
                yield Span(start, end, "assigned", "password")


def of_columns(text: str, at: int) -> bool:
    """Tell whether a place stands in a call that maps the columns of a table, where every name may be one."""
    return _OF_COLUMNS.search(text, max(0, at - _NEAR), at) is not None


def _items(text: str, at: int) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    while len(found) < _MOST:
        one = _ITEM.match(text, at)
        if one is None:
            break
        found.append(one)
        at = one.end()
        if not one[0].endswith(","):
            break
    return found
