"""The statements of a cell that ran, as far as it ran."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from modelreg import syntax

if TYPE_CHECKING:
    from modelreg.notebook.execution import Execution

__all__ = ["statements"]

_MAGICS: Final = frozenset({"time", "capture", "prun"})


def statements(execution: Execution) -> list[ast.stmt]:
    """Return the statements of a cell that ran, as far as it ran.

    Raises
    ------
    SyntaxError
        It is no Python.
    """
    body = _parsed(execution.code)
    last = execution.failing_line
    if execution.ok or last is None:
        return list(body) if execution.ok else []
    # a loop that failed in the middle has done something
    return [one for one in body if (one.end_lineno or 0) < last or (hasattr(one, "body") and one.lineno < last)]


@lru_cache(maxsize=4096)
def _parsed(code: str) -> list[ast.stmt]:
    # what was trained and where its data came from are asked of the same cells; nobody changes the tree
    return _plain(syntax.parse(code).body)


def _plain(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for one in body:
        call = one.value if isinstance(one, ast.Expr) else None
        magic = isinstance(call, ast.Call) and ast.unparse(call.func).startswith("get_ipython().run_")
        words = (
            [str(part.value) for part in call.args if isinstance(part, ast.Constant)]
            if isinstance(call, ast.Call)
            else []
        )
        if magic and words and words[0] in _MAGICS:
            try:
                found += _plain(syntax.parse(words[-1].strip()).body)
            except SyntaxError:
                continue
        else:
            found.append(one)
    return found
