"""Paths that a cell writes out: literals, joins and names, worked out without running anything of the cell."""

from __future__ import annotations

import ast
import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from modelreg.capture.data.access import evaluate, is_access
from modelreg.capture.data.kinds import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["text_of"]

_PATHS = frozenset({"Path", "PosixPath", "PurePath", "PurePosixPath", "str", "fspath", "expanduser", "normpath"})


def text_of(node: ast.expr, scope: Mapping[str, Any]) -> str:
    """Return the path or address that an expression stands for.

    Raises
    ------
    Unreadable
        It calls more than what joins paths, or a name in it has no text.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(one, scope) for one in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
        left, right = text_of(node.left, scope), text_of(node.right, scope)
        return left + right if isinstance(node.op, ast.Add) else os.path.join(left, right)  # noqa: PTH118  (texts)
    if isinstance(node, ast.Call):
        return _called(node, scope)
    if not is_access(node):
        raise Unreadable(f"{ast.unparse(node)[:80]} is worked out by the cell")
    return _text(evaluate(node, scope))


def _text(value: Any) -> str:
    if isinstance(value, str | PurePath):
        return os.fspath(value)
    raise Unreadable(f"it was given a {type(value).__name__}, not a path")


def _piece(node: ast.expr, scope: Mapping[str, Any]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.FormattedValue) or node.format_spec is not None or not is_access(node.value):
        raise Unreadable("part of it is worked out by the cell")
    value = evaluate(node.value, scope)
    if not isinstance(value, str | int | PurePath):
        raise Unreadable(f"part of it is a {type(value).__name__}")
    return str(value)


def _called(node: ast.Call, scope: Mapping[str, Any]) -> str:
    word = ast.unparse(node.func).rpartition(".")[2] if isinstance(node.func, ast.Name | ast.Attribute) else ""
    parts = [text_of(one, scope) for one in node.args] if word in {*_PATHS, "join", "joinpath", "cwd", "home"} else []
    if word in _PATHS and node.args:
        found = os.path.join(*parts)  # noqa: PTH118  (texts)
        return os.path.expanduser(found) if word == "expanduser" else found  # noqa: PTH111  (a text)
    if word == "join" and ast.unparse(node.func).endswith("path.join") and parts:
        return os.path.join(*parts)  # noqa: PTH118  (texts)
    if isinstance(node.func, ast.Attribute):
        if word == "joinpath":
            return os.path.join(text_of(node.func.value, scope), *parts)  # noqa: PTH118  (texts)
        if word in {"resolve", "absolute", "expanduser", "as_posix"}:
            return os.path.expanduser(text_of(node.func.value, scope))  # noqa: PTH111  (a text)
    raise Unreadable(f"{ast.unparse(node)[:80]} is worked out by the cell")
