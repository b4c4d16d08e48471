"""Which names meant which objects while a session ran, as far as its text tells."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from modelreg.capture.data.access import held_names, root_of
from modelreg.capture.data.storing import Stored

__all__ = ["Event", "Names", "Thing"]


@dataclass(eq=False, slots=True)
class Thing:
    """One object of the session."""

    held: dict[str, Thing] = field(default_factory=dict)
    """What it holds: by key where that is written, else by variable."""
    whole: Thing | None = None
    """What it was taken out of."""
    made: ast.expr | None = None
    """The expression that made it."""
    events: list[Event] = field(default_factory=list)
    cell: int | None = None
    """The place of the cell in which it was made, where that is known."""
    each: bool = False
    """It is all of what a loop goes through in turn: what happens to it happens to each."""
    doubtful: bool = False
    """It took the name of another one in a branch that may not have run."""

    def within(self, seen: set[int] | None = None) -> list[Thing]:
        """Return it and all that it holds."""
        seen = set() if seen is None else seen
        if id(self) in seen:
            return []
        seen.add(id(self))
        return [self, *(inner for one in self.held.values() for inner in one.within(seen))]


@dataclass(eq=False, slots=True)
class Event:
    """One training of an object."""

    order: int
    cell: int
    call: str
    stepwise: bool
    inputs: list[Any]
    maybe: int = 0
    """1: it stands in a branch that may not have run; 2: there is another branch that does the same otherwise."""
    at: ast.Call | None = None
    """The call of the cell in which it happened: that of the function, where it is inside one."""


class Names:
    """What each name means just now; inside a function, what its parameters were given."""

    def __init__(self, outer: Names | None = None) -> None:
        self.outer = outer
        self.things: dict[str, Thing] = {}
        self.bound: set[str] = set()
        self.given: dict[str, ast.expr] = {}
        """Parameter -> the caller's expression."""
        self.parameters: set[str] = set()
        self.local: dict[str, ast.expr | None] = {}
        """Loop variables and temporary names -> what they were made of."""
        self.looped: set[str] = set()
        """Those of `local` that are each part in turn of what they were made of."""
        self.stored = Stored()
        """What the body of the function, or of a loop, does to its names."""

    def mine(self) -> set[str]:
        """Return the names that mean something else outside."""
        return {*self.local, *self.given, *self.stored.own}

    def around(self) -> list[Names]:
        """Return these and those of what called."""
        return [self, *(self.outer.around() if self.outer is not None else ())]

    def thing(self, name: str) -> Thing:
        """Return the object of a name, a new one for an unknown name."""
        if name in self.things:
            return self.things[name]
        if self.outer is not None and name not in self.given:
            return self.outer.thing(name)
        return self.things.setdefault(name, Thing())

    def bind(self, target: ast.expr, thing: Thing, value: ast.expr) -> None:
        """Give a target the object that `value` made."""
        if isinstance(target, ast.Tuple | ast.List):
            pairs = value.elts if isinstance(value, ast.Tuple | ast.List) else ()
            for place, one in enumerate(target.elts):
                part = pairs[place] if len(pairs) == len(target.elts) else value
                self.bind(one, self.of(part) if part is not value else Thing(whole=thing), part)
        elif isinstance(target, ast.Name):
            self.things[target.id] = thing
            self.bound.add(target.id)
        elif isinstance(target, ast.Subscript | ast.Attribute):
            base = root_of(target)
            if base is not None:
                self.thing(base).held[_key(target)] = thing

    def of(self, value: ast.expr) -> Thing:
        """Return the object that an expression gives."""
        if isinstance(value, ast.Name):
            return self.thing(value.id)
        if isinstance(value, ast.Attribute | ast.Subscript):
            base = root_of(value)
            if base is None or isinstance(value.value, ast.Call):
                return Thing(made=value)
            whole = self.thing(base)
            return whole.held.setdefault(_key(value), Thing(whole=whole))
        made = Thing(made=value)
        if isinstance(value, ast.Dict):
            pairs = zip(value.keys, value.values, strict=True)
            made.held = {ast.unparse(key): self.of(one) for key, one in pairs if key is not None}
        elif isinstance(value, ast.Call | ast.List | ast.Tuple):
            made.held = {name: self.thing(name) for name in held_names(value)}
        return made

    def loop(self, target: ast.expr, values: ast.expr) -> None:
        """Give the variables of a loop a part of what is looped over."""
        names = [one.id for one in ast.walk(target) if isinstance(one, ast.Name)]
        base = [self.thing(name) for name in held_names(values)]
        for name in names:
            part = Thing(whole=base[0] if len(base) == 1 else None, each=True)
            part.held = {key: one for whole in base for key, one in whole.held.items()}
            self.things[name] = part
            self.local[name] = values
            self.looped.add(name)


def _key(node: ast.Attribute | ast.Subscript) -> str:
    return f".{node.attr}" if isinstance(node, ast.Attribute) else ast.unparse(node.slice)
