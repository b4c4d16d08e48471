"""What libraries keep in an object though it is no part of the model: counters of its use, addresses of this process.

A model that only answered questions would count as changed because of them, and a model trained again with the same seed
would not be found. They are left out of the canonical form; the stream, and with it the content id, keeps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.opcodes.machine import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS: Final = frozenset({b"_stop_words_id"})
"""Attributes that hold an address: scikit-learn's text vectorizers remember ``id(stop_words)`` once they were used."""

TREES: Final = frozenset({b"sklearn.neighbors._ball_tree", b"sklearn.neighbors._kd_tree"})
"""Modules of trees whose state counts the queries that were made."""

COUNTERS: Final = slice(7, 11)
"""Where in the state of such a tree the numbers of trims, leaves, splits and calls stand."""

_STATE: Final = 13

FORGETFUL: Final = frozenset({(b"sklearn.utils._bunch", b"Bunch")})
"""Classes whose instances are given a state and ignore it, so that one that was loaded or copied has none."""


def settle(nodes: Iterable[Node]) -> None:
    """Leave out what is no part of the model, in the states that ``nodes`` are given.

    Each node and each state once: a hostile stream gives one a thousand states, and a thousand one.
    """
    settled: set[int] = set()
    cleaned: set[int] = set()
    for node in nodes:
        if id(node) in settled:
            continue
        settled.add(id(node))
        if _is_forgetful(node):
            node.events = [event for event in node.events if event[0] != "build"]
        for event, states in node.events:
            if event != "build":
                continue
            if id(states[0]) not in cleaned:
                cleaned.add(id(states[0]))
                _without_addresses(states[0])
            _without_counters(node, states[0])


def _is_forgetful(node: Node) -> bool:
    if node.kind != "new" or node.parts[0].kind != "global":
        return False
    return tuple(bytes(part.payload) for part in node.parts[0].parts) in FORGETFUL


def _without_addresses(state: Node) -> None:
    for index, (event, items) in enumerate(state.events):
        keys, held = items[::2], items[1::2]
        if event == "setitem" and any(map(_is_address, keys)):
            kept = [part for pair in zip(keys, held, strict=False) if not _is_address(pair[0]) for part in pair]
            state.events[index] = (event, kept)


def _is_address(key: Node) -> bool:
    return key.kind == "str" and bytes(key.payload) in KEYS


def _without_counters(node: Node, state: Node) -> None:
    made = node.parts[0] if node.kind == "call" else node
    if made.kind != "global" or bytes(made.parts[0].payload) not in TREES:
        return
    if state.kind == "tuple" and len(state.parts) == _STATE:
        state.parts[COUNTERS] = [Node("int", b"\0") for _ in state.parts[COUNTERS]]
