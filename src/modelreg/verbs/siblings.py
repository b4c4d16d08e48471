"""Siblings: many nodes of one kind beside each other stand as one, so that a lineage stays readable."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from modelreg.records import Edge, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MANY: Final = 5
"""So many siblings become a group."""
MOST_DATA: Final = 12
"""So many where they are data that led to the version: one training takes several, and each has a name that tells."""

_NOUNS: Final = {"model": "models", "dataset": "datasets", "data": "data", "run": "runs", "link": "links"}


def gathered(nodes: Mapping[str, Node], edges: Iterable[Edge], focus: str) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Return the graph with its siblings gathered.

    Siblings are nodes of one kind that came from the same nodes, on the way on from ``focus``, or led to the same ones,
    on the way back. Gathering makes siblings of what is beyond them, so it goes on until nothing changes.
    """
    held, lines = dict(nodes), dict.fromkeys(edges)
    while True:
        onward = _reach(lines, focus, back=False)
        back = _reach(lines, focus, back=True) - onward
        found = _siblings(held, lines, onward - {focus}, back=False) or _siblings(
            held, lines, back - {focus}, back=True
        )
        if not found:
            return tuple(held.values()), tuple(lines)
        group = _group([held.pop(key) for key in found])
        held[group.key] = group
        within = set(found)
        lines = dict.fromkeys(
            Edge(
                group.key if edge.tail in within else edge.tail,
                group.key if edge.head in within else edge.head,
                edge.role,
            )
            for edge in lines
        )


def _siblings(nodes: Mapping[str, Node], edges: Iterable[Edge], among: set[str], *, back: bool) -> list[str]:
    """Return the keys of the first siblings that are many."""
    beside: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        near, far = (edge.tail, edge.head) if back else (edge.head, edge.tail)
        beside[near].add(far)
    families: dict[tuple[str, bool, frozenset[str]], list[str]] = defaultdict(list)
    for key, node in nodes.items():
        if key in among and not node.members:
            families[node.kind, node.act == "use", frozenset(beside[key])].append(key)
    return next((family for (kind, *_), family in families.items() if len(family) >= _many(kind)), [])


def _many(kind: str) -> int:
    return MOST_DATA if kind == "data" else MANY


def _group(members: list[Node]) -> Node:
    newest = sorted(members, key=lambda node: node.at, reverse=True)
    first = newest[0]
    return Node(
        key=f"group:{first.key}", kind=first.kind, label=f"{len(members)} {_NOUNS[first.kind]}", at=first.at,
        act=first.act, aliases=tuple(sorted({alias for node in newest for alias in node.aliases})), members=tuple(newest),
    )  # fmt: skip


def _reach(edges: Iterable[Edge], start: str, *, back: bool) -> set[str]:
    """Return what can be reached from a node along the edges, or against them."""
    following: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        near, far = (edge.head, edge.tail) if back else (edge.tail, edge.head)
        following[near].append(far)
    seen, ahead = {start}, [start]
    while ahead:
        for key in following[ahead.pop()]:
            if key not in seen:
                seen.add(key)
                ahead.append(key)
    return seen
