"""What code loads out of a registry: what of it flows into an object, and the version that each name meant then.

Of a model that merely looked at the same data nothing came. A name or an alias means another version once somebody registers or
promotes one; run again, code must load the one that it loaded.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg import syntax
from modelreg.capture.slice.bodies import bound_in
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WORDS: Final = 2
"""A line of the registry as IPython calls it: the name of the magic, and the rest."""
_FIXED: Final = re.compile(r".*:v\d+")
"""A reference that means the same version for ever."""
_WORD: Final = re.compile(r"""^(\s*load\s+)(?:"([^"]*)"|'([^']*)'|(\S+))(?=\s|$)""")
"""A line of the registry that loads: what stands before the reference, and the reference, in quotes or without."""


class _Load(NamedTuple):
    """A statement that loads something."""

    name: str
    """The variable that it is loaded into."""
    ref: str
    """What is loaded; empty where that is no plain text."""
    text: ast.expr | None
    """Where the reference stands: it, what gives it, or the line of the registry that holds it."""
    by: str | None = None
    """The name that the method is called on, or reached from, empty where it has none; None for a line of the registry."""


def flowing(source: str, root: str, is_registry: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return the variables that something is loaded into from which an object was made, each with the reference.

    What an object is made of is what stands on the right of its name, and what its own methods were given; a model that
    was given the same data made nothing of it. The reference is empty where it is no plain text.

    Parameters
    ----------
    source : str
        The statements that made it.
    root : str
        The variable that holds it.
    is_registry : callable
        Whether a name is that of a registry, or of what gives one: other things have a method ``load`` too.
    """
    try:
        tree = syntax.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    nodes = list(ast.walk(tree))
    flows = [one for node in nodes for one in _flows(node, root)]
    reached: set[str] = set()
    ahead = {root}
    while ahead:
        reached |= ahead
        ahead = {name for targets, given in flows if targets & reached for name in given} - reached
    found = (one for node in nodes for one in _loads(node) if one.name in reached)
    return sorted({(one.name, one.ref) for one in found if one.by is None or is_registry(one.by)})


def only_loads(source: str, variable: str) -> bool:
    """Whether code ends where an object is loaded, and nothing was made of it since; a part of one is called by its whole."""
    root = re.split(r"\W", variable, maxsplit=1)[0]
    try:
        body = syntax.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(one.name == root for node in body[-1:] for one in _loads(node))


def pinned(
    source: str, known: Callable[[str, str], str | None], is_registry: Callable[[str], bool]
) -> tuple[str, set[str]]:
    """Return code whose loads name the versions that they loaded, and the lines of the registry that all do so now.

    Parameters
    ----------
    source : str
        The statements that made an object.
    known : callable
        Returns what a variable and the reference that was loaded into it meant; None where nothing tells. Either may be
        empty: a variable tells only of the last statement that binds it, and of none in a block or a function.
    is_registry : callable
        As for :func:`flowing`.
    """
    try:
        tree = syntax.parse(source)
        lines = [line.encode() for line in source.split("\n")]
    except (SyntaxError, ValueError, RecursionError):
        return source, set()
    if "\r" in source:  # it may end lines of its own
        return source, set()
    last: dict[str, ast.expr | None] = {}
    for node in tree.body:
        last |= dict.fromkeys(bound_in([node]))
        last |= {one.name: one.text for one in _loads(node)}
    settled, open_ = set(), set()
    found = [one for node in ast.walk(tree) for one in _loads(node) if not _FIXED.fullmatch(one.ref)]
    for one in sorted(found, key=_place, reverse=True):
        text = one.text
        if text is None or not (one.by is None or is_registry(one.by)):
            continue
        said = text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else None
        meant = known(one.name if last.get(one.name) is text else "", one.ref) if one.ref or said is None else None
        if meant is not None and text.lineno == text.end_lineno:
            line, end = lines[text.lineno - 1], text.end_col_offset or 0
            told = meant if one.by is not None or said is None else _naming(said, meant)
            lines[text.lineno - 1] = line[: text.col_offset] + repr(told).encode() + line[end:]
            settled.add(said or "")
        elif said is not None:
            open_.add(said)
    return b"\n".join(lines).decode(), settled - open_


def _naming(line: str, ref: str) -> str:
    """Return a line of the registry that loads something else."""
    return _WORD.sub(lambda word: word[1] + quote(ref), line, count=1)


def _place(load: _Load) -> tuple[int, int]:
    return (0, 0) if load.text is None else (load.text.lineno, load.text.col_offset)


def _flows(node: ast.AST, root: str) -> Iterator[tuple[set[str], set[str]]]:
    """Yield into which names a statement brings something, and out of which."""
    if isinstance(node, ast.Assign):
        yield {name for target in node.targets for name in _bound(target)}, _names(node.value)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        yield set(_bound(node.target)), _names(node.value)
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield set(_bound(node.target)), _names(node.iter)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield set(_bound(node.optional_vars)), _names(node.context_expr)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield {node.name}, _names(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        given = {name for one in (*node.value.args, *node.value.keywords) for name in _names(one)}
        if isinstance(node.value.func, ast.Attribute):
            yield set(_bound(node.value.func)), given
        elif root in given:
            yield {root}, given


def _bound(target: ast.AST) -> Iterator[str]:
    """Yield the names that an assignment to this changes: of ``a.b[c], d`` those are a and d."""
    if isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            yield from _bound(one)
        return
    while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred | ast.Call):
        target = target.func if isinstance(target, ast.Call) else target.value
    if isinstance(target, ast.Name):
        yield target.id


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _loads(node: ast.AST) -> Iterator[_Load]:
    """Yield what a statement loads, where a registry may be meant: who asks knows what it has."""
    from modelreg.capture.slice.magics import loaded_as, magic

    if not isinstance(node, ast.Expr | ast.Assign):
        return
    line = magic(node)
    if line is not None:
        words, call = line[1], node.value
        name = loaded_as(words)
        if isinstance(node, ast.Assign) and " ".join(words).split()[:2] == ["modelreg", "load"]:
            name = node.targets[0].id if isinstance(node.targets[0], ast.Name) else name
        if name:
            yield _Load(name, _reference(words), _argument(call, len(words) - 1))
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_load(node.value):
        text = _argument(node.value, 0)
        plain = isinstance(text, ast.Constant) and isinstance(text.value, str)
        by = next(_bound(node.value), "")
        yield _Load(node.targets[0].id, str(text.value) if plain else "", text, by)  # type: ignore[union-attr]


def _is_load(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "load"


def _argument(call: ast.AST, place: int) -> ast.expr | None:
    """Return the argument of a call that stands there."""
    given = call.args[place : place + 1] if isinstance(call, ast.Call) else []
    return given[0] if given else None


def _reference(words: list[str]) -> str:
    """Return what a line loads; empty where options stand before it, or a variable stands for it."""
    found = _WORD.match(words[1]) if len(words) == _WORDS else None
    ref = next((one for one in found.groups()[1:] if one), "") if found else ""
    return "" if ref[:1] in {"-", "$", "{"} else ref
