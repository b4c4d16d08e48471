"""Secrets in Python source: constants under telling names, and marks that leave the code parseable."""

from __future__ import annotations

import io
import re
import tokenize
import warnings
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg import syntax
from modelreg.capture.secrets.marks import Span, mark, name_mark
from modelreg.capture.secrets.pairs import named

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

__all__ = ["Source", "masked", "parses"]

_MAGIC = re.compile(
    r"(?m)^([ \t]*+)([%!?][^\n]*+|(?:[^\n#'\"?]|\?(?!$))*+\?)$|^((?:[ \t]*+[\w.,]++)++[ \t]*+=[ \t]*+)([%!][^\n]*+)$"
)
_QUOTES = re.compile(r"([A-Za-z]*)(\"\"\"|'''|\"|')")
_FSTRING_MIDDLE: Final = getattr(tokenize, "FSTRING_MIDDLE", -1)


def masked(text: str) -> str:
    """Return ``text`` with the lines that only IPython knows blanked to ``0``; every offset stays."""

    def blank(found: re.Match[str]) -> str:
        before, magic = (found[1], found[2]) if found[2] else (found[3], found[4])
        return before + "0" + " " * (len(magic) - 1)

    return _MAGIC.sub(blank, text)


def parses(text: str) -> ast.Module | None:
    """Return the tree of ``text``, or None where it is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in the user's string is not ours to report
        try:
            return syntax.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


class Token(NamedTuple):
    """A token by its place in the text."""

    start: int
    end: int
    kind: int


class Source:
    """A text that parses, and its tokens.

    Parameters
    ----------
    text : str
        The text.
    code : str
        The same, magics masked.
    tree : ast.Module
        The tree of ``code``.

    Raises
    ------
    TokenError, SyntaxError
        Tokens that the parser took and the tokenizer does not.
    """

    def __init__(self, text: str, code: str, tree: ast.Module) -> None:
        self.text, self.code, self.tree = text, code, tree
        self._lines = [0, *(found.end() for found in re.finditer("\n", code))]
        self._tokens = [
            Token(self._lines[one.start[0] - 1] + one.start[1], self._lines[one.end[0] - 1] + one.end[1], one.type)
            for one in tokenize.generate_tokens(io.StringIO(code, newline="\n").readline)
            if one.string.strip()
        ]

    def spans(self) -> Iterator[Span]:
        """Yield the constants that stand under telling names."""
        for name, node in named(self.tree):
            for token in self._strings(node):
                start, end, _ = self._body(token)
                yield Span(start, end, "assigned", name)

    def read_wrongly(self, span: Span) -> bool:
        """Tell whether a piece that a name before it gave away is a whole constant: the tree knows better which are."""
        touched = self._between(span.start, span.end) if span.kind == "assigned" else ()
        if len(touched) != 1 or touched[0].kind != tokenize.STRING:
            return False
        return self._body(touched[0])[:2] == (span.start, span.end)

    def fitted(self, span: Span, *, wide: bool) -> tuple[Span, str] | None:
        """Return the place and the text of the mark for ``span`` such that the code stays code.

        Parameters
        ----------
        span : Span
            What must go.
        wide : bool
            Replace whole tokens, where the exact piece did not leave code.
        """
        touched = self._between(span.start, span.end)
        plain = span, mark(span.kind, span.seed)
        if not touched or self.text[span.start : span.end] != self.code[span.start : span.end]:
            return plain
        kind = touched[0].kind if len(touched) == 1 else tokenize.OP
        if kind in {tokenize.COMMENT, _FSTRING_MIDDLE}:
            return plain
        if kind == tokenize.STRING:
            return self._in_string(span, touched[0], wide=wide)
        return self._in_code(span, touched, kind)

    def _in_code(self, span: Span, touched: Sequence[Token], kind: int) -> tuple[Span, str] | None:
        if span.kind in {"assigned", "command"}:
            return None  # the tree has told which constants stand under telling names; the rest is code
        span = span._replace(start=min(touched[0].start, span.start), end=max(touched[-1].end, span.end))
        if kind != tokenize.NAME:
            return span, f'"{mark(span.kind, span.seed)}"'
        if span.kind == "environment" and self.text[span.start : span.end].isalpha():
            return None  # a password that is a plain word does not make a variable of that name a secret
        return span, name_mark(span.kind, span.seed)

    def _in_string(self, span: Span, token: Token, *, wide: bool) -> tuple[Span, str]:
        start, end, opening = self._body(token)
        text = mark(span.kind, span.seed, ascii_only="b" in opening)
        if not wide:
            start, end = max(span.start, start), min(span.end, end)
        span = span._replace(start=start, end=end)
        lost = self.text.count("\n", span.start, span.end)
        triple = opening.endswith(('"""', "'''"))
        return span, text + ("\n" if triple else "\\\n") * lost

    def _body(self, token: Token) -> tuple[int, int, str]:
        opening = _QUOTES.match(self.code, token.start, token.end)
        if opening is None:
            return token.start, token.end, ""
        return opening.end(), token.end - len(opening[2]), opening[0].lower()

    def _strings(self, node: ast.Constant) -> Sequence[Token]:
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return [
            one
            for one in self._between(start, end)
            if one.kind == tokenize.STRING and start <= one.start and one.end <= end
        ]

    def _between(self, start: int, end: int) -> Sequence[Token]:
        first = bisect_right(self._tokens, start, key=lambda one: one.end)
        last = bisect_left(self._tokens, end, key=lambda one: one.start)
        return self._tokens[first:last]

    def _offset(self, line: int, column: int) -> int:
        start = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self.code)
        whole = self.code[start:end]
        return start + (column if whole.isascii() else len(whole.encode()[:column].decode()))  # the tree counts bytes
