"""Marks of nodes: short digests by which parts of two streams are told to be equal, each part by itself.

A mark depends on what a part says, not on where in the stream it stands or with what it is shared. Classes and functions
that came along by value count by their names only: a changed method is told once, as a change of its class, and not of
every object of that class.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from modelreg.opcodes.told import word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from modelreg.opcodes.machine import Node

DEFINED: Final = {"_make_skeleton_class": "class", "_make_skeleton_enum": "class", "_make_function": "function"}
"""Name of the function by which cloudpickle makes a thing -> what that is."""

_CYCLE: Final = bytes(32)
"""Stands for a node in itself."""


class Marks:
    """The marks of the nodes of one stream.

    Parameters
    ----------
    values : mapping
        The keys of nodes that are immutable values, by identity.
    effects : iterable of Node
        What the stream calls and throws away: among them what gives classes and functions their state.
    buffer : callable
        Returns what the buffer of a number holds, as a digest.
    """

    def __init__(self, values: Mapping[int, bytes], effects: Iterable[Node], buffer: Callable[[int], bytes]) -> None:
        self.values = values
        self.definitions: list[Node] = []
        """Classes and functions by value, in the order in which they were met."""
        self._known = dict(values)
        self._defined: set[int] = set()
        self._buffer = buffer
        self._states: dict[int, list[Node]] = {}
        for effect in effects:
            made = effect.parts[1].parts if len(effect.parts) > 1 else []
            if effect.kind == "call" and made:
                self._states.setdefault(id(made[0]), []).extend(made[1:])

    def of(self, node: Node) -> bytes:
        """Return the mark of a node."""
        if id(node) not in self._known:
            self._gather(node)
        return self._known[id(node)]

    def inside(self, node: Node) -> bytes:
        """Return the mark of what a class or function consists of."""
        for part in self._children(node):
            self.of(part)
        return self._hashed(node)

    def states(self, node: Node) -> list[Node]:
        """Return what an effect gives a node as its state."""
        return self._states.get(id(node), [])

    def _gather(self, root: Node) -> None:
        known, opened, pending = self._known, set(), [root]
        while pending:
            node = pending[-1]
            if id(node) in known:
                pending.pop()
            elif id(node) in opened:
                known[id(node)] = self._hashed(node)
            elif (what := defined(node)) is not None:
                known[id(node)] = digest([what.encode(), b" ", self.name(node).encode()])
                self._define(node)
            else:
                opened.add(id(node))
                pending.extend(
                    part for part in self._children(node) if id(part) not in known and id(part) not in opened
                )

    def _define(self, node: Node) -> None:
        if id(node) not in self._defined:
            self._defined.add(id(node))
            self.definitions.append(node)

    def _children(self, node: Node) -> list[Node]:
        return [*node.parts, *(part for _, nodes in node.events for part in nodes), *self.states(node)]

    def _hashed(self, node: Node) -> bytes:
        payload = self._buffer(int(node.payload)) if node.kind == "buffer" else bytes(node.payload)
        pieces = [b"%s %d:" % (node.kind.encode(), len(payload)), payload, *self._all(node.parts)]
        for event, nodes in node.events:
            held = self._all(nodes)
            pieces += [
                b"]%s %d[" % (event.encode(), len(nodes)),
                *(_unordered(held, event) if event in _UNORDERED else held),
            ]
        if id(node) in self._states:
            pieces += [b"]states[", *self._all(self.states(node))]
        return digest(pieces)

    def _all(self, nodes: list[Node]) -> list[bytes]:
        known = self._known
        return [known.get(id(node), _CYCLE) for node in nodes]

    def name(self, node: Node) -> str:
        """Return what a class or function by value is called."""
        for state in self.states(node):
            for slots in state.parts if state.kind == "tuple" else []:
                for key, value in pairs(slots):
                    if word(key) == "__qualname__":
                        return word(value)
        arguments = node.parts[1].parts if len(node.parts) > 1 else []
        return next((word(part) for part in arguments if part.kind == "str"), "")


_UNORDERED: Final = {"add": 1, "setitem": 2}
"""What puts things in where their order says nothing -> how many belong together."""


def _unordered(held: list[bytes], event: str) -> list[bytes]:
    step = _UNORDERED[event]
    return sorted(b"".join(held[at : at + step]) for at in range(0, len(held), step))


def digest(pieces: list[bytes]) -> bytes:
    """Return one mark of several."""
    return blake2b(b"".join(pieces), digest_size=32).digest()


def defined(node: Node) -> str | None:
    """Return ``class`` or ``function`` for what came along by value, None for all else."""
    if node.kind != "call" or node.parts[0].kind != "global":
        return None
    module, name = node.parts[0].parts
    return DEFINED.get(word(name)) if word(module).startswith("cloudpickle") else None


def pairs(node: Node) -> list[tuple[Node, Node]]:
    """Return what was put into a node under keys."""
    return [
        pair
        for event, nodes in node.events
        if event == "setitem"
        for pair in zip(nodes[::2], nodes[1::2], strict=False)
    ]
