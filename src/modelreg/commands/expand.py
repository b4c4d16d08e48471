"""``{x}`` and ``$x`` in texts and references: replaced by the value of a variable, or an error, never passed over."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final

from modelreg import syntax
from modelreg.commands.line import closing, outside
from modelreg.errors import UsageError, instead

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = re.compile(r"[^\W\d]\w*")
_CONVERSIONS: Final = {"r": repr, "s": str, "a": ascii}


def expand(text: str, scope: Mapping[str, Any], column: int) -> str:
    """Return ``text`` with variables put in.

    ``{clf.depth}``, ``{scores["auc"]:.3f}`` and ``$name`` are replaced; ``{{``, ``}}`` and ``$$`` stand for one brace or
    dollar; ``{}``, a lone ``}`` and a ``$`` before anything but a name (``$5``) are themselves.

    Parameters
    ----------
    text : str
        A text without its quotes.
    scope : mapping
        The variables.
    column : int
        Where the text begins on the line, for messages.

    Raises
    ------
    UsageError
        A variable is not defined, or the braces hold no variable.

    Examples
    --------
    >>> expand("depth {d}, auc {s['auc']:.2f}, $d, {{d}}, $5", {"d": 3, "s": {"auc": 0.9123}}, 0)
    'depth 3, auc 0.91, 3, {d}, $5'
    """
    pieces: list[str] = []
    at = 0
    while at < len(text):
        char, pair = text[at], text[at : at + 2]
        if pair in {"{{", "}}", "$$"}:
            pieces.append(char)
            at += 2
        elif char == "{":
            end = closing(text, at)
            pieces.append(_braced(text[at:end], scope, column))
            at = end
        elif char == "$" and (found := _NAME.match(text, at + 1)):
            pieces.append(str(_value(ast.Name(found[0]), scope, f"${found[0]}", column)))
            at = found.end()
        else:
            pieces.append(char)
            at += 1
    return "".join(pieces)


def _braced(braced: str, scope: Mapping[str, Any], column: int) -> str:
    """Return what ``{…}`` stands for."""
    inner = braced[1:-1]
    if not inner.strip() and braced.endswith("}"):
        return braced
    colon = next(outside(inner, ":"), len(inner))
    source, form = inner[:colon], inner[colon + 1 :]
    convert: Any = str if not form else None
    mark = next(outside(source, "!"), None)
    if mark is not None and source[mark + 1 :] in _CONVERSIONS:
        source, convert = source[:mark], _CONVERSIONS[source[mark + 1 :]]
    try:
        node = syntax.parse(source.strip(), mode="eval").body if braced.endswith("}") else None
    except (SyntaxError, ValueError):
        node = None
    if node is None or not _plain(node):
        msg = f"{braced} at column {column + 1} is no variable; braces take a variable, and {{{{ is a plain brace"
        raise UsageError(msg)
    value = _value(node, scope, braced, column)
    try:
        return format(convert(value) if convert else value, form)
    except (TypeError, ValueError) as error:
        msg = f"{braced} at column {column + 1} cannot be written: {error}"
        raise UsageError(msg) from error


def _plain(node: ast.expr) -> bool:
    """Whether an expression only reaches for something: names, attributes, subscripts."""
    if isinstance(node, ast.Attribute):
        return _plain(node.value)
    if isinstance(node, ast.Subscript):
        return _plain(node.value)
    return isinstance(node, ast.Name)


def _value(node: ast.expr, scope: Mapping[str, Any], shown: str, column: int) -> Any:
    """Return the value of a variable, attribute or item."""
    code = compile(ast.fix_missing_locations(ast.Expression(_loaded(node))), "<modelreg>", "eval")
    try:
        return eval(code, dict(scope))  # noqa: S307
    except NameError as error:
        missing = error.name or ""
        names = [name for name in scope if not name.startswith("_")]
        hint = instead(missing, names, none="there is no variable yet")
        literal = "$$" if shown.startswith("$") else "{{"
        msg = f"no variable {missing!r} for {shown} at column {column + 1}; {hint} ({literal} is a plain {literal[0]})"
        raise UsageError(msg) from error
    except Exception as error:
        msg = f"{shown} at column {column + 1} raised {type(error).__name__}: {error}"
        raise UsageError(msg) from error


def _loaded(node: ast.expr) -> ast.expr:
    """Return a name with the context that Python's compiler wants."""
    return ast.Name(node.id, ast.Load()) if isinstance(node, ast.Name) else node
