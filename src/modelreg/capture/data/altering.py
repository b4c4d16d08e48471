"""Whether the text of a cell gives a variable another value after a training: then what it holds later proves nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from modelreg.capture.data.access import root_of
from modelreg.capture.data.kinds import library

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Functions = Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]

__all__ = ["ANYTHING", "altered", "changed_after", "changed_by", "touched"]

_CHANGING: Final = """
append clear extend fill insert itemset partition pop popitem put remove resize reverse setdefault setfield shuffle sort update
"""
_METHODS: Final = frozenset(_CHANGING.split())
"""Methods that change their receiver."""
_OF_ARGUMENTS: Final = frozenset({"shuffle", "copyto", "fill_diagonal", "place", "put", "putmask", "put_along_axis"})
"""Functions that change their first argument."""
_IN_PLACE: Final = frozenset({"inplace", "out"})

_NUMPY: Final = frozenset({"np", "numpy"})
ANYTHING: Final = "*"
"""Stands for every variable: what a text that is run changes is not known."""

_Place = tuple[int, int]


def altered(body: Sequence[ast.stmt], name: str | None, call: ast.Call) -> bool:
    """Whether statements change or rebind a variable once a call has run, or in the very statement of the call.

    Parameters
    ----------
    body : sequence of ast.stmt
        The statements of a cell, as far as they ran.
    name : str
        The variable.
    call : ast.Call
        One of the calls in `body`.
    """
    if name is None:
        return False
    after = (call.end_lineno or call.lineno, call.end_col_offset or 0)
    whole = _statement_of(body, call)
    places = (one for each in body for one in _places(each, name))
    return any(one >= after for one in places) or (whole is not None and any(_targets(whole, name)))


def touched(body: Sequence[ast.stmt], name: str) -> bool:
    """Whether statements change or rebind a variable, as far as their text tells."""
    return any(True for each in body for _ in _places(each, name))


def changed_after(body: Sequence[ast.stmt], call: ast.Call, functions: Functions) -> set[str]:
    """Return the variables whose values statements change in place once a call has run, in functions of the session too."""
    after = (call.end_lineno or call.lineno, call.end_col_offset or 0)
    found: set[str] = set()
    asked: dict[str, set[str]] = {}
    for node in (one for each in body for one in ast.walk(each)):
        if not isinstance(node, ast.Attribute | ast.Subscript | ast.Call) or (node.lineno, node.col_offset) < after:
            continue
        if isinstance(node, ast.Call):
            found |= changed_by(node, functions, asked)
        elif isinstance(node.ctx, ast.Store | ast.Del) and (name := root_of(node)) is not None:
            found.add(name)
    return found


def changed_by(call: ast.Call, functions: Functions, asked: dict[str, set[str]] | None = None) -> set[str]:
    """Return the variables whose values a call changes in place, as far as its text and that of the functions tells."""
    asked = {} if asked is None else asked
    found = {name for one in _changeable(call) if (name := root_of(one)) is not None and _changes(call, name)}
    found |= {name for one in _written_to(call) if (name := root_of(one)) is not None}
    function = functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
    if function is None:
        return found
    if function.name not in asked:
        asked[function.name] = set()  # it may call itself
        inner = [one for each in function.body for one in ast.walk(each) if isinstance(one, ast.Call)]
        asked[function.name] = {name for one in inner for name in changed_by(one, functions, asked)}
    changed = asked[function.name]
    places = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    pairs = [*zip(places, call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
    for name, one in pairs:
        if name and isinstance(one, ast.Name) and (name in changed or touched(function.body, name)):
            found.add(one.id)
    if function.args.vararg is not None and (changed or _stores_parts(function.body)):
        found |= {one.id for one in call.args[len(places) :] if isinstance(one, ast.Name)}
    return found


def _changeable(call: ast.Call) -> Iterator[ast.expr]:
    yield from (call.func, *call.args[:1], *(each.value for each in call.keywords))


def _written_to(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call may write into by its place, or by code that its text does not tell."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name == "map":
        yield from (inner for one in call.args[1:] for inner in ast.walk(one) if isinstance(inner, ast.Name))
    elif name in {"exec", "eval"}:
        yield _anything(call)
    if not isinstance(call.func, ast.Attribute):
        return
    base = call.func.value
    numpy = library("numpy")
    loop = getattr(numpy, call.func.attr, None) if root_of(base) in _NUMPY else None
    if numpy is not None and isinstance(loop, numpy.ufunc):
        yield from call.args[loop.nin :]
    if isinstance(base, ast.Attribute) and root_of(base) in _NUMPY and call.func.attr == "at":
        yield from call.args[:1]
    if isinstance(base, ast.Call) and any(one.arg == "copy" and _is_false(one.value) for one in base.keywords):
        yield from call.args  # StandardScaler(copy=False).fit_transform(X)


def _anything(call: ast.Call) -> ast.expr:
    return ast.copy_location(ast.Name(id=ANYTHING, ctx=ast.Load()), call)


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _stores_parts(body: Sequence[ast.stmt]) -> bool:
    """Whether statements change something in place."""
    return any(
        isinstance(one, ast.Subscript | ast.Attribute) and isinstance(one.ctx, ast.Store | ast.Del)
        for each in body
        for one in ast.walk(each)
    )


def _statement_of(body: Sequence[ast.stmt], call: ast.Call) -> ast.stmt | None:
    """Return the assignment that a call is part of: its targets stand before the call, and are bound after it."""
    for each in body:
        for one in ast.walk(each):
            if isinstance(one, ast.Assign | ast.AugAssign | ast.AnnAssign) and any(
                inner is call for inner in ast.walk(one)
            ):
                return one
    return None


def _targets(node: ast.stmt, name: str) -> Iterator[bool]:
    return (True for one in ast.walk(node) if _is_stored(one, name))


def _places(node: ast.stmt, name: str) -> Iterator[_Place]:
    """Yield where a statement changes a variable."""
    for one in ast.walk(node):
        if _is_stored(one, name) or (isinstance(one, ast.Call) and _changes(one, name)):
            yield one.lineno, one.col_offset  # type: ignore[attr-defined]  # what is stored, and a call, has a place
        elif isinstance(one, ast.Import | ast.ImportFrom) and name in {each.asname or each.name for each in one.names}:
            yield one.lineno, one.col_offset


def _is_stored(node: ast.AST, name: str) -> bool:
    """Whether a node is ``X``, ``X["a"]`` or ``X.loc[1]`` that is given a value or deleted."""
    return (
        isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        and isinstance(node.ctx, ast.Store | ast.Del)
        and root_of(node) == name
    )


def _changes(call: ast.Call, name: str) -> bool:
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    rooted = bool(method) and root_of(call.func) == name
    asked = [one.value for one in call.keywords if one.arg in _IN_PLACE]
    if rooted and (method in _METHODS or _ends_in_place(method) or any(map(_is_true, asked))):
        return True
    if any(root_of(one) == name for one in asked):
        return True
    last = method or root_of(call.func)
    return last in _OF_ARGUMENTS and bool(call.args) and root_of(call.args[0]) == name


def _ends_in_place(method: str) -> bool:
    """Whether a method is called as torch calls those that change a tensor: ``add_``."""
    return method.endswith("_") and not method.startswith("_")


def _is_true(node: ast.expr) -> bool:
    # what is no constant may be true
    return not isinstance(node, ast.Constant) or bool(node.value)
