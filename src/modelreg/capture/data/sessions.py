"""Reads a session's statements in the order in which they ran: which object was trained on what."""

from __future__ import annotations

import ast
import builtins
import copy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.capture.data.access import held_names, is_access, root_of
from modelreg.capture.data.objects import Event, Names, Thing
from modelreg.capture.data.roles import BOOSTERS, FITS, STEPWISE, Given, given, is_container, name_of_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from modelreg.capture.execution import Execution

__all__ = ["Session", "Source", "statements"]

_DEEPEST: Final = 4
_MAGICS: Final = frozenset({"time", "capture", "prun"})
_WRAPPERS: Final = frozenset({"fit", "partial_fit", "train"})
"""Methods that give back their receiver."""


class Source(NamedTuple):
    """One variable, or part of it, that went into a training."""

    role: str
    argument: str
    expression: str
    name: str
    whole: bool = True
    error: str | None = None


def statements(execution: Execution) -> list[ast.stmt]:
    """Return the statements of a cell that ran, as far as it ran.

    Raises
    ------
    SyntaxError
        It is no Python.
    """
    body = _plain(ast.parse(execution.code).body)
    last = execution.failing_line
    if execution.ok or last is None:
        return body if execution.ok else []
    # a loop that failed in the middle has done something
    return [one for one in body if (one.end_lineno or 0) < last or (hasattr(one, "body") and one.lineno < last)]


