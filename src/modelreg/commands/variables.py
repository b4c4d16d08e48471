"""The user's own variables, for what is offered in place of a name that is none."""

from __future__ import annotations

import re
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from modelreg.errors import Slip, alike, instead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelreg.commands.declare import Expression


def own(scope: Mapping[str, Any]) -> list[str]:
    """Return the names that are the user's: not IPython's, and none that is hidden."""
    from modelreg.flavors.held import IPYTHON

    return [name for name in scope if not name.startswith("_") and name not in IPYTHON]


def data(scope: Mapping[str, Any]) -> list[str]:
    """Return the names of the user's tables and arrays."""
    from modelreg.verbs.doubts import is_data

    return [name for name in own(scope) if is_data(scope[name])]


def meant(
    wrong: str, scope: Mapping[str, Any], first: Iterable[str] = (), *, values_only: bool = False
) -> tuple[str, str]:
    """Return what is said in place of a name that is no variable, and the one name that it is probably meant for.

    Parameters
    ----------
    wrong : str
        The name.
    scope : mapping
        The variables.
    first : iterable of str
        Those that fit the purpose best: named where none is close. Default: all that hold values.
    values_only : bool
        Whether no module, class or function is meant.
    """
    no_values = (type, ModuleType, FunctionType, BuiltinFunctionType)
    names = [name for name in own(scope) if not (values_only and issubclass(type(scope[name]), no_values))]
    close = alike(wrong, names)
    if close:
        return instead(wrong, names), close[0]
    values = [*first] or [name for name in names if not issubclass(type(scope[name]), no_values)]
    return instead(wrong, values, none="there is no variable yet"), ""


def slip(expression: Expression, wrong: str, right: str) -> Slip | None:
    """Return the slip of a wrong name in an expression; None where nothing is known to be right."""
    found = re.search(rf"(?<![\w.]){re.escape(wrong)}(?!\w)", expression.source) if wrong and right else None
    return None if found is None else Slip(expression.column + found.start(), wrong, right)
