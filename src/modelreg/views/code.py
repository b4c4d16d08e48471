"""Captured code: the statements that made a version, or all that ran."""

from __future__ import annotations

import ast
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from modelreg.records import Code, Statements
from modelreg.views import captured, highlight, parts, patches, theme
from modelreg.views import format as fmt
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST: Final = 200_000
"""Characters that a view shows: it is written into the notebook."""


_MAGIC: Final = re.compile(
    r"^([ \t]*+(?:[\w.,* ]+= )?)get_ipython\(\)\.(run_line_magic|system|getoutput)"
    r"(\((?:(?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")(?:, |(?=\))))+\))$",
    re.MULTILINE,
)
"""A line of a magic as IPython makes Python of it."""
_KEPT: Final = "\n\t"


class CodeView(View[Code]):
    """Code with its words coloured, under what is uncertain of it."""

    def html(self) -> Node:
        """Return a title, the warnings, and the code."""
        code = self.record
        if code.saved:
            return tag("div", self._said(), style=theme.ANSWER)
        return [
            parts.title(tag("span", f"{code.version.ref} {code.name}", style=theme.TITLE)),
            [tag("div", line, style=theme.WARN) for line in self._warnings()],
            patches.html(self._patch()) if self._is_patch else None,
            [
                [
                    tag("div", head, style=theme.CAPTION) if head else None,
                    tag("pre", highlight.python(text), style=theme.PRE + theme.BLOCK),
                ]
                for head, text in self._shown()
            ],
        ]

    def text(self, *, full: bool = False) -> str:
        """Return the code, with the warnings as comments above it."""
        if self.record.saved:
            return plain(self._said())
        above = [f"# {plain(line)}" for line in self._warnings()]
        shown = [
            f"# {plain(head)}\n{plain(text, keep=_KEPT)}" if head else plain(text, keep=_KEPT)
            for head, text in self._shown()
        ]
        return "\n".join([*above, *([patches.text(self._patch())] if self._is_patch else shown)]).rstrip("\n")

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per cell."""
        return {"source": list(self.record.cells)}

    def _said(self) -> str:
        return f"{self.record.name} of {self.record.version.ref} written to {self.record.saved}"

    def _warnings(self) -> list[str]:
        code = self.record
        said = [*captured.doubts(Statements(uncertain=code.uncertain, outside=code.outside))]
        if sum(map(len, code.cells)) > MOST:
            said.append(f"too long to show whole: {fmt.count(len(code.cells), 'cell')}; save it with --to FILE")
        return said

    @property
    def _is_patch(self) -> bool:
        return self.record.name.endswith(".patch")

    def _patch(self) -> tuple[tuple[str, str], ...]:
        return patches.lines(self.record.cells[0] if self.record.cells else "")

    def _shown(self) -> list[tuple[str, str]]:
        """Return what there is room for: of each cell its head, which statements have none, and its source."""
        left, shown = 0 if self._is_patch else MOST, []
        for head, text in zip_longest(self.record.heads[: len(self.record.cells)], self.record.cells, fillvalue=""):
            if left <= 0:
                break
            shown.append((head, _as_typed(text[:left])))
            left -= len(text)
        return shown


def typed(lines: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the lines of a difference, each with its mark, and its magics as somebody typed them."""
    return tuple((mark, _as_typed(text)) for mark, text in lines)


def _as_typed(text: str) -> str:
    """Return code with its magics as somebody typed them."""
    return _MAGIC.sub(_typed, text) if "get_ipython()" in text else text


def _typed(found: re.Match[str]) -> str:
    before, kind, words = found.groups()
    try:
        given = ast.literal_eval(f"{words[:-1]},)")
    except (SyntaxError, ValueError):
        return found[0]
    line = " ".join(given)
    if "\n" in line or (kind != "run_line_magic" and len(given) > 1):
        return found[0]
    mark = {"run_line_magic": "%", "system": "!", "getoutput": "!"}[kind]
    return f"{before}{mark}{line}".rstrip()
