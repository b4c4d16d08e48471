"""The top-level statements of a log, with the text that the user wrote and where it stood."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelreg.capture.slice.magics import Opened, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.notebook.execution import Execution

COMPOUND = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)

UNPARSED = frozenset({"SyntaxError", "IndentationError", "TabError"})
"""Errors before anything ran."""


@dataclass(slots=True)
class Statement:
    """One statement that ran."""

    cell: int
    line: int
    node: ast.stmt
    text: str
    execution: Execution
    failed: bool = False
    """It ended half-way with an error."""
    left_out: bool = False
    """It failed before it did anything that can be repeated."""


def statements_of(log: Sequence[Execution]) -> tuple[list[Statement], list[tuple[str, str]]]:
    """The statements that ran, in their order, and the cells that could not be read."""
    found: list[Statement] = []
    unread: list[tuple[str, str]] = []
    for cell, execution in enumerate(log):
        if not execution.ok and execution.failing_line is None and execution.error in UNPARSED:
            continue
        try:
            parts = opened(execution.code, execution.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            unread.append(("a cell that is not Python was left out", f"cell {cell + 1}"))
            continue
        if not execution.ok and execution.failing_line is None:
            unread.append(("a failed cell was left out: its failing line is unknown", f"cell {cell + 1}"))
            continue
        found += _ran(cell, execution, parts)
    return found, unread


def _ran(cell: int, execution: Execution, parts: list[Opened]) -> Iterator[Statement]:
    """The statements of one cell up to the one that failed."""
    texts = _texts(parts)
    line = execution.failing_line or 0
    for number, (part, text) in enumerate(zip(parts, texts, strict=True)):
        made = Statement(cell, part.one_line or part.node.lineno + part.shift, part.node, text, execution)
        if execution.ok or part.last < line:
            yield made
            continue
        if part.one_line or part.shift:
            yield _half(made, parts[number:], texts[number:], part)
            return
        beside = (
            number + 1 < len(parts) and parts[number + 1].node.lineno == line and not isinstance(part.node, COMPOUND)
        )
        yield _failing(made, beside=beside)
        if not beside:
            return


def _failing(made: Statement, *, beside: bool) -> Statement:
    """The statement that failed, or one of several on its line: which of them did is not known."""
    interrupted = made.execution.error == "KeyboardInterrupt"
    calls = any(isinstance(one, ast.Call) for one in ast.walk(made.node))
    made.failed = beside or isinstance(made.node, COMPOUND) or (interrupted and calls)
    made.left_out = not made.failed
    return made


def _half(made: Statement, parts: list[Opened], texts: list[str], first: Opened) -> Statement:
    """A timed cell that failed: which of its statements did is not known, so that all are tried again."""
    same = [n for n, one in enumerate(parts) if one.text is first.text]
    body = [parts[n].node for n in same]
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
    made.node = ast.fix_missing_locations(ast.Try(body, [handler], [], []))
    made.text = "\n".join(texts[n] for n in same)
    made.failed = True
    return made


def _texts(parts: list[Opened]) -> list[str]:
    """What the user wrote for each statement, with the comments above and beside it."""
    lines: dict[int, list[str]] = {}
    texts = []
    ends: dict[int, int] = {}
    for number, part in enumerate(parts):
        of = lines.setdefault(id(part.text), part.text.split("\n"))
        first, last = _first(part.node), part.node.end_lineno or part.node.lineno
        taken = ends.get(id(part.text), 0)
        after = parts[number + 1] if number + 1 < len(parts) else None
        crowded = taken >= first or (after is not None and after.text is part.text and _first(after.node) <= last)
        ends[id(part.text)] = last
        if crowded or ";" in of[last - 1]:
            texts.append(_segment(of, part.node))
            continue
        above = first - 1
        while above > taken and of[above - 1].startswith("#"):
            above -= 1
        texts.append("\n".join(of[above:last]))
    return texts


def _first(node: ast.stmt) -> int:
    marks = getattr(node, "decorator_list", [])
    return min([node.lineno, *(int(one.lineno) for one in marks)])


def _segment(lines: list[str], node: ast.stmt) -> str:
    """The text of one statement among several of a line."""
    first, last = _first(node), node.end_lineno or node.lineno
    part = [one.encode() for one in lines[first - 1 : last]]
    part[-1] = part[-1][: node.end_col_offset]
    if first == node.lineno:
        part[0] = part[0][node.col_offset :]
    return b"\n".join(part).decode()