def _plain(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for one in body:
        call = one.value if isinstance(one, ast.Expr) else None
        magic = isinstance(call, ast.Call) and ast.unparse(call.func).startswith("get_ipython().run_")
        words = (
            [str(part.value) for part in call.args if isinstance(part, ast.Constant)]
            if isinstance(call, ast.Call)
            else []
        )
        if magic and words and words[0] in _MAGICS:
            try:
                found += _plain(ast.parse(words[-1].strip()).body)
            except SyntaxError:
                continue
        else:
            found.append(one)
    return found


class Session:
    """The names and objects of a session, filled statement by statement.

    Parameters
    ----------
    is_model : callable
        Whether a variable's value, as far as it is there, can be trained by another object.
    """

    def __init__(self, is_model: Callable[[str], bool]) -> None:
        self.names = Names()
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.packages: dict[str, str] = {}
        self.is_model = is_model
        self.every: list[Thing] = []
        self.cell = self.order = self.depth = 0

    def run(self, cell: int, body: Sequence[ast.stmt]) -> None:
        """Read the statements of one cell."""
        self.cell = cell
        self.block(body, self.names)

    def block(self, body: Sequence[ast.stmt], names: Names) -> None:
        """Read statements."""
        for one in body:
            self._statement(one, names)

    def _statement(self, node: ast.stmt, names: Names) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.functions[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            self._assign(node, names)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
            self._loop(node, names)
        elif not isinstance(node, ast.ClassDef):
            for child in ast.iter_child_nodes(node):
                self._child(child, names)

    def _child(self, child: ast.AST, names: Names) -> None:
        if isinstance(child, ast.stmt):
            self._statement(child, names)
        elif isinstance(child, ast.expr):
            self.value(child, names)
        else:  # with items, handlers, cases
            for inner in ast.iter_child_nodes(child):
                self._child(inner, names)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = node.module if isinstance(node, ast.ImportFrom) else None
        for one in node.names:
            package = (module or one.name).partition(".")[0]
            self.packages[one.asname or (one.name if module else package)] = package

    def _assign(self, node: ast.Assign | ast.AnnAssign, names: Names) -> None:
        if node.value is None:
            return
        thing = self.value(node.value, names)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            names.bind(target, thing, node.value)
            if names.outer is not None or self.depth:
                _temporary(names, target, node.value)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, names: Names) -> None:
        if not isinstance(node, ast.While):
            self.value(node.iter, names)
            names.loop(node.target, node.iter)
        steps = _has_step(node.body)
        self.depth += steps
        self.block(node.body, names)
        if steps:
            self._stepped(node.body, names)
        self.depth -= steps
        self.block(node.orelse, names)

    # ------------------------------------------------------------------------------------------------------- expressions

    def value(self, node: ast.expr, names: Names) -> Thing:
        """Return the object that an expression gives; note the trainings inside it."""
        if isinstance(node, ast.Await | ast.Starred | ast.NamedExpr):
            thing = self.value(node.value, names)
            if isinstance(node, ast.NamedExpr):
                names.bind(node.target, thing, node.value)
            return thing
        if isinstance(node, ast.Call):
            return self._call(node, names)
        if isinstance(node, ast.IfExp):
            self.value(node.test, names)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not isinstance(node, ast.Lambda):
                self.value(child, names)
        return self._known(names.of(node))

    def _known(self, thing: Thing) -> Thing:
        if not any(thing is one for one in self.every[-8:]):
            self.every.append(thing)
        return thing

    def _call(self, call: ast.Call, names: Names) -> Thing:
        receiver = self.value(call.func.value, names) if isinstance(call.func, ast.Attribute) else None
        for one in (*call.args, *(keyword.value for keyword in call.keywords)):
            self.value(one, names)
        word, base = name_of_call(call), root_of(call.func) or ""
        package = self.packages.get(base)
        if word == "train" and package in BOOSTERS:
            return self._trained(self._known(Thing(made=call)), call, names, "boost")
        if receiver is not None and word in FITS and (package is None or isinstance(call.func.value, ast.Call)):  # type: ignore[attr-defined]
            return self._fitted(receiver, call, names, word)
        if isinstance(call.func, ast.Name) and base in self.functions and self.depth < _DEEPEST:
            return self._inlined(self.functions[base], call, names)
        return self._known(names.of(call))

    def _fitted(self, receiver: Thing, call: ast.Call, names: Names, word: str) -> Thing:
        first = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "model"), None)
        if isinstance(first, ast.Name) and self.is_model(_meant(first.id, names)):
            self._trained(names.thing(first.id), call, names, "trainer")
            return receiver
        self._trained(receiver, call, names, "")
        return receiver if word in _WRAPPERS else Thing(made=call)

    def _trained(self, thing: Thing, call: ast.Call, names: Names, kind: str) -> Thing:
        found = [one for each in given(call, kind) for one in self.sources(each, names)]
        maker = thing.made
        if not found and isinstance(maker, ast.Call) and maker is not call:
            found = [one for each in given(maker, name_of_call(maker)) for one in self.sources(each, names)]
        if found:
            self._note(thing, call, names, found)
        return thing

    def _note(self, thing: Thing, call: ast.Call, names: Names, found: list[Source]) -> None:
        self.order += 1
        once: dict[str, Source] = {}
        for one in found:
            once.setdefault(one.expression, one)
        word = name_of_call(call)
        # an object made in a statement has no name to call it by
        text = ast.unparse(call.func)
        text = text if len(text) < 60 else f"….{word}"  # noqa: PLR2004
        thing.events.append(Event(self.order, self.cell, text, word in STEPWISE or word not in FITS, [*once.values()]))
        self._known(thing)

    def _inlined(self, function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, names: Names) -> Thing:
        inner = Names(names)
        parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        pairs = [*zip(parameters, call.args, strict=False), *((one.arg, one.value) for one in call.keywords if one.arg)]
        for name, node in pairs:
            inner.given[name], inner.things[name] = node, names.of(node)
        for name in {*parameters, *(one.arg for one in function.args.kwonlyargs)} - inner.given.keys():
            inner.things[name], inner.local[name] = Thing(), None
        self.depth += 1
        self.block(function.body, inner)
        if _has_step(function.body):
            self._stepped(function.body, inner)
        self.depth -= 1
        ends = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None]
        return inner.of(ends[-1]) if ends and not isinstance(ends[-1], ast.Call) else self._returned(ends, inner)

    def _returned(self, ends: list[ast.expr], inner: Names) -> Thing:
        return self.value(ends[-1], inner) if ends else Thing()

    # ---------------------------------------------------------------------------------------------------- steps of torch

    def _stepped(self, body: Sequence[ast.stmt], names: Names) -> None:
        """Note what a loop with ``backward()`` fed its models with."""
        calls = [one for each in body for one in ast.walk(each) if isinstance(one, ast.Call)]
        for call in calls:
            model = call.func.id if isinstance(call.func, ast.Name) else ""
            if not model or model in self.functions or not self.is_model(_meant(model, names)):
                continue
            found = [one for node in call.args for one in self.sources(Given("train", "0", node), names)]
            for other in calls:
                if other is not call and any(_comes_from(model, node, names) for node in other.args):
                    found += [
                        one
                        for node in other.args
                        if not _comes_from(model, node, names)
                        for one in self.sources(Given("target", "1", node), names)
                    ]
            if found:
                self._note(names.thing(model), call, names, found)

    # ------------------------------------------------------------------------------------------------------------ sources

    def sources(self, one: Given, names: Names, whole: bool = True, deep: int = 0) -> Iterator[Source]:  # noqa: FBT001, FBT002
        """Yield what an argument is held by, followed out of functions and loops to variables of the session."""
        if deep > _DEEPEST * 3:
            return
        node = one.node
        root = root_of(node) if is_access(node) else None
        if root is None:
            made = is_container(node)
            if made and isinstance(node, ast.Call):
                for inner in given(node, name_of_call(node)):
                    role = _within(one.role, inner.role)
                    yield from self.sources(inner._replace(role=role, argument=one.argument), names, whole, deep + 1)
                return
            for name in dict.fromkeys(held_names(node)):
                yield from self.sources(one._replace(node=ast.Name(id=name, ctx=ast.Load())), names, False, deep + 1)  # noqa: FBT003
            return
        yield from self._access(one, root, names, whole, deep)

    def _access(self, one: Given, root: str, names: Names, whole: bool, deep: int) -> Iterator[Source]:  # noqa: FBT001
        node = one.node
        if root in names.given and names.outer is not None:
            outer = _replaced(node, root, names.given[root])
            yield from self.sources(one._replace(node=outer), names.outer, whole, deep + 1)
            return
        if root in names.local:
            origin = names.local[root]
            inner = () if origin is None else self.sources(one._replace(node=origin), names, whole, deep + 1)
            found = [part for part in inner if part.name != root]
            error = f"{root} is a variable inside a function or loop"
            if found or (origin is not None and _is_plain(origin)):
                yield from found
            else:
                yield Source(one.role, one.argument, ast.unparse(node), root, whole=False, error=error)
            return
        made = names.thing(root).made if isinstance(node, ast.Name) else None
        if made is not None and is_container(made):
            found = list(self.sources(one._replace(node=made), names, whole, deep + 1))
            if found:
                yield from found
                return
        if root in self.names.bound or not (root in self.packages or root in self.functions or hasattr(builtins, root)):
            yield Source(one.role, one.argument, ast.unparse(node), root, whole)


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression without variables is only numbers and Python's own functions: ``range(10)``."""
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    return all(isinstance(one, ast.Name) and hasattr(builtins, one.id) for one in calls)


