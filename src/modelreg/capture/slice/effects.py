"""What one statement uses, binds and changes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from modelreg.capture.slice import tables

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
WEAK = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match)


@dataclass(slots=True)
class Effects:
    """Names by what a statement does with them; pseudo variables stand in angle brackets."""

    uses: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    sure: set[str] = field(default_factory=set)
    """What is bound whatever happens: only these end the search for an older binding."""
    mutates: set[str] = field(default_factory=set)
    links: set[tuple[str, str]] = field(default_factory=set)
    """Pairs that may share an object, or of which one holds the other."""
    origins: dict[str, str] = field(default_factory=dict)
    """Imported name to package."""
    calls: set[str] = field(default_factory=set)
    free: dict[str, set[str]] = field(default_factory=dict)
    """What the body of a function or class defined here reads from outside."""
    uncertain: set[str] = field(default_factory=set)


def effects_of(statement: ast.stmt, origins: dict[str, str]) -> Effects:
    """The effects of a top-level statement, where `origins` tells which package a name came from."""
    found = Effects()
    _Reader(found, origins).visit(statement)
    found.sure = set() if isinstance(statement, WEAK) else set(found.binds)
    if isinstance(statement, ast.AugAssign):
        found.sure -= {base for base in [root(statement.target)] if base}
    return found


def root(node: ast.AST) -> str | None:
    """The variable that an attribute, subscript or chain of calls starts from."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def held(node: ast.AST) -> set[str]:
    """The variables whose objects the value of an expression may be or hold."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else (root(node.func) or "")
        base = {root(node.func)} if isinstance(node.func, ast.Attribute) else set()
        if name[:1].isupper() or name in tables.FACTORIES or isinstance(node.func, ast.Name):
            inner = [*node.args, *(k.value for k in node.keywords)]
            base |= {one for part in inner for one in held(part)}
        return {one for one in base if one}
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Starred):
        return {base for base in [root(node)] if base}
    if isinstance(node, ast.BinOp | ast.Compare | ast.JoinedStr | ast.Constant | ast.Lambda):
        return set()
    return {one for child in ast.iter_child_nodes(node) for one in held(child)}


class _Reader(ast.NodeVisitor):
    """Walks one statement and fills its effects."""

    def __init__(self, found: Effects, origins: dict[str, str]) -> None:
        self.found, self.origins = found, origins

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.found.uses.add(node.id)
        else:
            self.found.binds.add(node.id)

    def _import(self, names: list[ast.alias], module: str | None) -> None:
        for one in names:
            package = (module or one.name).split(".")[0]
            if one.name == "*":
                self.found.uncertain.add(f"star import from {module}")
                continue
            bound = one.asname or (one.name if module else package)
            self.found.binds.add(bound)
            self.found.origins[bound] = package
        if any((module or one.name).startswith("sklearn.experimental") for one in names):
            self.found.mutates.add("<config>")
        if any((module or one.name).split(".")[0] not in tables.PURE_PACKAGES for one in names):
            self.found.uses.add("<syspath>")

    def visit_Import(self, node: ast.Import) -> None:
        self._import(node.names, None)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._import(node.names, node.module or ".")

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """Bind the name; what the body needs counts from here on, since it may be called at any time."""
        inner = Effects()
        reader = _Reader(inner, self.origins)
        for child in ast.iter_child_nodes(node):
            reader.visit(child)
        local = set(inner.binds)
        if not isinstance(node, ast.ClassDef):
            every = ast.walk(node.args)
            local |= {one.arg for one in every if isinstance(one, ast.arg)}
        declared = {n for one in ast.walk(node) if isinstance(one, ast.Global) for n in one.names}
        local -= declared
        outer = inner.uses - local
        self.found.uses |= outer
        self.found.free[node.name] = outer
        self.found.mutates |= {one for one in inner.mutates if one.startswith("<")}
        self.found.links |= {(node.name, one) for one in (inner.mutates | declared) - local if not one.startswith("<")}
        self.found.uncertain |= inner.uncertain
        self.found.binds.add(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815
    visit_ClassDef = visit_FunctionDef  # noqa: N815

    def _comprehend(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        """Read a comprehension, whose loop variables are nobody else's."""
        own = {n.id for part in node.generators for n in ast.walk(part.target) if isinstance(n, ast.Name)}
        uses, binds = set(self.found.uses), set(self.found.binds)
        self.generic_visit(node)
        self.found.uses -= own - uses
        self.found.binds -= own - binds

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehend  # noqa: N815

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        base = root(target)
        if not isinstance(target, ast.Name | ast.Tuple | ast.List) and base:
            self.found.mutates.add(base)
        names = [base] if base else [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        self.found.links |= {(name, one) for name in names for one in held(value) if one != name}

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._assign(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self._assign(node.target, node.value)
            self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._assign(node.target, node.value)
        self.generic_visit(node)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._assign(node.target, node.iter)
        self.generic_visit(node)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        base = root(node.target)
        if base:
            self.found.uses.add(base)
            self.found.mutates.add(base)
        self.generic_visit(node)

    def visit_Delete(self, node: ast.Delete) -> None:
        self.found.mutates |= {base for one in node.targets if (base := root(one))}
        self.generic_visit(node)
        # a deleted name has no value of its own that anything later could need
        self.found.binds -= {one.id for one in node.targets if isinstance(one, ast.Name)}

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else (root(node.func) or "")
        base = root(node.func)
        method = isinstance(node.func, ast.Attribute) and base not in self.origins
        inplace = any(k.arg == "inplace" for k in node.keywords)
        # a method nobody knows may change its receiver: a statement too many is better than a wrong model
        if method and base and (inplace or name not in tables.PURE_METHODS):
            self.found.mutates.add(base)
        if base:
            self.found.calls.add(base)
        self._arguments(node, name, base, method=method)
        self._surroundings(node, name)
        self.generic_visit(node)

    def _arguments(self, node: ast.Call, name: str, base: str | None, *, method: bool) -> None:
        values = [*node.args, *(k.value for k in node.keywords)]
        given = {one for part in values for one in held(part)}
        if name in tables.ARGUMENT_MUTATORS:
            self.found.mutates |= given
        elif method:
            # what a container or a model was given may be held by it from now on
            if base and name in tables.MUTATORS:
                self.found.links |= {(base, one) for one in given if name not in {"fit", "train", "partial_fit"}}
        elif not name[:1].isupper() and base and not _harmless(base, self.origins):
            self.found.mutates |= given

    def _surroundings(self, node: ast.Call, name: str) -> None:
        text = ast.unparse(node.func)
        random = text.startswith(tables.RANDOM_ROOTS) and "default_rng" not in text
        seeded = any(k.arg in {"random_state", "generator"} for k in node.keywords)
        if name in tables.SEEDERS:
            self.found.mutates.add("<rng>")
        elif (random or name in tables.RANDOM_CALLS or name[:1].isupper() or name.startswith("fit")) and not seeded:
            self.found.uses.add("<rng>")
            self.found.mutates.add("<rng>")
        mode = node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else ""
        if name in tables.WRITERS or (name == "open" and set(str(mode)) & set("wax+")):
            self.found.mutates.add("<fs>")
        if name in tables.READERS:
            self.found.uses.add("<fs>")
        if name in tables.CONFIGURERS:
            self.found.mutates.add("<config>")
        if text.startswith("sys.path."):
            self.found.mutates.add("<syspath>")
        if text.startswith("get_ipython()."):
            self.found.mutates.add("<fs>")
            self.found.uncertain.add("a magic or shell command that cannot be read")
        if text in {"exec", "eval"}:
            self.found.uncertain.add(f"{text}() runs text that cannot be read")


def _harmless(name: str, origins: dict[str, str]) -> bool:
    import builtins

    return origins.get(name) in tables.PURE_PACKAGES or (name not in origins and hasattr(builtins, name))
