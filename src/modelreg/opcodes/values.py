"""Plain values that stand in a stream, as JSON has them: what would have to be made is not among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.opcodes.marks import pairs
from modelreg.opcodes.told import listed, word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.opcodes.machine import Node

_DEEPEST: Final = 8
_ATOMS: Final[Mapping[str, Callable[[Node], object]]] = {
    "str": word,
    "bool": lambda node: bytes(node.payload) == b"1",
    "int": lambda node: int.from_bytes(bytes(node.payload), "little", signed=True),
}


def value(node: Node) -> object:
    """Return a text, truth value, whole number, list, tuple or dict with text keys; None in place of all else."""
    return _value(node, 0, {})


def _value(node: Node, depth: int, known: dict[tuple[int, int], object]) -> object:
    if node.kind in _ATOMS:
        return _ATOMS[node.kind](node)
    if depth == _DEEPEST:  # one may hold itself
        return None
    key = id(node), depth  # what occurs a thousand times, and holds what does, is read once
    if key not in known:
        known[key] = _held(node, depth + 1, known)
    return known[key]


def _held(node: Node, depth: int, known: dict[tuple[int, int], object]) -> object:
    if node.kind == "dict":
        return {word(key): _value(inner, depth, known) for key, inner in pairs(node) if key.kind == "str"}
    return [_value(inner, depth, known) for inner in listed(node)] if node.kind in {"list", "tuple"} else None
