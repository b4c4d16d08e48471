"""The text of a slice: what the user wrote, in the order in which it ran."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelreg.capture.slice.packages import pure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.capture.slice.statements import Statement
    from modelreg.capture.slice.values import Effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One statement of the slice and where it stood."""

    cell: int
    """The place of its execution in the log, from 0."""
    line: int
    text: str


def rendered(chosen: Sequence[tuple[Statement, Effects]]) -> tuple[str, tuple[Kept, ...]]:
    """The text, and its statements in the order of the text."""
    hoisted = _hoisted(chosen)
    kept: list[Kept] = []
    lines: list[str] = []
    seen: set[str] = set()
    for number in sorted(range(len(chosen)), key=lambda n: (n not in hoisted, n)):
        statement = chosen[number][0]
        text = _tried(statement) if statement.failed else statement.text
        bare = ast.unparse(statement.node) if number in hoisted else ""
        if bare and bare in seen:
            continue
        seen.add(bare)
        if _jumps(kept, statement):
            lines.append(("\n" if lines else "") + f"# cell {statement.cell + 1}, line {statement.line}")
        lines.append(text)
        kept.append(Kept(cell=statement.cell, line=statement.line, text=text))
    return "\n".join(lines) + "\n" if lines else "", tuple(kept)


def _jumps(kept: list[Kept], statement: Statement) -> bool:
    """Whether something was left out between the last statement and this one."""
    if not kept or kept[-1].cell != statement.cell:
        return True
    end = kept[-1].line + len(kept[-1].text.split("\n"))
    return not kept[-1].line <= statement.line <= end


def _tried(statement: Statement) -> str:
    """A statement that failed half-way: it does again, and what follows still runs."""
    error = statement.execution.error or "an error"
    if error == "KeyboardInterrupt" or statement.execution.running:
        return statement.text
    text = statement.text
    if _spans_lines(statement.node):
        # to indent the text would change what stands inside of its strings
        inner = statement.node.body if isinstance(statement.node, ast.Try) else [statement.node]
        text = "\n".join(ast.unparse(one) for one in inner)
    return f"try:  # ended with {error} in the session\n{textwrap.indent(text, '    ')}\nexcept Exception:\n    pass"


def _spans_lines(node: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Constant | ast.JoinedStr)
        and isinstance(getattr(one, "value", ""), str | bytes)
        and getattr(one, "end_lineno", 0) != getattr(one, "lineno", 0)
        for one in ast.walk(node)
    )


def _hoisted(chosen: Sequence[tuple[Statement, Effects]]) -> set[int]:
    """The imports that may as well stand at the top: of known packages, whose names mean nothing else."""
    binders: dict[str, set[str]] = {}
    for statement, effects in chosen:
        mark = ast.unparse(statement.node) if isinstance(statement.node, ast.Import | ast.ImportFrom) else ""
        for name in effects.binds:
            binders.setdefault(name, set()).add(mark or f"{statement.cell}:{statement.line}")
    found: set[int] = set()
    used: set[str] = set()
    known: set[str] = set()
    for number, (statement, effects) in enumerate(chosen):
        # what stands before it may be what it finds: a path, a setting, a file
        if any(one.startswith(("<config", "<syspath")) for one in effects.changes if isinstance(one, str)):
            break
        first = all(len(binders[one]) == 1 for one in effects.binds)
        if _plain(statement) and first and (ast.unparse(statement.node) in known or not used & effects.binds):
            found.add(number)
            known.add(ast.unparse(statement.node))
        else:
            used |= effects.uses - effects.binds
    return found


def _plain(statement: Statement) -> bool:
    node = statement.node
    if isinstance(node, ast.Import):
        return all(pure(one.name.split(".")[0]) for one in node.names)
    if isinstance(node, ast.ImportFrom):
        star = any(one.name == "*" for one in node.names)
        return not node.level and not star and pure((node.module or "").split(".")[0])
    return False
