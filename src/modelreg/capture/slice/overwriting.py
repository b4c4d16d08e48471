"""Calls that write their result over what they are given."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from modelreg.capture.slice.values import NONE, Values, reach

if TYPE_CHECKING:
    from modelreg.capture.slice.values import Arguments, Value

IN_PLACE = "=copy"
"""The field of an estimator that was told not to copy its data."""

_COPIES = frozenset({"copy", "copy_X", "copy_x"})
_MAKERS = frozenset({"array", "asarray", "astype"})
"""Functions of numpy that share memory where they do not copy, and write nothing."""


def written_over(dotted: str, given: Arguments) -> Values:
    """Return the arguments of a function that get its result."""
    family, _, _ = dotted.partition(".")
    name = dotted.rpartition(".")[2]
    found = given.named.get("out", NONE)
    if family == "numpy":
        kinds = getattr(getattr(sys.modules.get("numpy"), name, None), "types", ())
        if kinds:
            # `dd->d`: what stands behind the inputs is written to
            found = found.union(*given.listed[kinds[0].index("->") :])
    if family in {"numpy", "sklearn"} and name[:1].islower() and name not in _MAKERS and in_place(given):
        found = found.union(*given.listed[:1])
    return found


def in_place(given: Arguments) -> bool:
    """Whether a call says that nothing is to be copied."""
    words = given.node.keywords if given.node else ()
    return any(one.arg in _COPIES and isinstance(one.value, ast.Constant) and one.value.value is False for one in words)


def writes_over(estimator: Value) -> bool:
    """Whether an estimator, or one that it holds, changes the data that it works on."""
    return any(IN_PLACE in one.fields for one in reach([estimator]))
