"""Python on the line: evaluated in the user's namespace; metrics and params made from what comes out."""

from __future__ import annotations

import ast
import numbers
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from modelreg import syntax
from modelreg.commands import variables
from modelreg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelreg.commands.declare import Expression
    from modelreg.commands.session import Session


_OF_DATA = ("--data", "--eval")


def evaluate(expression: Expression, scope: Mapping[str, Any], what: str) -> Any:
    """Return the value of an expression.

    Parameters
    ----------
    expression : Expression
        The user's own code, run in the user's own kernel.
    scope : mapping
        The variables.
    what : str
        What it is for (``--metric auc``), for messages.

    Raises
    ------
    UsageError
        It cannot be understood, or it raised; the message names the expression and the exception.
    """
    source = expression.source
    try:
        code = compile(source.strip(), "<modelreg>", "eval")
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        msg = f"{what}: {source} at column {expression.column + 1} is no Python expression ({reason})"
        raise UsageError(msg) from error
    try:
        return eval(code, dict(scope))  # noqa: S307
    except NameError as error:
        wrong = error.name or ""
        data = what.startswith(_OF_DATA) and expression.source.strip() == wrong
        first = variables.data(scope) if what.startswith(_OF_DATA) else ()
        hint, right = variables.meant(wrong, scope, first, values_only=data)
        msg = f"{what}: {source} raised NameError: no variable {wrong!r}; {hint}"
        raise UsageError(msg, slip=variables.slip(expression, wrong, right)) from error
    except Exception as error:
        text = " ".join(str(error).split())
        msg = f"{what}: {source} raised {type(error).__name__}: {text}"
        raise UsageError(msg) from error


def metrics(nb: Session, pairs: Iterable[tuple[str, Expression]], whole: Expression | None) -> dict[str, Any]:
    """Return the metrics of ``--metric`` and ``--metrics``; the single ones win.

    Raises
    ------
    UsageError
        A value is no number; the message names the metric.
    """
    found: dict[str, Any] = {}
    if whole is not None:
        table = nb.evaluate(whole, "--metrics")
        if not hasattr(table, "items"):
            msg = f"--metrics takes a dict, Series or DataFrame; {whole.source} is {_a(table)}"
            raise UsageError(msg, tries=("help register",))
        found = {str(key): curve(value, f"--metrics: {key}") for key, value in table.items()}
    for key, expression in _single(pairs, "--metric").items():
        found[key] = curve(_ordered(nb, expression, f"--metric {key}"), f"--metric {key}")
    return found


def params(nb: Session, pairs: Iterable[tuple[str, Expression]]) -> dict[str, Any]:
    """Return the params of ``--param``."""
    return {key: _ordered(nb, expression, f"--param {key}") for key, expression in _single(pairs, "--param").items()}


def _ordered(nb: Session, expression: Expression, what: str) -> Any:
    """Return the value of an expression that is no set: ``C={c}`` is one, where ``C=c`` is meant.

    Raises
    ------
    UsageError
        It is a set; the message says what to write.
    """
    value = nb.evaluate(expression, what)
    if not isinstance(value, (set, frozenset)):
        return value
    node = syntax.parse(expression.source.strip(), mode="eval").body
    if isinstance(node, ast.Set) and len(node.elts) == 1:
        meant = f"{what}={ast.unparse(node.elts[0])}: what stands after = is Python already"
    else:
        meant = f"{what}=sorted({expression.source.strip()}) for a list"
    msg = f"{what}: {expression.source.strip()} is a set; write {meant}"
    raise UsageError(msg)


def _single(pairs: Iterable[tuple[str, Expression]], option: str) -> dict[str, Expression]:
    found: dict[str, Expression] = {}
    for key, expression in pairs:
        if key in found:
            msg = f"{option} {key} is given twice"
            raise UsageError(msg)
        found[key] = expression
    return found


def curve(value: object, what: str) -> float | list[float]:
    """Return a metric: a number, or the numbers of a sequence, array, Series or column.

    Raises
    ------
    UsageError
        It is neither; the message begins with ``what``.
    """
    single = _scalar(value)
    if single is not None:
        return single
    if isinstance(value, (str, bytes)) or (hasattr(value, "items") and not hasattr(value, "to_numpy")):
        raise _no_number(value, what)
    try:
        points = list(value)  # type: ignore[call-overload]  # anything else has no points, which is said
    except TypeError:
        raise _no_number(value, what) from None
    if not points:
        msg = f"{what} has no points"
        raise UsageError(msg)
    return [_point(point, f"{what}[{step}]") for step, point in enumerate(points)]


def is_table(value: object) -> bool:
    """Whether something holds values by name and is no curve itself: a dict or a DataFrame."""
    return hasattr(value, "items") and (not hasattr(value, "to_numpy") or hasattr(value, "columns"))


def _point(value: object, what: str) -> float:
    number = _scalar(value)
    if number is None:
        raise _no_number(value, what)
    return number


def _scalar(value: object) -> float | None:
    """Return a number as a float: also of numpy and of tensors with one element; None when it is none."""
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        value = item()
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, Decimal)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _no_number(value: object, what: str) -> UsageError:
    return UsageError(f"{what} takes a number or a sequence of numbers, not {_a(value)}")


def _a(value: object) -> str:
    """Return what a value is, with the value where it is short."""
    kind = type(value).__name__
    shown = repr(value) if isinstance(value, (str, bool, int, float)) or value is None else ""
    return f"{shown} ({kind})" if shown and len(shown) <= 40 else kind  # noqa: PLR2004
