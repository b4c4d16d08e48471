"""What texts of a session say: names that packages look up in them, sets of them without an order."""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from modelreg.capture.slice.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.capture.slice.values import Arguments

_MARKED: Final = re.compile(r"@([^\W\d]\w*)")
_WORD: Final = re.compile(r"(?<![\w.])[^\W\d]\w*")
_FORMULAS: Final = table("statsmodels patsy formulaic bambi linearmodels lifelines")
"""Packages that look for the names of a formula where they are called."""

_GIVE_TEXTS: Final = table("split splitlines rsplit findall read readlines lower upper strip word_tokenize")
_LOOKED_AT: Final = 20


def names_in_texts(family: str, name: str, given: Arguments, runtime: Mapping[str, object]) -> set[str]:
    """The names that a call may look up, because a text that it is given has them."""
    if name in {"query", "eval"} and family != "builtins":
        return {word for text in _texts(given, runtime) for word in _MARKED.findall(text)}
    if family in _FORMULAS:
        return {word for text in _texts(given, runtime) if "~" in text for word in _WORD.findall(text)}
    return set()


def _texts(given: Arguments, runtime: Mapping[str, object]) -> Iterator[str]:
    """The texts among the arguments, also those that variables hold."""
    if given.node is None:
        return
    for one in [*given.node.args, *(word.value for word in given.node.keywords)]:
        for inner in ast.walk(one):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                yield inner.value
        known = runtime.get(one.id) if isinstance(one, ast.Name) else None
        if isinstance(known, str):
            yield known


def holds_text(node: ast.expr, runtime: Mapping[str, object]) -> bool:
    """Whether an expression gives a text or a collection of them, as far as can be told without running it."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return any(holds_text(one, runtime) for one in node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in _GIVE_TEXTS
    known = _now(node, runtime)
    if type(known).__module__.startswith("pandas.") and hasattr(known, "to_numpy"):
        known = known[:_LOOKED_AT].to_numpy()  # type: ignore[index]
    if type(known).__module__ == "numpy" and getattr(getattr(known, "dtype", None), "kind", "") in {"O", "U", "T"}:
        known = known.ravel()[:_LOOKED_AT].tolist()  # type: ignore[attr-defined]
    if isinstance(known, list | tuple | set | frozenset | dict):
        return any(isinstance(one, str) for one in islice(known, _LOOKED_AT))
    return isinstance(known, str)


def sets_of_texts(runtime: Mapping[str, object]) -> tuple[str, ...]:
    """The names of sets that hold texts at the end of the session."""
    return tuple(
        name
        for name, value in list(runtime.items())
        if isinstance(value, set | frozenset) and any(isinstance(one, str) for one in islice(value, _LOOKED_AT))
    )


def _now(node: ast.expr, runtime: Mapping[str, object]) -> object:
    """What a name, or a column of a frame, means at the end of the session."""
    if isinstance(node, ast.Name):
        return runtime.get(node.id)
    if isinstance(node, ast.Attribute | ast.Subscript):
        whole = _now(node.value, runtime)
        index = node.slice if isinstance(node, ast.Subscript) else None
        name = node.attr if isinstance(node, ast.Attribute) else getattr(index, "value", None)
        if type(whole).__module__.startswith("pandas.") and isinstance(name, str):
            columns = getattr(whole, "columns", ())
            return whole[name] if name in columns else whole if name == "values" else None  # type: ignore[index]
    return None