def _meant(name: str, names: Names) -> str:
    """Return the variable of the session that a parameter was given."""
    node = names.given.get(name)
    if names.outer is None or (node is None and name in names.local):
        return name
    return _meant(node.id if isinstance(node, ast.Name) else name, names.outer)


def _within(role: str, inner: str) -> str:
    if role in {"train", "argument"} or inner not in {"train", "target"}:
        return inner
    return {("eval", "target"): "eval_target"}.get((role, inner), role)


def _temporary(names: Names, target: ast.expr, value: ast.expr) -> None:
    for one in ast.walk(target):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            # xb = xb.to(device) is still what xb was
            if one.id in names.local and one.id in held_names(value):
                continue
            if one.id in names.given and one.id in held_names(value):
                continue
            names.given.pop(one.id, None)
            names.local[one.id] = value


def _has_step(body: Sequence[ast.AST]) -> bool:
    """Whether ``backward()`` is called here, not in a loop further inside."""
    return any(
        (
            isinstance(one, ast.Call)
            and isinstance(one.func, ast.Attribute)
            and one.func.attr in {"backward", "manual_backward"}
        )
        or (not isinstance(one, ast.For | ast.While | ast.FunctionDef) and _has_step(list(ast.iter_child_nodes(one))))
        for one in body
    )


def _comes_from(model: str, node: ast.expr, names: Names, deep: int = 0) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == model:
        return True
    if isinstance(node, ast.Name):
        origin = names.local.get(node.id)
        return origin is not None and deep < _DEEPEST and _comes_from(model, origin, names, deep + 1)
    base = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    base = node.value if isinstance(node, ast.Attribute | ast.Subscript) else base
    return base is not None and deep < _DEEPEST and _comes_from(model, base, names, deep + 1)


def _replaced(node: ast.expr, name: str, instead: ast.expr) -> ast.expr:
    class Swap(ast.NodeTransformer):
        def visit_Name(self, one: ast.Name) -> Any:
            return instead if one.id == name else one

    found: ast.expr = Swap().visit(copy.deepcopy(node))
    return found
