"""Calls of the session's own functions and classes: their text is read again with what they are given."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from modelreg.capture.slice.bodies import FUNCTIONS, NESTED, bound_in, free_names, leaves_early, names_of
from modelreg.capture.slice.core import INERT
from modelreg.capture.slice.expressions import Expressions
from modelreg.capture.slice.methods import BOUND
from modelreg.capture.slice.table import table
from modelreg.capture.slice.values import ANY, BASE, CLASS, NONE, Arguments, Scope, Value, Values, elements, lively

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEPTH = 16
"""How many calls deep the text is followed."""

MOST = 1000
"""How many calls are followed in one statement: of functions that call several others each, there may be any number."""

EVERY = 5000
FEW = 100
"""After so many calls in all statements only a few are followed in each."""

FAR = 50
"""How many calls of functions of the user's modules are followed in one statement."""


class Functions(Expressions):
    """Runs functions and makes instances."""

    def __init__(self, scope: object = None) -> None:
        super().__init__(scope)
        self._locals: dict[ast.AST, tuple[frozenset[str], frozenset[str], bool]] = {}
        self._touched: set[tuple[Value, Values, bool]] = set()
        self._far = 0
        self._followed = 0
        self._all = 0
        self._needed: dict[ast.AST, set[str]] = {}
        self._free: dict[ast.AST, set[str]] = {}
        self._early: dict[ast.AST, bool] = {}

    def run_function(self, function: Value, given: Arguments) -> Values:
        """What a function of the session gives, and what its body does."""
        node = function.node
        if not isinstance(node, FUNCTIONS):
            return given.every
        if node in self.stack or self._too_many() or self._too_far(function):
            self._not_followed(node, given)
            return given.every
        self.effects.followed = True
        self._followed += 1
        self._all += 1
        own, outer, yields = self._names_of(node)
        inside = Scope(function.scope, own, outer)
        self._hand_over(function, node.args, given, inside)
        caller, self.scope = self.scope, inside
        certain = set(self.certain)
        self.stack.append(node)
        try:
            if isinstance(node, ast.Lambda):
                inside.returned = self.value(node.body)
            else:
                self.run(node.body)
        finally:
            self.stack.pop()
            self.scope = caller
        if not isinstance(node, ast.Lambda) and self._leaves_early(node):
            self.certain = certain
        if yields:
            made = self.fresh("generator", holds=inside.yielded or NONE)
            self.hold(made, ANY, [one for one in given.every if one.kind not in INERT])
            return frozenset([made])
        return inside.returned

    def _too_many(self) -> bool:
        """Whether calls are too deep, or too many in one statement, to be followed."""
        most = MOST if self._all < EVERY else FEW
        found = len(self.stack) >= DEPTH or self._followed >= most
        if found:
            self.effects.reasons["it calls more functions than were read with what they are given"] = None
        return found

    def _too_far(self, function: Value) -> bool:
        """Whether one statement calls more functions of modules than are worth following."""
        if function.scope is None or not function.scope.module:
            return False
        self._far += 1
        if self._far > FAR:
            self.effects.reasons["it calls more functions of the user's modules than were read"] = None
        return self._far > FAR

    def _not_followed(self, node: ast.AST, given: Arguments) -> None:
        """A recursion is read once: another call of it needs and changes what this one may.

        Of any other call that is not followed at least all is needed that it names, and what that names in turn.
        """
        self.change([one for one in given.every if one.kind not in INERT])
        for name in self._named_by(node):
            self.use(name)

    def _named_by(self, node: ast.AST) -> set[str]:
        """Names of the session that a function reads, and those that what they mean reads in turn."""
        known = self._needed.get(node)
        if known is not None:
            return known
        found: set[str] = set()
        todo: list[ast.AST] = [node]
        seen: set[ast.AST] = set()
        while todo:
            here = todo.pop()
            seen.add(here)
            new = (self._free_names(here) & self.session.names.keys()) - found
            found |= new
            named = (one for name in new for one in self.session.names[name] if one.kind in {"function", "class"})
            todo += [one.node for one in named if isinstance(one.node, NESTED) and one.node not in seen]
        self._needed[node] = found
        return found

    def _free_names(self, node: ast.AST) -> set[str]:
        found = self._free.get(node)
        if found is None:
            found = self._free[node] = free_names(node)
        return found

    def _hand_over(self, function: Value, args: ast.arguments, given: Arguments, inside: Scope) -> None:
        positional = [*args.posonlyargs, *args.args]
        for number, one in enumerate(positional):
            found = given.listed[number] if number < len(given.listed) else given.named.get(one.arg)
            inside.names[one.arg] = self._or_default(function, one.arg, found) | given.spread
        for one in args.kwonlyargs:
            inside.names[one.arg] = self._or_default(function, one.arg, given.named.get(one.arg)) | given.spread
        known = {one.arg for one in [*positional, *args.kwonlyargs]}
        if args.vararg:
            rest = given.spread.union(*given.listed[len(positional) :])
            inside.names[args.vararg.arg] = frozenset([self.fresh(holds=rest)])
        if args.kwarg:
            made = self.fresh(holds=given.spread)
            for name, values in given.named.items():
                if name not in known:
                    self.hold(made, name, values)
            inside.names[args.kwarg.arg] = frozenset([made])

    @staticmethod
    def _or_default(function: Value, name: str, found: Values | None) -> Values:
        return frozenset(function.fields.get("=" + name, ())) if found is None else found

    def _names_of(self, node: ast.AST) -> tuple[frozenset[str], frozenset[str], bool]:
        """The local names of a function, those it declares `global`, and whether it yields."""
        found = self._locals.get(node)
        if found is None:
            found = self._locals[node] = names_of(node)
        return found

    def _leaves_early(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a function may return before its last line."""
        found = self._early.get(node)
        if found is None:
            found = self._early[node] = leaves_early(node.body)
        return found

    def define_class(self, node: ast.ClassDef) -> Value:
        """Make a class of the session."""
        made = Value("class", node=node, scope=self.scope)
        for base in [*node.bases, *(one.value for one in node.keywords)]:
            for one in self.value(base):
                self.hold(made, BASE, [one])
                made.dotted = made.dotted or (one.dotted if one.kind in {"import", "class"} else "")
                begin = self.method(one, "__init_subclass__") if one.kind == "class" else None
                if begin is not None and begin.kind == "function":
                    self.run_function(begin, Arguments(listed=[frozenset([made])]))
        # its functions do not see the names of the class
        inside = Scope(self.scope, frozenset(bound_in(node.body)))
        outside, self.scope = self.scope, inside
        self.run(node.body)
        self.scope = outside
        for name, values in inside.names.items():
            for one in values:
                if one.kind == "function" and one.scope is inside:
                    one.scope = outside
            self.hold(made, name, values)
        return made

    def instantiate(self, made_of: Value, given: Arguments) -> Values:
        """Make an instance of a class of the session."""
        made = Value("instance", made_of.dotted, made_of.node, graph=made_of.family == "torch", lively=True)
        self.hold(made, CLASS, [made_of])
        begin = self.method(made, "__init__")
        if begin is not None and begin.kind == "function":
            self.apply_method(made, "__init__", given)
        else:
            for name, values in given.named.items():
                self.hold(made, name, values)
            self.hold(made, ANY, given.spread.union(*given.listed))
            self.apply_method(made, "__post_init__", Arguments())
        return frozenset([made])

    def touch(self, values: Sequence[Value], given: Values, *, gently: bool = False) -> None:
        """Let a call into unknown code run the session's functions that it can reach.

        `gently` is what only looks at objects, or works on copies: no method is called but those of operators.
        """
        for one in values:
            if one.owner is not None and one.owner[1] in BOUND:
                # a method that is handed over is called
                self.change([one.owner[0]])
        found = lively(values)
        own = {method for one in found if one.kind == "instance" for method in _methods(one)}
        for one in found - own:
            if one.kind not in {"function", "instance"} or (one, given, gently) in self._touched:
                continue
            self._touched.add((one, given, gently))
            if one.kind == "function":
                self.run_function(one, Arguments(spread=given))
                continue
            for method in _methods(one):
                name = getattr(method.node, "name", "")
                if gently and (name == "__init__" or not name.startswith("__")):
                    continue
                self.run_function(method, Arguments(listed=[frozenset([one])]))

    def forget_touched(self) -> None:
        """Let the next statement run again what the last one ran."""
        self._touched.clear()
        self._far = 0
        self._followed = 0
        self._needed.clear()

    def call_instance(self, one: Value, given: Arguments) -> Values | None:
        """Call an instance of the session's classes; None when its class does not say how."""
        for name in ("__call__", "forward", "call"):
            method = self.method(one, name)
            if method is not None and method.kind == "function":
                return self.apply_method(one, name, given)
        return None

    def iterate(self, values: Values) -> Values:
        """What going through objects gives."""
        used = [one for one in values if one.kind == "generator" or one.dotted in ITERATING]
        self.change(used, deep=False)
        self.change([one for one in used if one.kind == "generator"])
        found = elements(values)
        for one in values:
            if one.draws and one.dotted.endswith("DataLoader"):
                self.draw(one.draws, "DataLoader")
            if one.kind == "instance":
                found |= self.apply_method(one, "__iter__", Arguments())
                found |= self.apply_method(one, "__next__", Arguments())
                found |= self.apply_method(one, "__getitem__", Arguments())
        loaders = [one for one in values if one.dotted.endswith("DataLoader")]
        if loaders:
            self.touch(loaders, NONE)
        return found


ITERATING = table(
    """builtins.iter builtins.enumerate builtins.zip builtins.map builtins.filter builtins.reversed builtins.open
    csv.reader csv.DictReader itertools.chain itertools.cycle itertools.islice"""
)
"""Used up by going through them."""


def _methods(one: Value) -> Iterator[Value]:
    """The functions of the classes of an instance."""
    seen: set[Value] = set()
    todo = [*one.fields.get(CLASS, ())]
    while todo:
        here = todo.pop()
        if here in seen or here.kind != "class":
            continue
        seen.add(here)
        for held in here.fields.values():
            yield from (inner for inner in held if inner.kind == "function" and isinstance(inner.node, FUNCTIONS))
        todo += here.fields.get(BASE, ())
