"""One statement after the other of a log, with what IPython adds to Python."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from typing import TYPE_CHECKING

from modelreg import syntax
from modelreg.capture.slice.bodies import bound_in, free_names
from modelreg.capture.slice.failing import calls_inside, found_no_name, in_its_test
from modelreg.capture.slice.magics import HARMLESS, later, loaded_as, magic
from modelreg.capture.slice.projects import Projects
from modelreg.capture.slice.surroundings import ALL_FILES, ANY_FILE, CONFIG, PATH
from modelreg.capture.slice.values import NONE, Effects, Value, Values, reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.capture.slice.statements import Statement
    from modelreg.notebook.execution import Execution

INTERRUPTED = "it was interrupted, and runs to its end in a slice"
HALF_WAY = "a statement that failed half-way was kept"

VERSION = re.compile(r":v\d+\b")
ENVIRONMENT = frozenset({"env", "set_env"})


class Session(Projects):
    """The abstract run of a whole log."""

    def __init__(self, scope: Mapping[str, object] | None = None) -> None:
        super().__init__(scope)
        self.execution: Execution | None = None

    def effects_of(self, statement: Statement, time: int) -> Effects:
        """Run one top-level statement."""
        self.time = time
        self.execution = statement.execution
        self.target = _bound_by(statement.node)
        self.effects, self.certain, self.branches = Effects(), set(), 0
        self.forget_touched()
        found = self.effects
        if self._failed_at_once(statement):
            return found
        if statement.left_out:
            self._failed(statement)
            found = self.effects
        elif statement.failed:
            self._branch(self._way([statement.node]), lambda: True)
        else:
            self.run([statement.node])
        if any("cannot be read" in one for one in found.reasons):
            self._unreadable(statement)
        found.sure = {one for one in self.certain if one in found.binds}
        if statement.failed:
            # a name that it did not find is no input of a slice
            found.uses = {one for one in found.uses if one[:1] == "<" or one in self.session.names}
            interrupted = statement.execution.error == "KeyboardInterrupt"
            found.reasons[INTERRUPTED if interrupted else HALF_WAY] = None
        if statement.execution.before_load:
            found.reasons["it ran before the log began: whether it succeeded is not known"] = None
        return found

    def _failed_at_once(self, statement: Statement) -> bool:
        """Whether a statement failed before it called anything; one that failed in its test is only that."""
        execution = statement.execution
        if not (statement.failed or statement.left_out) or execution.running:
            return False
        if in_its_test(statement.node, execution.failing_line or 0):
            statement.failed, statement.left_out = False, True
        if execution.error != "NameError" or not found_no_name(statement.node, self._known):
            return False
        statement.failed, statement.left_out = False, True
        return True

    def _known(self, name: str) -> bool:
        return name in self.session.names or hasattr(builtins, name)

    def _failed(self, statement: Statement) -> None:
        """A simple statement that failed did nothing, unless it called what may have done a part of its work."""
        before = dict(self.session.names)
        node = statement.node
        self._branch(self._way([ast.Expr(node.test) if isinstance(node, ast.If) else node]), lambda: True)
        if self.effects.followed or self._changed_before(node):
            statement.failed, statement.left_out = True, False
        else:
            self.session.names = before
            self.effects = Effects()

    def _changed_before(self, node: ast.stmt) -> bool:
        """Whether a call inside of a statement changes anything: it had ended when the statement failed."""
        whole, self.effects = self.effects, Effects()
        for one in calls_inside(node):
            self.value(one)
        inside, self.effects = self.effects, whole
        return bool(inside.fits or inside.others)

    def effects_of_target(self, target: str, time: int) -> Effects:
        """What the object that is looked for needs: its own code, too, reads names when it is used."""
        self.time, self.effects, self.certain = time, Effects(), set()
        todo = [*self.value(syntax.parse(target, mode="eval").body), *self.patched()]
        seen: set[Value] = set()
        while todo:
            for one in reach([todo.pop()]) - seen:
                seen.add(one)
                if one.kind not in {"function", "class"} or one.node is None or _of_module(one):
                    continue
                for name in free_names(one.node):
                    if name in self.session.names:
                        found = self.load(name)
                        self.read(found)
                        todo += found
        return self.effects

    def _unreadable(self, statement: Statement) -> None:
        """Text that cannot be read bound what the namespace held anew after the cell."""
        execution = statement.execution
        written = set(bound_in(syntax.parse(execution.code).body))
        for name in execution.bound - written:
            self.bind(name, self.session.names.get(name, NONE) | self._made(name))
            self.certain.discard(name)

    def _made(self, name: str) -> Values:
        """An object that no text explains, by what it is at the end."""
        known = self.runtime.get(name)
        module = getattr(known, "__module__", None)
        if type(known).__name__ == "module":
            return frozenset([self.interned("import", str(getattr(known, "__name__", name)))])
        if isinstance(module, str) and module != "__main__" and callable(known):
            return frozenset([self.interned("import", f"{module}.{getattr(known, '__name__', name)}")])
        return frozenset([self.fresh(dotted="" if known is None else self._type_outside(name))])

    def star(self, module: str) -> None:
        """Bind what a star import brought: by the namespace, else by the module where it is loaded."""
        loaded = sys.modules.get(module)
        public = getattr(loaded, "__all__", None) or [one for one in dir(loaded) if one[:1] != "_"] if loaded else []
        bound = self.execution.bound if self.execution else frozenset()
        names = set(public) or set(bound)
        if not names:
            self.effects.reasons[f"star import from {module}: which names it brought is not known"] = None
        for name in names:
            known = self.of_module(module, str(name))
            self.bind(str(name), known or frozenset([self.interned("import", f"{module}.{name}")]))

    def _on_call(self, node: ast.Call) -> Values:
        read = magic(node)
        if read is None:
            return super()._on_call(node)
        kind, words = read
        if words[:1] == ["modelreg"]:
            self._loaded(" ".join(words[1:]))
        else:
            self._magic(kind, words[0] if words else "", words[1:])
        name = loaded_as(words)
        # what it gave can be changed by what follows, as any object
        made = self.loaded(self.fresh(dotted=self._type_outside(name or self.target)), name)
        if name:
            self.bind(name, made)
        return made

    def _magic(self, kind: str, name: str, rest: list[str]) -> None:
        if kind in {"system", "getoutput", "getoutputerror"}:
            if name.split()[:1] and name.split(maxsplit=1)[0] not in HARMLESS:
                self.effects.changes.update((ALL_FILES, ANY_FILE))
        elif name in ENVIRONMENT:
            self.effects.changes.add(CONFIG)
        elif name in {"writefile", "file"}:
            path = rest[0].split()[-1].rpartition("/")[2] if rest and rest[0].split() else ""
            self.effects.changes.update((f"<fs:={path}>", ANY_FILE))
        elif name in {"cd", "pushd", "popd", "bash", "sh", "script", "system", "sx", "mkdir", "cp", "mv", "rm"}:
            self.effects.changes.update((ALL_FILES, ANY_FILE, PATH))
        elif name == "pylab" or kind in {"run_line_magic", "run_cell_magic", "magic"}:
            if name == "run":
                self.use(ALL_FILES)
                self.use(ANY_FILE)
            self.effects.reasons[f"%{name} does what cannot be read from the text"] = None
            self.effects.changes.update((ALL_FILES, ANY_FILE))
            for word in {one for text in rest for one in _words(text)}:
                if word in self.session.names:
                    self.read(self.load(word))

    def _loaded(self, line: str) -> None:
        """The line of a registry makes an object out of nothing of the session; what an alias means may be moved."""
        command, _, rest = line.strip().partition(" ")
        if command == "load" and not VERSION.search(rest):
            self.effects.reasons[later(line)] = None


def _bound_by(node: ast.stmt) -> str:
    only = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    return only.id if isinstance(only, ast.Name) else ""


def _of_module(one: Value) -> bool:
    """Whether a function or class is one of a module, whose names are none of the session."""
    scope = one.scope
    while scope is not None and not scope.module:
        scope = scope.above
    return scope is not None


def _words(text: str) -> set[str]:
    return {one for one in "".join(c if c.isalnum() or c == "_" else " " for c in text).split() if one.isidentifier()}
