"""What expressions give, need and do."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from modelreg.capture.slice.core import Core
from modelreg.capture.slice.methods import VIEWS
from modelreg.capture.slice.packages import DATA, ESTIMATORS, FRAMES
from modelreg.capture.slice.table import table
from modelreg.capture.slice.values import ANY, BASE, CLASS, NONE, TEXT_SET, Arguments, Scope, Value, Values, elements
from modelreg.capture.slice.wording import holds_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ITSELF = table("loc iloc at iat T values str dt data real imag flat")
"""Attributes of arrays and frames that are the thing itself."""

SHAPE = table("shape dtype dtypes ndim size columns index name names")


class Expressions(Core):
    """Reads expressions; `place` only passes by what `value` needs whole."""

    def __init__(self, scope: object = None) -> None:
        super().__init__(scope)  # type: ignore[arg-type]
        self._readers: dict[type, Callable[..., Values]] = {}

    def value(self, node: ast.expr | None) -> Values:
        """The objects that an expression may give, all of which are needed."""
        if node is None or isinstance(node, ast.Constant):
            return NONE
        found = self.place(node)
        self.read(found)
        return found

    def place(self, node: ast.expr) -> Values:
        """The objects that an expression may give, without needing what they hold."""
        reader = self._readers.get(type(node))
        if reader is None:
            reader = self._readers[type(node)] = getattr(self, f"_on_{type(node).__name__.lower()}", self._on_any)
        return reader(node)

    def _on_any(self, node: ast.AST) -> Values:
        """Read the parts of an expression of which the value holds nothing."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
        return NONE

    def _on_name(self, node: ast.Name) -> Values:
        return self.load(node.id)

    def _on_attribute(self, node: ast.Attribute) -> Values:
        return self.attribute(self.place(node.value), node.attr)

    def attribute(self, base: Values, name: str) -> Values:
        """What an attribute of objects may be."""
        found: set[Value] = set()
        for one in base:
            found |= self._attribute(one, name)
        return frozenset(found)

    def _attribute(self, one: Value, name: str) -> Values:
        if one.kind == "import":
            return self._of_import(one, name)
        if one.kind in {"instance", "class"} and name not in one.fields:
            method = self.method(one, name)
            if method is not None and method.kind == "function":
                own = frozenset([method])
                return self.apply(own, Arguments(listed=[frozenset([one])])) if _is_property(method) else own
            if method is not None and method.kind != "import" and one.kind == "instance":
                # an object that all instances of a class share
                self.pass_by(one.fields.get(CLASS, ()), name)
                return frozenset([method])
        if one.family in DATA and name in ITSELF:
            return frozenset([one])
        if one.family in DATA and name in SHAPE:
            self.read([one])
            return NONE
        self.pass_by([one], name)
        learned = one.family in ESTIMATORS and name.endswith("_") and name not in VIEWS
        return self.part(one, name, alone=learned)

    def _of_import(self, one: Value, name: str) -> Values:
        self.use_module(one)
        inner = self.of_module(one.dotted, name) or frozenset([self.interned("import", f"{one.dotted}.{name}")])
        if one.fields:
            self.pass_by([one], name)
        return inner.union(one.fields.get(name, ()))

    def method(self, one: Value, name: str) -> Value | None:
        """The function of a class of the session, or an import that stands for a base class.

        What runs already is passed over: that is what a call through `super()` asks for.
        """
        todo = [*one.fields.get(CLASS, ())] if one.kind == "instance" else [one]
        seen: set[Value] = set()
        running: Value | None = None
        outside: Value | None = None
        while todo:
            here = todo.pop(0)
            if here in seen:
                continue
            seen.add(here)
            if here.kind == "import":
                outside = outside or here
            # the session may have given a class another function since
            for own in reversed(here.fields.get(name, {})):
                if own.node not in self.stack:
                    self.pass_by([here], name)
                    return own
                running = own
            todo += here.fields.get(BASE, ())
        return outside or running

    def _on_subscript(self, node: ast.Subscript) -> Values:
        base = self.place(node.value)
        self.value(node.slice)
        columns = literal_columns(node.slice)
        found: set[Value] = set()
        for one in base:
            found |= self._item(one, node.slice, columns)
        return frozenset(found)

    def _item(self, one: Value, index: ast.expr, columns: Sequence[str] | None) -> Values:
        if one.kind == "import":
            return frozenset([one])
        if one.kind == "instance" and self.method(one, "__getitem__"):
            return self.apply_method(one, "__getitem__", Arguments())
        frame = one.family in FRAMES
        if columns is not None and (len(columns) == 1 or frame):
            for name in columns:
                self.pass_by([one], name)
            if isinstance(index, ast.Constant):
                return self.part(one, columns[0])
            return frozenset([self.fresh(dotted=one.dotted)])
        self.read([one])
        if (frame or one.family in DATA or not one.fields) and copies(index):
            return frozenset([self.fresh(dotted=one.dotted, graph=one.graph, holds=[one] if one.graph else ())])
        held = elements([one])
        return held if held and one not in held and one.family not in DATA else frozenset([one, *held])

    def apply_method(self, one: Value, name: str, given: Arguments) -> Values:
        """Call a method of an instance of a class of the session."""
        method = self.method(one, name)
        if method is None or method.kind != "function":
            return NONE
        listed = [frozenset([one]), *given.listed]
        return self.apply(frozenset([method]), Arguments(given.node, listed, given.named, given.spread))

    def _on_binop(self, node: ast.BinOp) -> Values:
        # a sum of thousands of terms nests as deep as it is long
        parts: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            parts.append(left.right)
            left = left.left
        found = self.value(left).union(*[self.value(one) for one in reversed(parts)])
        return self.computed(found)

    def computed(self, operands: Values) -> Values:
        """A new object out of others: it remembers those that remember, and is of their kind."""
        if not operands:
            return NONE
        graph = [one for one in operands if one.graph]
        self.touch([one for one in operands if one.kind == "instance"], NONE)
        kinds = [one for one in operands if one.family in DATA and one.kind != "import"]
        dotted = next((one.dotted for one in kinds if one.family in FRAMES), kinds[0].dotted if kinds else "")
        return frozenset([self.fresh(dotted=dotted, holds=graph, graph=bool(graph))])

    def touch(self, values: Sequence[Value], given: Values, *, gently: bool = False) -> None:
        """Let a call into unknown code run the session's functions that it can reach."""
        raise NotImplementedError

    def _on_unaryop(self, node: ast.UnaryOp) -> Values:
        return self.computed(self.value(node.operand))

    def _on_ifexp(self, node: ast.IfExp) -> Values:
        self.value(node.test)
        return self.place(node.body) | self.place(node.orelse)

    def _on_boolop(self, node: ast.BoolOp) -> Values:
        return NONE.union(*[self.value(one) for one in node.values])

    def _on_namedexpr(self, node: ast.NamedExpr) -> Values:
        found = self.value(node.value)
        self.bind(node.target.id, found)
        return found

    def _on_starred(self, node: ast.Starred) -> Values:
        return elements(self.value(node.value))

    def _on_await(self, node: ast.Await) -> Values:
        return self.place(node.value)

    def _on_list(self, node: ast.List | ast.Tuple | ast.Set) -> Values:
        made = self.fresh()
        sure = not any(isinstance(one, ast.Starred) for one in node.elts)
        for number, one in enumerate(node.elts):
            self.hold(made, str(number) if sure else ANY, self.value(one))
        return frozenset([made])

    _on_tuple = _on_list

    def _on_set(self, node: ast.Set) -> Values:
        found = self._on_list(node)
        for one in found:
            one.dotted = TEXT_SET if any(holds_text(part, self.runtime) for part in node.elts) else ""
        return found

    def _on_dict(self, node: ast.Dict) -> Values:
        made = self.fresh()
        for key, one in zip(node.keys, node.values, strict=True):
            self.value(key)
            name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ANY
            self.hold(made, name, elements(self.value(one)) if key is None else self.value(one))
        return frozenset([made])

    def _on_listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Values:
        with_loops = self._loops(node.generators, ordered=isinstance(node, ast.ListComp))
        made = self.fresh(dotted="builtins.iter" if isinstance(node, ast.GeneratorExp) else "")
        self.hold(made, ANY, self.value(node.elt))
        self.scope = with_loops
        return frozenset([made])

    _on_setcomp = _on_generatorexp = _on_listcomp

    def _on_dictcomp(self, node: ast.DictComp) -> Values:
        outside = self._loops(node.generators)
        made = self.fresh()
        self.value(node.key)
        self.hold(made, ANY, self.value(node.value))
        self.scope = outside
        return frozenset([made])

    def _loops(self, generators: list[ast.comprehension], *, ordered: bool = False) -> Scope:
        """Enter the scope of a comprehension; gives the one around it."""
        outside = self.scope
        own = frozenset(n.id for one in generators for n in ast.walk(one.target) if isinstance(n, ast.Name))
        inside = Scope(outside, own, comprehension=True)
        for one in generators:
            gone_through = self.value(one.iter)
            if ordered:
                self.order(gone_through)
            given = self.iterate(gone_through)
            self.scope = inside
            self.assign(one.target, given)
            for test in one.ifs:
                self.value(test)
        self.scope = inside
        return outside

    def iterate(self, values: Values) -> Values:
        """What going through objects gives."""
        raise NotImplementedError

    def assign(self, target: ast.expr, values: Values, source: ast.expr | None = None) -> None:
        """Bind or fill a target."""
        raise NotImplementedError

    def _on_lambda(self, node: ast.Lambda) -> Values:
        made = Value("function", node=node, scope=self.scope, lively=True)
        for name, one in zip(_defaulted(node.args), _defaults(node.args), strict=True):
            self.hold(made, "=" + name, self.value(one))
        return frozenset([made])

    def _on_yield(self, node: ast.Yield) -> Values:
        self.scope.yielded = (self.scope.yielded or NONE) | self.value(node.value)
        return NONE

    def _on_yieldfrom(self, node: ast.YieldFrom) -> Values:
        self.scope.yielded = (self.scope.yielded or NONE) | elements(self.value(node.value))
        return NONE


def copies(index: ast.expr) -> bool:
    """Whether an array gives a copy for an index: for masks and lists it does."""
    if isinstance(index, ast.Tuple):
        return any(copies(one) for one in index.elts)
    return isinstance(index, ast.Compare | ast.List | ast.BinOp | ast.Call | ast.ListComp) or (
        isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.Invert)
    )


def literal_columns(index: ast.expr) -> list[str] | None:
    """The names in an index that consists of nothing else."""
    if isinstance(index, ast.Constant):
        return [index.value] if isinstance(index.value, str) else None
    if isinstance(index, ast.List) and index.elts:
        found = [one.value for one in index.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        return found if len(found) == len(index.elts) else None
    return None


def _is_property(function: Value) -> bool:
    marks = getattr(function.node, "decorator_list", [])
    return any("property" in ast.unparse(one) for one in marks)


def _defaulted(args: ast.arguments) -> list[str]:
    positional = [*args.posonlyargs, *args.args]
    named = [one.arg for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default]
    return [*(one.arg for one in positional[len(positional) - len(args.defaults) :]), *named]


def _defaults(args: ast.arguments) -> list[ast.expr]:
    return [*args.defaults, *(one for one in args.kw_defaults if one)]


defaulted, defaults = _defaulted, _defaults
