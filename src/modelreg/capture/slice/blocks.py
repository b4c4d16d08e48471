"""What statements bind, need and do."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from modelreg.capture.slice import packages
from modelreg.capture.slice.expressions import defaulted, defaults, literal_columns
from modelreg.capture.slice.packages import FRAMES
from modelreg.capture.slice.receivers import Receivers
from modelreg.capture.slice.surroundings import ALL_FILES, CONFIG, PATH
from modelreg.capture.slice.values import ANY, NONE, Arguments, Scope, Value, Values, elements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHOLE_ATTRIBUTES = frozenset({"columns", "index", "values", "shape", "dtype"})


class Blocks(Receivers):
    """Runs statements."""

    def __init__(self, scope: object = None) -> None:
        super().__init__(scope)
        self._runners: dict[type, Callable[..., None]] = {}

    def run(self, body: Sequence[ast.stmt]) -> None:
        """Run statements one after the other."""
        for one in body:
            runner = self._runners.get(type(one))
            if runner is None:
                runner = self._runners[type(one)] = getattr(self, f"_do_{type(one).__name__.lower()}", self._do_any)
            runner(one)

    def _do_any(self, node: ast.stmt) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)

    def _do_expr(self, node: ast.Expr) -> None:
        self.value(node.value) if not isinstance(node.value, ast.Call) else self.place(node.value)

    def _do_return(self, node: ast.Return) -> None:
        scope = self.scope
        if node.value is not None:
            scope.returned |= self.value(node.value)

    # bindings

    def _do_assign(self, node: ast.Assign) -> None:
        only = node.targets[0]
        if isinstance(only, ast.Name) and only.id in self.runtime:
            self.target = only.id
        if isinstance(node.value, ast.Name | ast.Subscript | ast.Attribute):
            # to give something another name needs nothing of what it holds
            values = self.place(node.value)
            self.effects.near |= {one for one in values if one.kind != "import"}
        else:
            values = self.value(node.value)
        for target in node.targets:
            self.assign(target, values, node.value)

    def _do_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.value(node.value), node.value)

    def assign(self, target: ast.expr, values: Values, source: ast.expr | None = None) -> None:
        """Bind or fill a target."""
        if isinstance(target, ast.Name):
            self.bind(target.id, values)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, frozenset([self.fresh(holds=elements(values))]))
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, values)
        elif isinstance(target, ast.Attribute):
            self._fill(self.place(target.value), target.attr, values, attribute=True)
        elif isinstance(target, ast.Subscript):
            base = self.place(target.value)
            self.value(target.slice)
            columns = literal_columns(target.slice)
            if columns is None and isinstance(target.slice, ast.Tuple) and len(target.slice.elts) > 1:
                columns = literal_columns(target.slice.elts[1])
            for field in columns or [""]:
                self._fill(base, field, values, attribute=False)

    def _unpack(self, target: ast.Tuple | ast.List, values: Values) -> None:
        starred = any(isinstance(one, ast.Starred) for one in target.elts)
        for number, part in enumerate(target.elts):
            found: set[Value] = set()
            for one in values:
                if starred:
                    found |= elements([one])
                elif one.fields.get(ANY) and not one.fields.get(str(number)):
                    found |= {one, *elements([one])}
                elif one.kind != "import":
                    self.pass_by([one], str(number))
                    found |= self.part(one, str(number))
            self.assign(part, frozenset(found))

    def _fill(self, base: Values, field: str, values: Values, *, attribute: bool) -> None:
        """Store into an attribute or item of objects."""
        for one in base:
            if one.kind == "import":
                self._patch(one, field, values)
                continue
            if one.kind == "instance" and not attribute and self.method(one, "__setitem__"):
                self.apply_method(one, "__setitem__", Arguments(listed=[values, values]))
            if one.kind == "instance" and attribute and self.method(one, f"{field}.setter"):
                self.apply_method(one, f"{field}.setter", Arguments(listed=[values]))
            frame = one.family in FRAMES
            whole = not field or (attribute and frame and field in WHOLE_ATTRIBUTES) or (one.family == "numpy")
            if whole:
                self.effects.near.add(one)
                self.change([one], deep=frame or one.family == "numpy")
            else:
                self.effects.near.add(one)
                self.change_field([one], field)
            if not frame and one.family != "numpy":
                self.hold(one, ANY if whole else field, values)

    def _patch(self, one: Value, field: str, values: Values) -> None:
        """Change a package itself: everything after that may depend on it."""
        if one.family in packages.SHOWING:
            return
        if one.dotted.startswith("sys.path"):
            self.effects.changes.add(PATH)
            return
        if one.dotted.startswith("pandas.options.display"):
            return
        self.hold(one, field or ANY, values)
        self.effects.changes.add(CONFIG)
        self.effects.whole |= {inner for inner in values if inner.kind != "import"}

    def _do_augassign(self, node: ast.AugAssign) -> None:
        added = self.value(node.value)
        target = node.target
        if isinstance(target, ast.Name):
            old = self.value(ast.copy_location(ast.Name(target.id, ast.Load()), target))
            self.change([one for one in old if one.kind != "import"], deep=False)
            for one in old:
                if one.family not in FRAMES and one.family != "numpy":
                    self.hold(one, ANY, elements(added))
            self.bind(target.id, old | self.computed(old | added))
            return
        if isinstance(target, ast.Attribute):
            old = self.attribute(self.place(target.value), target.attr)
            self.read(old)
            self.change([one for one in old if one.kind != "import"], deep=False)
        elif isinstance(target, ast.Subscript):
            self._on_subscript(ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target))
        self.assign(target, added)

    def _do_delete(self, node: ast.Delete) -> None:
        for one in node.targets:
            if isinstance(one, ast.Name):
                # a deleted name has no value of its own that anything later could need
                if not self.branches:
                    self.store(self.scope, one.id, None)
            elif isinstance(one, ast.Subscript | ast.Attribute):
                base = self.place(one.value)
                if isinstance(one, ast.Subscript):
                    self.value(one.slice)
                self.change(base, deep=False)
                if any(inner.dotted.startswith("os.environ") for inner in base):
                    self.effects.changes.add(CONFIG)

    def _do_import(self, node: ast.Import) -> None:
        for one in node.names:
            root = one.name.split(".")[0]
            self._imported(one.name)
            dotted = one.name if one.asname else root
            self.bind(one.asname or root, frozenset([self.interned("import", dotted)]))

    def _do_importfrom(self, node: ast.ImportFrom) -> None:
        module = self.absolute(node.module or "", node.level)
        self._imported(module)
        for one in node.names:
            if one.name == "*":
                self.star(module)
            else:
                known = self.of_module(module, one.name)
                if known is None:
                    self.read_module(f"{module}.{one.name}")
                    known = frozenset([self.interned("import", f"{module}.{one.name}")])
                self.bind(one.asname or one.name, known)

    def _imported(self, module: str) -> None:
        if module.startswith("sklearn.experimental"):
            self.effects.changes.add(CONFIG)
        family = module.split(".", maxsplit=1)[0]
        if not packages.pure(family):
            self.use(f"<module:{family}>")
            self.use(PATH)
            self.use(f"<fs:={family}.py>")
            self.use(ALL_FILES)
            parts = module.split(".")
            for number in range(1, len(parts) + 1):
                self.read_module(".".join(parts[:number]))

    def absolute(self, module: str, level: int) -> str:
        """The whole name of a module that an import names, perhaps from where it stands."""
        raise NotImplementedError

    def read_module(self, module: str) -> Scope | None:
        """Run the text of a module when it is first met, as its import does."""
        raise NotImplementedError

    def star(self, module: str) -> None:
        """Bind what a star import brought."""
        raise NotImplementedError

    # definitions

    def _do_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        made = Value("function", node=node, scope=self.scope, lively=True)
        for name, one in zip(defaulted(node.args), defaults(node.args), strict=True):
            self.hold(made, "=" + name, self.value(one))
        if any(isinstance(one, ast.Attribute) and one.attr in {"setter", "deleter"} for one in node.decorator_list):
            # it stands beside the function that it has the name of
            self.store(self.scope, f"{node.name}.setter", frozenset([made]))
            return
        self.bind(node.name, self._decorated(node, made))

    _do_asyncfunctiondef = _do_functiondef

    def _do_classdef(self, node: ast.ClassDef) -> None:
        self.bind(node.name, self._decorated(node, self.define_class(node)))

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, made: Value) -> Values:
        found = frozenset([made])
        for one in reversed(node.decorator_list):
            named = mark = self.value(one.func if isinstance(one, ast.Call) else one)
            if isinstance(one, ast.Call):
                mark = self.value(one) if any(inner.kind == "function" for inner in mark) else NONE
            own = {inner for inner in mark if inner.kind in {"function", "class", "instance"}}
            own |= {inner for inner in named if inner.dotted.startswith("ipywidgets.interact")}
            if own:
                found = self.apply(frozenset(own), Arguments(listed=[found])) or found
        return found
