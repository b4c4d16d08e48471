"""Plain statements out of a cell that IPython transformed."""

from __future__ import annotations

import ast

from modelreg.capture.slice.tables import DROPPED_MAGICS, HARMLESS_COMMANDS

TRANSPARENT = frozenset({"time", "capture", "prun"})


def plain(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements without magics that make nothing, and with what timed ones contain."""
    return [one for statement in body for one in _open(statement)]


def _open(statement: ast.stmt) -> list[ast.stmt]:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not ast.unparse(call.func).startswith("get_ipython()."):
        return [statement]
    kind = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    words = [str(one.value) for one in call.args if isinstance(one, ast.Constant)]
    name = words[0] if words else ""
    if kind == "system":
        return [] if name.split()[:1] and name.split()[0] in HARMLESS_COMMANDS else [statement]
    if name in DROPPED_MAGICS:
        return []
    if name in TRANSPARENT and len(words) > 1:
        return _inner(statement, words[-1])
    return [statement]


def _inner(statement: ast.stmt, text: str) -> list[ast.stmt]:
    try:
        inner = ast.parse(text.strip("\n")).body
    except SyntaxError:
        return [statement]
    for top in inner:
        for one in ast.walk(top):
            if isinstance(one, ast.stmt | ast.expr):
                # the magic stands on one line of the cell: what failed inside it failed there
                one.lineno = one.end_lineno = statement.lineno
    return plain(inner)
