"""Reads a session's statements in the order in which they ran: which object was trained on what."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Final

from modelreg.capture.data.access import root_of
from modelreg.capture.data.budgets import Budget
from modelreg.capture.data.choices import gone, holds_always, may_train
from modelreg.capture.data.following import Follower, comes_from, has_step, make_local, meant
from modelreg.capture.data.objects import Event, Names, Thing
from modelreg.capture.data.roles import BOOSTERS, FITS, STEPWISE, Given, called_as, given, name_of_call
from modelreg.capture.data.storing import stored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from modelreg.capture.data.following import Source

__all__ = ["Session"]

_DEEPEST: Final = 4
_TAKES_IN: Final = frozenset({"add", "append", "appendleft", "extend", "insert", "update"})
"""Methods of containers that take in what they are given."""
_SAME: Final = frozenset({"cpu", "cuda", "eval", "requires_grad_", "set_output", "set_params", "to"})
"""Methods of what is trained that give it back."""
_WRAPPERS: Final = frozenset({"fit", "partial_fit", "train"})
"""Methods that give back their receiver."""


def _defaults(arguments: ast.arguments) -> list[tuple[str, ast.expr]]:
    """Return what parameters are where a call does not give them."""
    places = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(places), reversed(arguments.defaults), strict=False)]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [(one.arg, value) for one, value in [*pairs, *named] if value is not None]


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


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
        self.budget = Budget(self.functions)
        self.unread: set[int] = set()
        """Cells of which not all was followed that may have trained something."""
        self.is_model = is_model
        self.follow = Follower(self._is_variable)
        self.every: list[Thing] = []
        self.cell = self.order = self.depth = self.looping = 0
        self.results: dict[int, Thing] = {}
        """What was returned last, by the expression that gave it."""
        self.noted: list[Event] = []
        """Every training, in order."""
        self.branch = 0
        """As `maybe` of an event: whether what is read just now may not have run."""
        self.at: ast.Call | None = None
        """The call of the cell whose function is read just now."""

    def _is_variable(self, name: str) -> bool:
        if name in self.names.bound:
            return True
        return not (name in self.packages or name in self.functions or hasattr(builtins, name))

    def run(self, cell: int, body: Sequence[ast.stmt]) -> None:
        """Read the statements of one cell."""
        self.cell = cell
        self.budget.begin()
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
        elif isinstance(node, ast.If | ast.Try | ast.Match):
            self._branches(node, names)
        elif isinstance(node, ast.Return) and node.value is not None:
            self.results[id(node.value)] = self.value(node.value, names)
        elif not isinstance(node, ast.ClassDef):
            for child in ast.iter_child_nodes(node):
                self._child(child, names)

    def _branches(self, node: ast.If | ast.Try | ast.Match, names: Names) -> None:
        """Read what may not all have run."""
        if isinstance(node, ast.If):
            self.value(node.test, names)
            if holds_always(node.test):
                self.block(node.body, names)
                return
            ways: list[Sequence[ast.stmt]] = [node.body, node.orelse]
        elif isinstance(node, ast.Match):
            ways = [one.body for one in node.cases]
        else:
            ways = [[*node.body, *node.orelse], *(one.body for one in node.handlers)]
        many = 2 if sum(map(may_train, ways)) > 1 else 1
        for place, body in enumerate(ways):
            before = self.branch
            # what is tried has run, unless something else was done instead
            self.branch = before if isinstance(node, ast.Try) and many == 1 and not place else max(before, many)
            self.block(body, names)
            self.branch = before
        if isinstance(node, ast.Try):
            self.block(node.finalbody, names)

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
        if thing.cell is None:
            thing.cell = self.cell
        if self.branch and any(isinstance(one, ast.Name) and one.id in names.things for one in _targets(node)):
            thing.doubtful = True
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            names.bind(target, thing, node.value)
            if names.outer is not None or self.looping:
                make_local(names, target, node.value)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, names: Names) -> None:
        if not isinstance(node, ast.While):
            self.value(node.iter, names)
        before, local = names.stored, dict(names.local)
        if names.outer is None:
            names.stored = before.beside(stored([node], self.functions, function=False))
        if not isinstance(node, ast.While):
            names.loop(node.target, node.iter)
        self.looping += 1
        self.block(node.body, names)
        if has_step(node.body):
            self._stepped(node.body, names)
        self.looping -= 1
        names.stored = before
        if names.outer is None:  # what the last turn left is what it is
            names.looped &= local.keys()
            names.local = local
        self.block(node.orelse, names)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, names: Names) -> Thing:
        """Return what a comprehension makes; what it goes through is its own."""
        before = dict(names.things), dict(names.local), set(names.looped)
        for each in node.generators:
            self.value(each.iter, names)
            names.loop(each.target, each.iter)
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        inner = [self.value(one, names) for one in made]
        names.things, names.local, names.looped = before
        thing = names.of(node)
        thing.held.update({f"[{place}]": one for place, one in enumerate(inner)})
        return self._known(thing)

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
        if isinstance(node, ast.Dict | ast.List | ast.Tuple):
            return self._container(node, names)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            return self._comprehension(node, names)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not isinstance(node, ast.Lambda):
                self.value(child, names)
        return self._known(names.of(node))

    def _container(self, node: ast.Dict | ast.List | ast.Tuple, names: Names) -> Thing:
        """Return a container with what it holds, which may be trained inside it: ``{"rf": Forest().fit(X, y)}``."""
        thing = names.of(node)
        if isinstance(node, ast.Dict):
            pairs = [
                (ast.unparse(key), one) for key, one in zip(node.keys, node.values, strict=True) if key is not None
            ]
        else:
            pairs = [(str(place), one) for place, one in enumerate(node.elts)]
        for key, one in pairs:
            thing.held[key] = self.value(one, names)
        return self._known(thing)

    def _known(self, thing: Thing) -> Thing:
        if not any(thing is one for one in self.every[-8:]):
            self.every.append(thing)
        return thing

    def _call(self, call: ast.Call, names: Names) -> Thing:
        receiver = self.value(call.func.value, names) if isinstance(call.func, ast.Attribute) else None
        given_things = {one: self.value(one, names) for one in (*call.args, *(each.value for each in call.keywords))}
        word, base = name_of_call(call), root_of(call.func) or ""
        if receiver is not None and word in _TAKES_IN:
            # by its text: which place it takes is not known
            receiver.held.update((ast.unparse(one), given_things[one]) for one in call.args)
        package = self.packages.get(base)
        if word == "train" and package in BOOSTERS:
            return self._trained(self._known(Thing(made=call)), call, names, "boost")
        if receiver is not None and word in FITS and (package is None or isinstance(call.func.value, ast.Call)):  # type: ignore[attr-defined]
            return self._fitted(receiver, call, names, word)
        if receiver is not None and word in _SAME and receiver.events:
            return receiver
        if isinstance(call.func, ast.Name) and base in self.functions and self.depth < _DEEPEST:
            if self.budget.allows(self.functions[base]):
                return self._inlined(self.functions[base], call, names)
            self._pass_over(self.functions[base], call, names)
        return self._known(names.of(call))

    def _pass_over(self, function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, names: Names) -> None:
        """Take the function of a call for one of a library, unless it may have to do with a model."""
        given = (*call.args, *(one.value for one in call.keywords))
        models = any(isinstance(one, ast.Name) and self.is_model(meant(one.id, names)) for one in given)
        if models or self.budget.trains(function):
            self.unread.add(self.cell)

    def _fitted(self, receiver: Thing, call: ast.Call, names: Names, word: str) -> Thing:
        first = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "model"), None)
        if isinstance(first, ast.Name) and self.is_model(meant(first.id, names)):
            self._trained(names.thing(first.id), call, names, "trainer")
            return receiver
        self._trained(receiver, call, names, "")
        return receiver if word in _WRAPPERS else Thing(made=call)

    def _trained(self, thing: Thing, call: ast.Call, names: Names, kind: str) -> Thing:
        found = [one for each in given(call, kind) for one in self.follow.sources(each, names)]
        maker = thing.made
        if not found and isinstance(maker, ast.Call) and maker is not call:
            found = [one for each in given(maker, name_of_call(maker)) for one in self.follow.sources(each, names)]
            if thing.cell is not None:
                found = [one if one.by is not None else one._replace(made=thing.cell, by=maker) for one in found]
        if found:
            self._note(thing, call, names, found)
        return thing

    def _note(self, thing: Thing, call: ast.Call, names: Names, found: list[Source]) -> None:
        self.order += 1
        once: dict[str, Source] = {}
        for one in found:
            before = once.setdefault(one.expression, one)
            if one.whole and not before.whole and one.role == before.role:
                once[one.expression] = one
        word, text = name_of_call(call), called_as(call)
        inputs = [*once.values()]
        stepwise = word in STEPWISE or word not in FITS
        event = Event(self.order, self.cell, text, stepwise, inputs, self.branch, self.at or call)
        thing.events.append(event)
        self.noted.append(event)
        self._known(thing)

    def _inlined(self, function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, names: Names) -> Thing:
        inner = Names(names)
        parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        pairs = [*zip(parameters, call.args, strict=False), *((one.arg, one.value) for one in call.keywords if one.arg)]
        named = {name for name, _ in pairs}
        default = [
            name for name, node in _defaults(function.args) if name not in named and not isinstance(node, ast.Constant)
        ]
        for name, node in [*_defaults(function.args), *pairs]:
            inner.given[name], inner.things[name] = node, names.of(node)
        for name in {*parameters, *(one.arg for one in function.args.kwonlyargs)} - inner.given.keys():
            inner.things[name], inner.local[name] = Thing(), None
        body = gone(function.body, inner.given)
        inner.stored, inner.parameters = stored(body, self.functions, function=True), {*parameters, *inner.given}
        for one in (function.args.vararg, function.args.kwarg):
            inner.stored.own |= {one.arg} if one is not None else set()
        for name in default:
            inner.stored.changed.add(name)  # it was made when the function was, and may be another one now
        ends = [
            one.value for one in ast.walk(ast.Module(body, [])) if isinstance(one, ast.Return) and one.value is not None
        ]
        before, at = self.branch, self.at
        self.at = at or call
        self.depth += 1
        if len(ends) > 1:
            self.branch = 2
        self.block(body, inner)
        if has_step(body):
            self._stepped(body, inner)
        self.depth -= 1
        thing = self._returned(ends, inner)
        self.branch, self.at = before, at
        return thing

    def _returned(self, ends: list[ast.expr], inner: Names) -> Thing:
        if not ends:
            return Thing()
        # its trainings were noted where it stands; only a name is worth nothing until it is looked up
        return self.results.get(id(ends[-1])) or inner.of(ends[-1])

    # ---------------------------------------------------------------------------------------------------- steps of torch

    def _stepped(self, body: Sequence[ast.stmt], names: Names) -> None:
        """Note what a loop with ``backward()`` fed its models with."""
        calls = [one for each in body for one in ast.walk(each) if isinstance(one, ast.Call)]
        for call in calls:
            model = call.func.id if isinstance(call.func, ast.Name) else ""
            if not model or model in self.functions or not self.is_model(meant(model, names)):
                continue
            found = [one for node in call.args for one in self.follow.sources(Given("train", "0", node), names)]
            for other in calls:
                if other is not call and any(comes_from(model, node, names) for node in other.args):
                    found += [
                        one
                        for node in other.args
                        if not comes_from(model, node, names)
                        for one in self.follow.sources(Given("target", "1", node), names)
                    ]
            if found:
                self._note(names.thing(model), call, names, found)
