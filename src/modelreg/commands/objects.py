"""OBJ: the model that a line names by a variable, attribute or item."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelreg import syntax
from modelreg.commands import variables
from modelreg.errors import Slip, UsageError, instead

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from modelreg.commands.declare import Expression

_REACHES = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.UnaryOp, ast.USub, ast.Tuple, ast.Load)


@dataclass(frozen=True, slots=True)
class Named:
    """An object with what it is called."""

    obj: Any
    variable: str
    """As status and completion write it: ``models["rf"]``."""
    artifact: str
    """What its artifact is called: ``models-rf``."""


def find(expression: Expression, scope: Mapping[str, Any], *, first: Collection[str] = ()) -> Named:
    """Return the object that ``expression`` names.

    Parameters
    ----------
    expression : Expression
        As it is typed.
    scope : mapping
        The variables.
    first : collection of str
        Those that are meant rather than others where one is not there.

    Raises
    ------
    UsageError
        It is more than a name, attribute or item, or there is no such thing; the message says what there is.
    """
    node = _parsed(expression, scope)
    root = next(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    missing = next((part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part.id not in scope), root)
    if missing not in scope:
        raise _no_variable(missing, expression, scope, first)
    return Named(_reach(node, scope), _typed(node), "-".join(_words(node)).strip("-") or "model")


def holding_models(scope: Mapping[str, Any]) -> list[str]:
    """Return the names of variables that hold models."""
    from modelreg.flavors import is_model

    return [name for name, value in scope.items() if not name.startswith("_") and is_model(value)]


def _parsed(expression: Expression, scope: Mapping[str, Any]) -> ast.expr:
    source = expression.source
    where = f"at column {expression.column + 1}"
    try:
        node = syntax.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        msg = f"{source!r} {where} names no object; write a variable, attribute or item"
        model = next(iter(holding_models(scope)), None)
        raise UsageError(msg, slip=Slip(expression.column, source, model) if model else None) from error
    if isinstance(node, ast.Tuple) and source.rstrip().endswith(","):
        bare = source.rstrip().rstrip(",")
        msg = f"{source} {where}: no comma stands between arguments"
        raise UsageError(msg, slip=Slip(expression.column, source, bare))
    if any(isinstance(part, ast.Call) for part in ast.walk(node)):
        msg = f"{source} {where} is a call; bind it first: model = {source}"
        raise UsageError(msg, slip=Slip(expression.column, source, "model"))
    strange = not all(isinstance(part, _REACHES) for part in ast.walk(node))
    if strange or not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) or not _rooted(node):
        msg = f"{source} {where} is no variable, attribute or item; bind it first: model = {source}"
        raise UsageError(msg, slip=Slip(expression.column, source, "model"))
    return node


def _rooted(node: ast.expr) -> bool:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return isinstance(node, ast.Name)


def _reach(node: ast.expr, scope: Mapping[str, Any]) -> Any:
    """Return what a checked node stands for."""
    if isinstance(node, ast.Name):
        return scope[node.id]
    if isinstance(node, ast.Attribute):
        owner = _reach(node.value, scope)
        try:
            return getattr(owner, node.attr)
        except AttributeError:
            msg = f"{ast.unparse(node.value)} ({type(owner).__name__}) has no attribute {node.attr!r}"
            hint = (
                instead(node.attr, [name for name in vars(owner) if name[:1] != "_"], none="")
                if hasattr(owner, "__dict__")
                else ""
            )
            raise UsageError(f"{msg}; {hint}" if hint.startswith("did you") else msg) from None
        except Exception as error:
            msg = f"{ast.unparse(node)} raised {type(error).__name__}: {' '.join(str(error).split())}"
            raise UsageError(msg) from error
    return _item(node, scope)


def _item(node: ast.expr, scope: Mapping[str, Any]) -> Any:
    """Return what a subscript or a key stands for."""
    if not isinstance(node, ast.Subscript):
        return (
            ast.literal_eval(node)
            if not isinstance(node, ast.Tuple)
            else tuple(_reach(part, scope) for part in node.elts)
        )
    holder, shown = _reach(node.value, scope), ast.unparse(node.value)
    key = _reach(node.slice, scope)
    try:
        return holder[key]
    except KeyError:
        keys = [str(each) for each in holder] if hasattr(holder, "keys") else []
        msg = f"{shown} has no key {key!r}; {instead(str(key), keys, none='it is empty')}"
        raise UsageError(msg) from None
    except IndexError:
        msg = f"{shown} has no item {key!r}; it has {len(holder)}"
        raise UsageError(msg) from None
    except Exception as error:
        msg = f"{ast.unparse(node)} raised {type(error).__name__}: {' '.join(str(error).split())}"
        raise UsageError(msg) from error


def _no_variable(name: str, expression: Expression, scope: Mapping[str, Any], first: Collection[str]) -> UsageError:
    """Return the error for a variable that is not there: close names first, else those that hold models."""
    models = holding_models(scope)
    made = [one for one in models if one in first]
    if made:
        said = f"no variable {name!r} in this kernel; the cell made {', '.join(made[:8])}"
        return UsageError(said, slip=variables.slip(expression, name, made[-1]))
    hint, right = variables.meant(name, scope, models)
    if not right:
        hint = f"models are in {', '.join(models[:8])}" if models else "no variable holds a model"
        right = models[0] if models else ""
    return UsageError(f"no variable {name!r} in this kernel; {hint}", slip=variables.slip(expression, name, right))


def _typed(node: ast.expr) -> str:
    """Return an expression as it is typed: keys in double quotes."""
    from modelreg.flavors.held import quoted

    if isinstance(node, ast.Attribute):
        return f"{_typed(node.value)}.{node.attr}"
    if not isinstance(node, ast.Subscript):
        return ast.unparse(node)
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return f"{_typed(node.value)}[{quoted(node.slice.value)}]"
    return _typed(node.value) + ast.unparse(node).removeprefix(ast.unparse(node.value))


def _words(node: ast.expr) -> list[str]:
    """Return the words of an expression: names, attributes, keys; without what has a meaning in references."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [*_words(node.value), node.attr]
    if isinstance(node, ast.Subscript):
        return [*_words(node.value), *_words(node.slice)]
    if isinstance(node, ast.Tuple):
        return [word for part in node.elts for word in _words(part)]
    text = str(ast.literal_eval(node))
    return ["".join("-" if c in "/:@" or not c.isprintable() else c for c in text).strip(" -")]
