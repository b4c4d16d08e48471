"""Secrets: found in text and Python source before anything is stored, and replaced by marks.

A mark reads ``«redacted:KIND:6hex»``. It keeps the lines of the text, and code stays code. The same token has the same
mark everywhere; a password's digits tell its place, never itself. Not found: secrets under names that tell nothing, in
no known form, that the environment does not hold either; the parts of f-strings; bytes of binary files.
"""

from __future__ import annotations

import os
import re
import tokenize
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from modelreg.capture.secrets.address import bare
from modelreg.capture.secrets.marks import MARK, Span, mark, without_marks
from modelreg.capture.secrets.patterns import environment, spans
from modelreg.capture.secrets.sources import Source, masked, parses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["MARK", "Found", "Redacted", "bare", "redact", "unheld"]

_TELLING = re.compile(
    r"(?i)pass|pwd?|secret|token|key|auth|cred|login|bearer|connect|client|session|fernet|cookie|api|wort|contra|senha"
)
_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A secret that was taken out."""

    kind: str
    mark: str
    line: int
    """Counted from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text that may be stored, and what was taken out of it."""

    text: str
    found: tuple[Found, ...] = ()


def redact(text: str, *, python: bool = False, environ: Mapping[str, str] = os.environ) -> Redacted:
    """Return ``text`` without the secrets that are known by their form, their name or the environment.

    Parameters
    ----------
    text : str
        Anything that will be stored: source, patch, output, traceback, parameter.
    python : bool, optional
        It is Python source, IPython's magics allowed: constants under telling names go too, and what parsed still does.
    environ : mapping, optional
        Variables whose values, under names such as ``…_TOKEN``, must not stand in the text.
    """
    found: list[Found] = []
    # what one round takes away can lay bare what its neighbour hid: until nothing is found, so that again finds nothing
    for _ in range(_ROUNDS):
        once = _round(text, python=python, environ=environ)
        if not once.found:
            break
        found += once.found
        text = once.text
    return Redacted(text=text, found=tuple(sorted(found, key=lambda one: one.line)))


def unheld(text: str, *, environ: Mapping[str, str] = os.environ) -> str:
    """Return ``text`` without the secrets that the environment holds, and with all that only looks like one."""
    wanted = _joined(text, environment(text, environ))
    return _replaced(text, ((span, mark(span.kind, span.seed)) for span in wanted)).text


def _round(text: str, *, python: bool, environ: Mapping[str, str]) -> Redacted:
    wanted = list(spans(text, environ))
    source = _source(text) if python and (wanted or _TELLING.search(text)) else None
    if source is None:
        return _replaced(text, ((span, mark(span.kind, span.seed)) for span in _joined(text, wanted)))
    wanted = [span for span in wanted if not source.read_wrongly(span)] + list(source.spans())
    joined = list(_joined(text, wanted))
    for wide in (False, True):
        once = _replaced(text, filter(None, (source.fitted(span, wide=wide) for span in joined)))
        # masking may blank a line of a string that begins as a magic does: only where the code needed it
        if not once.found or parses(once.text if source.code == text else masked(once.text)):
            return once
    # no piece can be cut out so that code is left: one string in place of all of it
    whole = mark("source", "source")
    return Redacted(text=f'"{whole}"' + "\n" * text.count("\n"), found=(Found(kind="source", mark=whole, line=1),))


def _source(text: str) -> Source | None:
    if re.search("\r(?!\n)|\f", text):
        return None  # lines that Python and its tokens count differently
    for code in dict.fromkeys((text, masked(text))):
        tree = parses(code)
        if tree:
            try:
                return Source(text, code, tree)
            except (tokenize.TokenError, SyntaxError):
                return None
    return None


def _joined(text: str, wanted: Iterable[Span]) -> Iterator[Span]:
    """Yield the pieces in order, overlapping ones as one; what is marked already stays."""
    marks = [found.span() for found in MARK.finditer(text)] if "redacted" in text else []
    pending: Span | None = None
    for span in sorted(wanted):
        if span.start >= span.end or not without_marks(text[span.start : span.end]).strip():
            continue
        near = marks[
            bisect_right(marks, span.start, key=itemgetter(1)) : bisect_left(marks, span.end, key=itemgetter(0))
        ]
        if any(start < span.start or span.end < end for start, end in near):
            continue
        if pending and span.start < pending.end:
            pending = pending._replace(end=max(pending.end, span.end))
            continue
        if pending:
            yield pending
        pending = span
    if pending:
        yield pending


def _replaced(text: str, wanted: Iterable[tuple[Span, str]]) -> Redacted:
    pieces: list[str] = []
    found: list[Found] = []
    at, line = 0, 1
    for span, instead in wanted:
        if span.start < at:
            continue  # the neighbour's mark covers it
        pieces += (text[at : span.start], instead)
        line += text.count("\n", at, span.start)
        found.append(Found(kind=span.kind, mark=mark(span.kind, span.seed), line=line))
        line += text.count("\n", span.start, span.end)
        at = span.end
    return Redacted(text="".join((*pieces, text[at:])) if found else text, found=tuple(found))
