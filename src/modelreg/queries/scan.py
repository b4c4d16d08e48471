"""The text of a query before it is parsed: what is never part of one is refused here, with its place.

Python's own parser has neither stable messages nor stable limits for hostile text, so that length, depth,
strings and operators are checked first.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Final

from modelreg import syntax
from modelreg.errors import QueryError
from modelreg.queries.fields import FIELDS, SAMPLES

LONGEST: Final = 2000
DEEPEST: Final = 50

OPERATORS: Final = {
    "=": "==",
    "===": "==",
    ":=": "==",
    "=>": ">=",
    "=<": "<=",
    "<>": "!=",
    "&": "and",
    "&&": "and",
    "|": "or",
    "||": "or",
    "!": "not",
    "~": "not",
}
"""What other languages write, and what is meant by it."""

WORDS: Final = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IN": "in",
    "IS": "is",
    "LIKE": 'glob(name, "churn-*")',
    "ILIKE": 'glob(name, "churn-*")',
    "BETWEEN": "1 <= x <= 2",
}
"""The same for words, by their upper case: they are faults only where Python does not understand them."""

_CLASS: Final = re.compile(r"(?<![\w.\"'])class(?=\s*(?:[=!]=|in\b|not\s+in\b|\.\w+\())")
_NUMBER = r"0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+"
_NUMBER += r"|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?"
_TOKEN: Final = re.compile(
    rf"""
    (?P<prefix>[rRuUbBfFtT]{{0,2}})(?P<string>
        '''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")
    |(?P<space>\s+|\#[^\n]*)
    |(?P<number>{_NUMBER})(?P<stuck>\w*)
    |(?P<word>\w+)
    |(?P<bracket>[()\[\]{{}}])
    |(?P<operator>===|==|!=|<=|>=|=>|=<|<>|:=|&&|\|\||[=<>&|!~])
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_ESCAPE: Final = re.compile(r"\\(?:[4-7][0-7]{2}|.)", re.DOTALL)
_ESCAPES: Final = frozenset(f"\\{char}" for char in "\n\\'\"abfnrtv01234567xNuU")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A query that passed the checks.

    ``code`` is ``text`` from ``start`` on, with blanks for comments and for line breaks outside quotes.
    """

    text: str
    code: str
    start: int

    def tree(self) -> ast.expr:
        """Return the parsed expression."""
        try:
            return syntax.parse(self.code, mode="eval").body
        except SyntaxError as fault:
            raise self._not_understood(fault) from None
        except (ValueError, MemoryError, RecursionError):
            msg = "the query is too involved"
            raise self.error(msg, self.start) from None

    def column(self, node: ast.AST) -> int:
        """Return where a node begins. Python counts the bytes of a line, people count characters."""
        lineno, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        lines = self.code.split("\n")
        above = sum(len(line) + 1 for line in lines[: lineno - 1])
        return self.start + above + len(lines[lineno - 1].encode()[:offset].decode())

    def replaced(self, node: ast.expr, by: str) -> str:
        """Return the text with something else in the place of a node that stands on one line."""
        end = ast.copy_location(ast.Pass(), node)
        end.col_offset = node.end_col_offset or node.col_offset
        return self.text[: self.column(node)] + by + self.text[self.column(end) :]

    def error(self, message: str, column: int, meant: str = "") -> QueryError:
        """Return the error for a fault at a column of the text, with the query that is probably meant."""
        return QueryError(message, column=column, query=self.text, meant=meant)

    def _not_understood(self, fault: SyntaxError) -> QueryError:
        if asked := _CLASS.search(self.text):  # a word of Python's own, which no field can be called
            at = asked.start()
            meant = f"{self.text[:at]}class_name{self.text[asked.end() :]}"
            return self.error("did you mean 'class_name' for 'class'?", at, _parsed(meant))
        for match in _TOKEN.finditer(self.code):
            word = match["word"] or ""
            meant = WORDS.get(word.upper(), word)
            if word != meant:
                return self.error(
                    f"did you mean {meant!r} for {word!r}?", self.start + match.start(), mended(self.text)
                )
        lines = self.code.split("\n")
        row = min(max(fault.lineno or 1, 1), len(lines)) - 1
        column = sum(len(line) + 1 for line in lines[:row]) + (fault.offset or 0) - 1
        if not fault.offset or column >= len(self.code):  # Python 3.11 says column 0 for the end
            return self.error("the query ends too early", self.start + len(self.code), _finished(self.code))
        return self.error("the query cannot be understood", self.start + column)


def check(text: str) -> Source | None:
    """Return the query ready to be parsed, None when there is nothing in it.

    Raises
    ------
    QueryError
        The text is too long, nested too deeply, or holds what no query holds.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        msg = f"the query has {len(text)} characters; {LONGEST} is the most"
        raise QueryError(msg, column=LONGEST, query=text)
    if bad := _UNSTORABLE.search(text):
        msg = f"the query contains {bad[0]!a}, which no text has"
        raise QueryError(msg, column=bad.start())
    code = "".join(_checked(text))
    start = len(code) - len(code.lstrip(" "))
    return Source(text=text, code=code.strip(" "), start=start) if code.strip(" ") else None


def mended(text: str) -> str:
    """Return a query with Python's operators in the place of those of other languages; empty where that is no query.

    Examples
    --------
    >>> mended("metrics.auc => 0.9 AND !(version = 3)"), mended("name LIKE 'ch%'")
    ('metrics.auc >= 0.9 and not (version == 3)', '')
    """
    made = []
    for match in _TOKEN.finditer(text):
        by = OPERATORS.get(match["operator"] or "") or WORDS.get((match["word"] or "").upper(), "")
        made.append(f" {by} " if by.isalpha() else by or match[0])
    return _parsed(re.sub(r"(?<=\S)  +(?=\S)", " ", "".join(made)) if "".join(made) != text else "")


def _finished(code: str) -> str:
    """Return a query that ends too early without its last word, or with an example of a value behind it."""
    whole = re.sub(r"(\s+(and|or|not))+\s*$", "", code)
    if whole != code:
        return _parsed(whole)
    asked = re.search(r"(\w+)(\.\w+|\[[^\]]*\])?\s*([=!]=|[<>]=?)\s*$", code)
    info = next((fields[asked[1]] for fields in FIELDS.values() if asked and asked[1] in fields), None)
    return _parsed(f"{code.rstrip()} {SAMPLES.get(info.type, '')}") if info is not None else ""


def _parsed(text: str) -> str:
    """Return a text that Python understands, else nothing."""
    try:
        syntax.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ""
    return text.strip()


def _checked(text: str) -> list[str]:
    """Return the tokens of a query, blanks for what does not count; together they are as long as the text."""
    tokens: list[str] = []
    brackets: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(text):
        fault = _fault(match)
        if fault is None and match["bracket"]:
            fault = _bracket(match[0], match.start(), brackets)
        if fault is not None:
            raise QueryError(fault, column=match.start(), query=text, meant=mended(text))
        tokens.append(" " * len(match[0]) if match["space"] else match[0])
    if brackets:
        msg = f"the bracket {brackets[-1][0]!r} is not closed"
        raise QueryError(msg, column=brackets[-1][1], query=text)
    return tokens


def _bracket(token: str, at: int, brackets: list[tuple[str, int]]) -> str | None:
    """Keep the stack of open brackets; return what is wrong with this one."""
    if token not in _PAIRS:
        brackets.append((token, at))
        return f"the query is nested more than {DEEPEST} deep" if len(brackets) > DEEPEST else None
    if not brackets or brackets.pop()[0] != _PAIRS[token]:
        return f"the bracket {token!r} closes none"
    return None


def _fault(match: re.Match[str]) -> str | None:
    """Return what is wrong with a token that is no bracket."""
    if match["operator"] in OPERATORS:
        return f"did you mean {OPERATORS[match['operator']]!r} for {match['operator']!r}?"
    if match["other"] in {"'", '"'}:
        return "the quote is not closed"
    if match["stuck"]:
        return f"{match[0]!r} is no number"
    if match["string"] is None:
        return None
    if set(match["prefix"].lower()) - set("ru"):
        return f"text with {match['prefix']!r} before it is no part of a query"
    escapes = () if "r" in match["prefix"].lower() else _ESCAPE.findall(match["string"])
    bad = next((escape for escape in escapes if escape not in _ESCAPES), None)
    return None if bad is None else f"{bad} is no escape; double the backslash"
