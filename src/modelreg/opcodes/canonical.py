"""A form of a pickle stream that depends on what the stream says, not on which equal atoms were one object.

Dumping, loading and dumping again gives another stream for most estimators: two equal strings that were one interned
object are two objects afterwards, or the reverse, and every memo index after them moves. In the canonical form an
immutable value (a string, a number, a tuple of values, a dtype) stands for itself wherever it occurs, the elements of a
set of values are sorted, and only what can change has an identity, numbered in the order of its first use. What is no part
of the model at all (:mod:`modelreg.opcodes.volatile`) is left out.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from modelreg.opcodes.machine import Machine, Node
from modelreg.opcodes.volatile import settle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelreg.opcodes.decode import Stream

LARGEST: Final = 2 << 20
"""Streams of more bytes have no canonical form: it would cost more than it saves."""

ATOMS: Final = frozenset({"none", "bool", "int", "float", "str", "bytes", "bytestr"})

CONTAINERS: Final = frozenset({"tuple", "frozenset", "global"})
"""Immutable when all that is in them is."""

CALLS: Final = frozenset(
    {
        "builtins.complex",
        "builtins.frozenset",
        "builtins.getattr",
        "builtins.range",
        "builtins.slice",
        "builtins.type",
        "cloudpickle.cloudpickle._builtin_type",
        "datetime.date",
        "datetime.datetime",
        "datetime.timedelta",
        "decimal.Decimal",
        "numpy._core.multiarray.scalar",
        "numpy.core.multiarray.scalar",
        "numpy.dtype",
        "pathlib.PosixPath",
        "pathlib.PurePosixPath",
        "uuid.UUID",
    }
)
"""What makes immutable values of immutable arguments, so that two equal results are as good as one."""

_OPEN, _VALUE, _OTHER = 1, 2, 3


def canonical(stream: Stream) -> bytes | None:
    """Return the canonical form of ``stream``, or None when the stream is longer than ``LARGEST``.

    Two streams of one canonical form build equal models that share what can change in the same way. Nothing is loaded.

    Raises
    ------
    IntegrityError
        The bytes are no pickle stream.
    """
    chunks = [stream] if isinstance(stream, (bytes, bytearray, memoryview)) else list(stream)
    if sum(len(chunk) for chunk in chunks) > LARGEST:
        return None
    return written(Machine().run(chunks))[0]


def written(machine: Machine) -> tuple[bytes, dict[int, bytes]]:
    """Return the canonical form of what a machine read, and a key of each node that is an immutable value, by identity."""
    roots = [*machine.roots, *machine.effects]
    settle(machine.built)
    values = _Values(roots).keys
    return b"".join(_written(roots, values)), values


class _Values:
    """The nodes that are immutable values, by identity: a key that equal values share."""

    def __init__(self, roots: list[Node]) -> None:
        self.keys: dict[int, bytes] = {}
        self._states: dict[int, int] = {}
        self._atoms: dict[tuple[str, bytes], bytes] = {}
        for root in roots:
            self._judge(root)

    def _judge(self, root: Node) -> None:
        states = self._states
        pending = [root]
        while pending:
            node = pending[-1]
            state = states.get(id(node), 0)
            if state == 0 and node.kind not in ATOMS:
                states[id(node)] = _OPEN
                for part in _children(node):
                    if id(part) in states:
                        continue
                    if part.kind in ATOMS:  # most of a large model: decided without waiting for anything
                        self._decide(part)
                    else:
                        pending.append(part)
                continue
            pending.pop()
            if state in {0, _OPEN}:
                self._decide(node)

    def _decide(self, node: Node) -> None:
        if node.kind in ATOMS:
            payload = bytes(node.payload)
            key = self._atoms.get((node.kind, payload))
            if key is None:
                key = self._atoms[node.kind, payload] = _key(node.kind, [payload])
        elif node.kind in CONTAINERS or self._makes_value(node):
            key = self._composed(node)
        else:
            key = None
        self._states[id(node)] = _OTHER if key is None else _VALUE
        if key is not None:
            self.keys[id(node)] = key

    def _makes_value(self, node: Node) -> bool:
        if node.kind != "call" or node.parts[0].kind != "global":
            return False
        named = b".".join(bytes(part.payload) for part in node.parts[0].parts)
        return named.decode("utf-8", "replace") in CALLS

    def _composed(self, node: Node) -> bytes | None:
        """Return the key of a node made of values, None when something in it is none."""
        keys = [self.keys.get(id(part)) for part in node.parts]
        pieces = sorted(key or b"" for key in keys) if node.kind == "frozenset" else [key or b"" for key in keys]
        for event, nodes in node.events:
            built = [self.keys.get(id(part)) for part in nodes]
            keys.extend(built)
            pieces.extend([event.encode(), *(key or b"" for key in built)])
        return None if None in keys else _key(node.kind, pieces)


def _children(node: Node) -> list[Node]:
    return [*node.parts, *(part for _, nodes in node.events for part in nodes)]


def _key(kind: str, pieces: Iterable[bytes]) -> bytes:
    hasher = blake2b(kind.encode(), digest_size=32)
    for piece in pieces:
        hasher.update(len(piece).to_bytes(8, "little"))
        hasher.update(piece)
    return hasher.digest()


def _written(roots: list[Node], values: dict[int, bytes]) -> list[bytes]:
    """Return the form piece by piece: each node at its first use, depth first, later as its number."""
    out: list[bytes] = []
    numbers: dict[int, int] = {}
    pending: list[Node | bytes] = list(reversed(roots))
    while pending:
        item = pending.pop()
        if isinstance(item, bytes):
            out.append(item)
        elif id(item) in values:
            out.append(b"=" + values[id(item)])
        elif id(item) in numbers:
            out.append(b"@%d;" % numbers[id(item)])
        else:
            numbers[id(item)] = len(numbers)
            pending.extend(reversed(_opened(item, values)))
    return out


def _opened(node: Node, values: dict[int, bytes]) -> list[Node | bytes]:
    """Return a node as its kind, payload, parts and events, each with its length."""
    payload = bytes(node.payload)
    pieces: list[Node | bytes] = [b"(%s %d:" % (node.kind.encode(), len(payload)), payload]
    pieces += [b" %d[" % len(node.parts), *node.parts]
    for event, nodes in node.events:
        pieces += [b"]%s %d[" % (event.encode(), len(nodes)), *_ordered(event, nodes, values)]
    pieces.append(b"])")
    return pieces


def _ordered(event: str, nodes: list[Node], values: dict[int, bytes]) -> list[Node]:
    """Return what was put in, sorted where it was put into a set of values."""
    if event != "add" or any(id(node) not in values for node in nodes):
        return nodes
    return sorted(nodes, key=lambda node: values[id(node)])
