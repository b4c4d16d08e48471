"""The objects of a session as far as its text tells of them, and the names that reach them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY = "*"
"""The field of what an object holds nobody knows where."""

MADE_OF = "~"
"""The field of what a result was computed from: it reaches that, but going through it does not give that."""

TEXT_SET = "builtins.set.of.texts"
"""What a set of texts is made by: its order is another one in each process."""

CLASS, BASE = "__class__", "__base__"


@dataclass(eq=False, slots=True)
class Value:
    """One object, or all those that one place in the text makes in one execution."""

    kind: str
    """``import``, ``function``, ``class``, ``instance``, ``library``, ``generator``, ``token`` or ``value``."""
    dotted: str = ""
    """Where it comes from, as `numpy.random.rand`: an import, or what the call that made it was."""
    node: ast.AST | None = None
    """The text of a function or class of the session."""
    scope: Scope | None = None
    """Where the text of a function looks for names that it does not bind."""
    owner: tuple[Value, str] | None = None
    """The object and field that this was taken out of."""
    draws: str = ""
    """The generator of random numbers that its `fit` or its iteration advances."""
    graph: bool = False
    """It may remember what it was computed from, as tensors do."""
    lively: bool = False
    """A call that is given it may run functions of the session, or advance a generator."""
    fields: dict[str, dict[Value, int]] = field(default_factory=dict)
    """What it holds, and the statement since which it does."""
    holders: list[Value] = field(default_factory=list)

    def enliven(self) -> None:
        """Say so to all that hold it."""
        todo = [self]
        while todo:
            one = todo.pop()
            if not one.lively:
                one.lively = True
                todo += one.holders

    @property
    def family(self) -> str:
        """The package that it comes from, empty when nobody knows."""
        return self.dotted.split(".", 1)[0]


Values: TypeAlias = frozenset[Value]
Key: TypeAlias = Value | tuple[Value, str] | str
"""What can be needed: an object, one field of it, a name or a token."""

NONE: Values = frozenset()


@dataclass(eq=False, slots=True)
class Scope:
    """The variables of the session, of one call, or of a comprehension."""

    above: Scope | None = None
    own: frozenset[str] = frozenset()
    """Names that are local from the first line on, whether they have a value yet or not."""
    outer: frozenset[str] = frozenset()
    """Names declared `global`."""
    comprehension: bool = False
    module: str = ""
    """The module of the user's whose variables these are."""
    names: dict[str, Values] = field(default_factory=dict)
    returned: Values = NONE
    yielded: Values | None = None


@dataclass(slots=True)
class Effects:
    """What one statement needs and what it does."""

    uses: set[str] = field(default_factory=set)
    """Names and tokens that must have a value before it."""
    whole: set[Value] = field(default_factory=set)
    """Objects that it reads with all that they hold."""
    near: set[Key] = field(default_factory=set)
    """Objects and fields that it passes on the way to others."""
    binds: set[str] = field(default_factory=set)
    sure: set[str] = field(default_factory=set)
    """What it binds whatever happens: only these end the search for an older binding."""
    changes: set[Key] = field(default_factory=set)
    fits: set[Value] = field(default_factory=set)
    """Among the changed: estimators that learned."""
    others: set[Value] = field(default_factory=set)
    """Among the changed: what changed in another way, too."""
    resets: set[Value] = field(default_factory=set)
    """Estimators that forgot what they had learned before."""
    reasons: dict[str, None] = field(default_factory=dict)
    unseeded: dict[tuple[str, str], None] = field(default_factory=dict)
    """Generators and what drew from them, though nothing had seeded them."""
    seeds: set[str] = field(default_factory=set)
    draws: set[str] = field(default_factory=set)
    followed: bool = False
    """It called functions of the session: where it failed, they may have done a part of their work."""


@dataclass(slots=True)
class Arguments:
    """What a call hands over."""

    node: ast.Call | None = None
    listed: list[Values] = field(default_factory=list)
    named: dict[str, Values] = field(default_factory=dict)
    spread: Values = NONE
    """What stands behind a star: it may be any of the parameters."""

    @property
    def every(self) -> Values:
        """All that is handed over."""
        return self.spread.union(*self.listed, *self.named.values())

    def constant(self, place: int, name: str = "") -> object:
        """The literal at a place or of a keyword; None when it is no literal."""
        if self.node is None:
            return None
        found = self.node.args[place] if 0 <= place < len(self.node.args) else None
        found = next((one.value for one in self.node.keywords if name and one.arg == name), found)
        return found.value if isinstance(found, ast.Constant) else None

    def texts(self) -> list[str]:
        """The literal texts that are handed over."""
        if self.node is None:
            return []
        every = [*self.node.args, *(one.value for one in self.node.keywords)]
        return [one.value for one in every if isinstance(one, ast.Constant) and isinstance(one.value, str)]

    def says(self, name: str) -> bool:
        """Whether a keyword is given, and not as None or False."""
        if self.node is None:
            return name in self.named
        found = [one.value for one in self.node.keywords if one.arg == name]
        return any(not (isinstance(one, ast.Constant) and (one.value is None or one.value is False)) for one in found)


def lively(values: Iterable[Value]) -> set[Value]:
    """The objects that a call may run or advance, among others and what they hold."""
    found: set[Value] = set()
    todo = [one for one in values if one.lively]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            for held in one.fields.values():
                todo += [inner for inner in held if inner.lively]
    return found


def reach(values: Iterable[Value]) -> set[Value]:
    """The objects and all that they hold, however deep."""
    found: set[Value] = set()
    todo = list(values)
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            for held in one.fields.values():
                todo += held
    return found


def elements(values: Iterable[Value]) -> Values:
    """What iterating over objects may give: what they hold, else parts of themselves."""
    found: set[Value] = set()
    for one in values:
        inner = [held for name, held in one.fields.items() if held and name not in {CLASS, MADE_OF}]
        if not inner:
            found.add(one)
        for held in inner:
            found.update(held)
    return frozenset(found)
