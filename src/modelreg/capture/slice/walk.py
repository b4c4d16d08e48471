"""The walk from the end of a session back to what an object needs."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelreg.capture.slice.effects import Effects, effects_of
from modelreg.capture.slice.magics import plain
from modelreg.capture.slice.tables import PURE_PACKAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.capture.execution import Execution


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One statement of the slice and where it stood."""

    cell: int
    """The place of its execution in the log, from 0."""
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What made an object: text that runs alone, and what could not be told for certain."""

    source: str
    kept: tuple[Kept, ...]
    dropped: int
    uncertain: tuple[tuple[str, str], ...]
    """Pairs of reason and place."""
    outside: frozenset[str]
    """Names that must exist already: no statement of the log binds them."""


@dataclass(slots=True)
class _Step:
    kept: Kept
    effects: Effects
    reasons: set[str]
    imports: bool


def slice_log(log: Sequence[Execution], target: str, *, scope: Mapping[str, object] | None = None) -> Slice:
    """The statements of `log` that made what `target` names.

    Parameters
    ----------
    log
        Executions in the order in which they ran.
    target
        The variable that holds the object.
    scope
        The namespace as it is now; reserved for decisions by runtime type.
    """
    steps, unread = _steps(log)
    # the configuration is an input of everything
    needed = {target, "<config>"} | _spread(steps, target)
    chosen: list[_Step] = []
    for step in reversed(steps):
        found = step.effects
        if not needed & (found.binds | found.mutates):
            continue
        chosen.append(step)
        needed -= found.sure
        needed |= found.uses
    chosen.reverse()
    reasons = [(reason, f"cell {one.kept.cell + 1}") for one in chosen for reason in sorted(one.reasons)]
    # a loop or a branch may not have run, and so ends no search; what it binds is bound by the slice all the same
    needed -= {one for step in chosen for one in step.effects.binds}
    known = {one for one in needed if not one.startswith("<") and not hasattr(builtins, one)}
    return Slice(
        source=_render(chosen),
        kept=tuple(one.kept for one in chosen),
        dropped=len(steps) - len(chosen),
        uncertain=(*unread, *dict.fromkeys(reasons)),
        outside=frozenset(known - {"get_ipython"}),
    )


def _steps(log: Sequence[Execution]) -> tuple[list[_Step], list[tuple[str, str]]]:
    steps: list[_Step] = []
    unread: list[tuple[str, str]] = []
    origins: dict[str, str] = {}
    for index, execution in enumerate(log):
        try:
            body = plain(ast.parse(execution.code).body)
        except (SyntaxError, ValueError):
            unread.append(("a cell that is not Python was left out", f"cell {index + 1}"))
            continue
        for statement in body:
            if not execution.ok and execution.failing_line is None:
                unread.append(("a failed cell was left out: its failing line is unknown", f"cell {index + 1}"))
                break
            failing = not execution.ok and (statement.end_lineno or 0) >= (execution.failing_line or 0)
            if failing and not hasattr(statement, "body"):
                break
            step = _step(index, statement, execution, origins)
            if failing:
                step.reasons.add("a statement that failed half-way was kept")
                step.effects.sure.clear()
            steps.append(step)
            if failing:
                break
    return steps, unread


def _step(index: int, statement: ast.stmt, execution: Execution, origins: dict[str, str]) -> _Step:
    found = effects_of(statement, origins)
    if any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in ast.walk(statement)):
        found.binds |= execution.bound
    for name in found.sure:
        origins.pop(name, None)
    origins.update(found.origins)
    found.links = {pair for pair in found.links if not any(origins.get(one) in PURE_PACKAGES for one in pair)}
    reasons = set(found.uncertain)
    if execution.before_load:
        reasons.add("it ran before the log began: whether it succeeded is not known")
    text = ast.unparse(statement)
    kept = Kept(cell=index, line=statement.lineno, text=text)
    return _Step(kept, found, reasons, isinstance(statement, ast.Import | ast.ImportFrom))


def _spread(steps: list[_Step], target: str) -> set[str]:
    """Let each mutation reach what shares or holds the object then; what the target's own code reads at the end."""
    near: dict[str, set[str]] = {}
    free: dict[str, set[str]] = {}
    for step in steps:
        found = step.effects
        # a function reads its outer names when it is called, not when it is defined
        found.uses = _reached(found.uses, free)
        # a call of a user's function may change what its body changes
        found.mutates |= {
            one for name in _reached(found.calls, free) & free.keys() for one in near.get(name, ())
        } - found.sure
        for name in found.sure:
            free.pop(name, None)
            for other in near.pop(name, ()):
                near.get(other, set()).discard(name)
        free.update(found.free)
        for left, right in found.links:
            near.setdefault(left, set()).add(right)
            near.setdefault(right, set()).add(left)
        found.mutates = _reached(found.mutates, near)
    return _reached(_reached({target}, near) & free.keys(), free)


def _reached(names: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    """`names` and all that the edges lead to from there."""
    reached, todo = set[str](), list(names)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += edges.get(name, ())
    return reached


def _render(chosen: list[_Step]) -> str:
    lines: list[str] = []
    cell = -1
    for step in chosen:
        if step.kept.cell != cell:
            cell = step.kept.cell
            lines.append(f"# cell {cell + 1}")
        lines.append(step.kept.text)
    return "\n".join(lines) + "\n" if lines else ""
