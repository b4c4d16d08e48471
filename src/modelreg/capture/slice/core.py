"""The state of an abstract run: what is bound to what, and the effects of the statement at hand."""

from __future__ import annotations

import builtins
from math import inf
from time import thread_time
from typing import TYPE_CHECKING

from modelreg.capture.slice.drawing import held_by
from modelreg.capture.slice.packages import pure
from modelreg.capture.slice.values import ANY, MADE_OF, NONE, TEXT_SET, Arguments, Effects, Scope, Value, Values, reach
from modelreg.capture.slice.wording import sets_of_texts

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Mapping, Sequence

_LOOK = 64
"""Calls between two looks at the clock, which cost more than reading many a call."""


class TooLongError(Exception):
    """The time for reading the session is over."""


SHELL_NAMES = frozenset({"_", "__", "___", "In", "Out", "_oh", "_ih"})
INERT = frozenset({"import", "function", "class"})
"""Kinds of objects that no call changes by being given them."""


class Core:
    """Objects, names and the effects of one statement; the classes above it read the text."""

    def __init__(self, scope: Mapping[str, object] | None = None) -> None:
        self.session = Scope()
        self.scope = self.session
        self.runtime: Mapping[str, object] = scope or {}
        self._text_sets = sets_of_texts(self.runtime)
        self.time = 0
        self.effects = Effects()
        self.certain: set[str] = set()
        """Names and tokens that the statement has bound for certain so far."""
        self.branches = 0
        """How many branches and loops deep the run is: what happens there may not have happened."""
        self.stack: list[ast.AST] = []
        self.seeded: set[str] = set()
        self.target = ""
        """The name that the statement gives what it makes: of what is loaded, the namespace alone tells the class."""
        self.enclosed: set[str] = set()
        """Names that functions changed for the functions around them."""
        self.written: set[str] = set()
        """Names of files that the session wrote."""
        self.journal: list[dict[tuple[Scope, str], Values | None]] = []
        """For each branch that the run is in: what the names meant that it has bound since."""
        self._interned: dict[tuple[str, str], Value] = {}
        self.until = inf
        """The processor time of the thread after which nothing more is read."""
        self._looks = 0

    # what the classes below read

    def value(self, node: ast.expr | None) -> Values:
        """The objects that an expression may give, all of which are needed."""
        raise NotImplementedError

    def run(self, body: Sequence[ast.stmt]) -> None:
        """Run statements one after the other."""
        raise NotImplementedError

    def apply(self, function: Values, given: Arguments) -> Values:
        """Call objects."""
        raise NotImplementedError

    def attribute(self, base: Values, name: str) -> Values:
        """What an attribute of objects may be."""
        raise NotImplementedError

    def of_module(self, module: str, name: str) -> Values | None:
        """What a name means in a module of the user's; None where that is not known."""
        raise NotImplementedError

    def forget_module(self, module: str) -> None:
        """Read the text of a module again when it is met again."""
        raise NotImplementedError

    def look(self) -> None:
        """Stop where the time is over: one statement can take all of it.

        Raises
        ------
        TooLongError
            It is.
        """
        self._looks += 1
        if self._looks % _LOOK == 1 and thread_time() > self.until:
            raise TooLongError

    # objects

    def fresh(
        self, kind: str = "value", dotted: str = "", holds: Iterable[Value] = (), *, graph: bool = False
    ) -> Value:
        """Make a new object."""
        made = Value(kind, dotted, graph=graph, lively=kind == "generator")
        self.hold(made, MADE_OF if graph else ANY, holds)
        return made

    def interned(self, kind: str, dotted: str) -> Value:
        """The one object of its name: an import, a builtin, a token, a name from outside."""
        found = self._interned.get((kind, dotted))
        if found is None:
            found = self._interned[kind, dotted] = Value(kind, dotted)
        return found

    def patched(self) -> list[Value]:
        """What packages that the session changed have instead of their own."""
        return [inner for one in self._interned.values() for held in one.fields.values() for inner in held]

    def hold(self, holder: Value, field: str, values: Iterable[Value]) -> None:
        """Let an object hold others from now on."""
        for one in values:
            if one is not holder:
                held = holder.fields.setdefault(field, {})
                if one not in held:
                    held[one] = self.time
                    one.holders.append(holder)
                    if one.lively:
                        holder.enliven()

    def part(self, whole: Value, field: str, *, alone: bool = False) -> Values:
        """What a field of an object holds, or an object that stands for it; `alone` where it is none that it holds."""
        known = whole.fields.get(field)
        if known:
            return frozenset(known)
        # what a plain container holds is none itself
        dotted = "" if whole.family == "collections" else whole.dotted
        inner = Value("value", dotted, owner=(whole, field), graph=whole.graph)
        self.hold(whole, field, [inner])
        self.hold(inner, MADE_OF, whole.fields.get(MADE_OF, ()))
        return frozenset([inner] if alone else [inner, *whole.fields.get(ANY, ())])

    # names

    def load(self, name: str) -> Values:
        """The objects that a name may mean here."""
        scope = self.scope
        while scope.above is not None:
            if name in scope.names:
                if name in self.enclosed:
                    self.use(f"<nonlocal:{name}>")
                return scope.names[name]
            if name in scope.own and not scope.comprehension:
                return NONE
            scope = scope.above
        known = scope.names.get(name)
        if known is None:
            if hasattr(builtins, name):
                return frozenset([self.interned("import", f"builtins.{name}")])
            if name in SHELL_NAMES or (name[:1] == "_" and name[1:].isdigit()):
                self.effects.reasons[f"{name} is what the notebook showed, which a slice does not know"] = None
                return NONE
            self.use(name)
            return frozenset([self.interned("value", self._type_outside(name))])
        self.use(name)
        return known

    def _type_outside(self, name: str) -> str:
        made = type(self.runtime.get(name))
        return "" if made.__module__ == "builtins" else f"{made.__module__}.{made.__qualname__}.{name}"

    def loaded(self, made: Value, name: str = "") -> Values:
        """An object that was loaded into a name: whether it draws when it is fitted, the namespace tells."""
        made.draws = held_by(self.runtime.get(name or self.target))
        if made.draws:
            made.enliven()
        return frozenset([made])

    def use(self, name: str) -> None:
        """Need a name or token as it was before the statement, unless the statement bound it."""
        if name not in self.certain:
            self.effects.uses.add(name)

    def bind(self, name: str, values: Values) -> None:
        """Let a name of the scope at hand mean other objects."""
        scope = self.scope
        while scope.comprehension and name not in scope.own and scope.above:
            scope = scope.above
        if scope.above is None:
            self.store(scope, name, values)
            self.certain.add(name)
            self.effects.binds.add(name)
        elif name in scope.outer:
            self._bind_global(scope, name, values)
        elif name in scope.own or scope.module:
            self.store(scope, name, values)
        else:
            # nonlocal: some call further up owns it
            up: Scope | None = scope.above
            while up is not None and name not in up.own:
                up = up.above
            self.store(up or scope, name, (up or scope).names.get(name, NONE) | values)
            self.enclosed.add(name)
            self.effects.changes.add(f"<nonlocal:{name}>")

    def _bind_global(self, scope: Scope, name: str, values: Values) -> None:
        home = scope
        while home.above is not None and not home.module:
            home = home.above
        self.store(home, name, home.names.get(name, NONE) | values)
        if home is self.session:
            self.effects.binds.add(name)
        else:
            self.enclosed.add(name)
            self.effects.changes.add(f"<nonlocal:{name}>")

    def store(self, scope: Scope, name: str, values: Values | None) -> None:
        """Let a name of a scope mean other objects, or nothing."""
        if self.journal:
            self.journal[-1].setdefault((scope, name), scope.names.get(name))
        if values is None:
            scope.names.pop(name, None)
        else:
            scope.names[name] = values

    # effects

    def read(self, values: Iterable[Value]) -> None:
        """Need objects with all that they hold."""
        self.effects.whole.update(one for one in values if one.kind != "import")

    def order(self, values: Iterable[Value]) -> None:
        """Take objects in the order in which they stand."""
        found = frozenset(values)
        unordered = any(one.dotted == TEXT_SET for one in found)
        if unordered or any(found & self.session.names.get(name, NONE) for name in self._text_sets):
            self.effects.reasons["the order of a set of texts is another one in each process"] = None

    def use_module(self, one: Value) -> None:
        """Need what reloaded the module of an import."""
        if not pure(one.family):
            self.use(f"<module:{one.family}>")

    def pass_by(self, values: Iterable[Value], field: str) -> None:
        """Need one field of objects only."""
        for one in values:
            if one.kind != "import":
                self.effects.near.update((one, (one, field)))

    def change(self, values: Iterable[Value], *, deep: bool = True, fit: bool = False) -> None:
        """Change objects, and by that what they were taken out of."""
        done = self.effects.fits if fit else self.effects.others
        for one in reach(values) if deep else values:
            if one.kind == "token":
                self.effects.changes.add(one.dotted)
            elif one.kind not in INERT or not deep:
                done.add(one)
                self.effects.changes.add(one)
                self.effects.changes.update(held.dotted for held in one.fields.get(ANY, ()) if held.kind == "token")
                self._change_owners(one)

    def change_field(self, values: Iterable[Value], field: str) -> None:
        """Change one field of objects, and by that what they were taken out of."""
        for one in values:
            one.fields.setdefault(field, {})
            self.effects.changes.add((one, field))
            self._change_owners(one)

    def _change_owners(self, one: Value) -> None:
        owner = one.owner
        while owner is not None:
            self.effects.changes.add(owner)
            owner = owner[0].owner

    def seed(self, generator: str) -> None:
        """Bring a generator of random numbers into a known state."""
        self.seeded.add(generator)
        self.effects.changes.add(generator)
        self.effects.seeds.add(generator)
        self.effects.binds.add(generator)
        self.certain.add(generator)

    def draw(self, generator: str, what: str, *, maybe: bool = False) -> None:
        """Take random numbers from a generator."""
        if generator in self.seeded:
            self.use(generator)
            self.effects.changes.add(generator)
            self.effects.draws.add(generator)
        elif not maybe:
            # nothing brings back what an unseeded generator gave: what else drew from it does not matter
            self.effects.unseeded[generator, what] = None
