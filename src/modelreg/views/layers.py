"""Where the nodes of a directed graph stand when it is drawn in layers from left to right.

The method of Sugiyama, Tagawa and Toda (1981) in its simple form: each node stands behind the nodes that lead to it, long
edges get a place in every layer that they pass, layers are ordered by the mean place of their neighbours, and each place
is moved towards these as far as its own neighbours let it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

Key: TypeAlias = "Hashable"
Pair: TypeAlias = "tuple[Hashable, Hashable]"

_SWEEPS: Final = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawn graph.

    Attributes
    ----------
    places : mapping of key to (float, float)
        Node -> its layer, and its place in the layer from 0 down, a unit apart at least.
    routes : mapping of (key, key) to sequence of (float, float)
        Edge -> the places it passes, its ends included.
    layers : int
        How many layers there are.
    height : float
        The largest place of a layer.
    """

    places: Mapping[Key, tuple[int, float]]
    routes: Mapping[Pair, Sequence[tuple[int, float]]]
    layers: int
    height: float


def layout(nodes: Sequence[Key], edges: Iterable[Pair]) -> Layout:
    """Return where nodes and edges stand.

    Parameters
    ----------
    nodes : sequence of hashable
        Each once; the order decides where nothing else does.
    edges : iterable of (hashable, hashable)
        From, to. An edge that closes a circle is drawn backwards.
    """
    pairs = list(dict.fromkeys((tail, head) for tail, head in edges if tail != head))
    forward = _acyclic(nodes, pairs)
    layer = _layers(nodes, forward)
    routes = {pair: _route(pair, layer) for pair in forward}
    rows: list[list[Key]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for node in nodes:
        rows[layer[node]].append(node)
    beside: dict[Key, list[Key]] = defaultdict(list)
    for route in routes.values():
        for at, key in enumerate(route):
            if 0 < at < len(route) - 1:
                rows[key[0]].append(key)  # type: ignore[index]  # a place on the way is a tuple that begins with its layer
            if at:
                beside[key].append(route[at - 1])
                beside[route[at - 1]].append(key)
    _order(rows, beside)
    place = _settle(rows, beside)
    depth = {key: at for at, row in enumerate(rows) for key in row}
    drawn = {pair: [(depth[key], place[key]) for key in route] for pair, route in routes.items()}
    whole = {pair: drawn.get(pair) or drawn[pair[::-1]][::-1] for pair in pairs}
    return Layout(
        {node: (depth[node], place[node]) for node in nodes}, whole, len(rows), max(place.values(), default=0.0)
    )


def _acyclic(nodes: Sequence[Key], pairs: Sequence[Pair]) -> list[Pair]:
    """Return the edges with those turned round that close a circle, each once."""
    after: dict[Key, list[Key]] = defaultdict(list)
    for tail, head in pairs:
        after[tail].append(head)
    entered: set[Key] = set()
    ended: set[Key] = set()
    turned: set[Pair] = set()
    for start in nodes:
        stack = [(start, iter(after[start]))] if start not in entered else []
        entered.add(start)
        while stack:
            node, ahead = stack[-1]
            head = next(ahead, None)
            if head is None:
                ended.add(node)
                stack.pop()
            elif head not in entered:
                entered.add(head)
                stack.append((head, iter(after[head])))
            elif head not in ended:
                turned.add((node, head))
    return list(dict.fromkeys((pair[1], pair[0]) if pair in turned else pair for pair in pairs))


def _layers(nodes: Sequence[Key], edges: Sequence[Pair]) -> dict[Key, int]:
    """Return each node's layer: behind all that lead to it, and what has nothing before it right before what it leads to."""
    before: dict[Key, list[Key]] = defaultdict(list)
    after: dict[Key, list[Key]] = defaultdict(list)
    for tail, head in edges:
        before[head].append(tail)
        after[tail].append(head)
    layer: dict[Key, int] = {}
    waiting = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not waiting[node]]
    order: list[Key] = []
    while ready:
        node = ready.pop(0)
        order.append(node)
        layer[node] = max((layer[tail] + 1 for tail in before[node]), default=0)
        for head in after[node]:
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    for node in reversed(order):
        if after[node] and not before[node]:
            layer[node] = min(layer[head] for head in after[node]) - 1
    return layer


def _route(pair: Pair, layer: Mapping[Key, int]) -> list[Key]:
    """Return an edge's ends, with a place in each layer between them."""
    tail, head = pair
    return [tail, *((at, tail, head) for at in range(layer[tail] + 1, layer[head])), head]


def _order(rows: Sequence[list[Key]], beside: Mapping[Key, Sequence[Key]]) -> None:
    """Order each layer by the mean place of the neighbours in the layer before it, then behind it, and so on."""
    depth = {key: at for at, row in enumerate(rows) for key in row}
    for sweep in range(_SWEEPS):
        step = 1 if sweep % 2 == 0 else -1
        for at in range(len(rows))[::step]:
            if not 0 <= at - step < len(rows):
                continue
            places = {key: index for index, key in enumerate(rows[at - step])}
            own = {key: index for index, key in enumerate(rows[at])}

            def mean(
                key: Key, places: Mapping[Key, int] = places, own: Mapping[Key, int] = own, near: int = at - step
            ) -> float:
                found = [places[each] for each in beside[key] if depth[each] == near]
                return sum(found) / len(found) if found else own[key]

            rows[at].sort(key=mean)


def _settle(rows: Sequence[Sequence[Key]], beside: Mapping[Key, Sequence[Key]]) -> dict[Key, float]:
    """Return each node's place: near the mean of its neighbours, in the order of its layer and a unit apart."""
    tallest = max((len(row) for row in rows), default=0)
    place = {key: index + (tallest - len(row)) / 2 for row in rows for index, key in enumerate(row)}
    for sweep in range(_SWEEPS):
        for row in rows[:: 1 if sweep % 2 == 0 else -1]:
            wanted = [_mean([place[each] for each in beside[key]], place[key]) for key in row]
            place.update(zip(row, _apart(wanted), strict=True))
    top = min(place.values(), default=0.0)
    return {key: round(at - top, 3) for key, at in place.items()}


def _apart(wanted: Sequence[float]) -> list[float]:
    """Return places in order and a unit apart that are as near as can be to those wanted (least squares).

    Less their index they need only not fall, which is isotonic regression: pool adjacent violators (Ayer et al. 1955).
    """
    pools: list[tuple[float, int]] = []
    for index, place in enumerate(wanted):
        mean, size = place - index, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, size = (before * many + mean * size) / (many + size), many + size
        pools.append((mean, size))
    level = [mean for mean, size in pools for _ in range(size)]
    return [mean + index for index, mean in enumerate(level)]


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
