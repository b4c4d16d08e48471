"""A lineage as a drawing: boxes in layers from left to right, and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from modelreg.views import format as fmt
from modelreg.views.escape import plain
from modelreg.views.layers import layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.records import Edge, Lineage, Node

WIDTH: Final = 176
HEIGHT: Final = 44
ACROSS: Final = 58
"""Between two layers."""
DOWN: Final = 16
"""Between two boxes of a layer."""
EDGE: Final = 4
"""Around the drawing."""
LETTERS: Final = 24
"""As many fit into a box."""

_ACTS: Final = {"register": "registered", "log": "logged", "use": "loaded"}
"""What a run did."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node where it stands; lengths in pixels."""

    node: Node
    x: float
    y: float
    title: str
    """Its label, cut in the middle where it is long: the number at its end tells most."""
    note: str
    focus: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as the path of an SVG."""

    edge: Edge
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it."""

    boxes: tuple[Box, ...]
    """From left to right, and down."""
    lines: tuple[Line, ...]
    width: float
    height: float


def draw(lineage: Lineage) -> Drawing:
    """Return the drawing of a lineage."""
    placed = layout([node.key for node in lineage.nodes], [(edge.tail, edge.head) for edge in lineage.edges])
    boxes = []
    for node in lineage.nodes:
        layer, place = placed.places[node.key]
        boxes.append(Box(node, _x(layer), _y(place), _middle(plain(node.label)), note(node), node.key == lineage.focus))
    boxes.sort(key=lambda box: (box.x, box.y))
    lines = tuple(Line(edge, _path(placed.routes[edge.tail, edge.head])) for edge in _single(lineage.edges))
    return Drawing(tuple(boxes), lines, _x(placed.layers - 1) + WIDTH + EDGE, _y(placed.height) + HEIGHT + EDGE)


def note(node: Node) -> str:
    """Return the second line of a box: what the node is."""
    if node.deleted:
        return f"deleted {node.kind}"
    if node.kind == "link":
        return fmt.shorten(plain(", ".join(node.aliases)) or "registered model", LETTERS + 4)
    if node.members:
        return fmt.shorten(plain(f"{node.members[0].label} and before"), LETTERS + 4)
    if node.kind == "data":
        return fmt.shorten(plain(unlogged(node)), LETTERS + 4)
    if node.kind == "run":
        return fmt.shorten(plain(fmt.sentence([done(node), node.actor])), LETTERS + 4)
    return fmt.shorten(plain(fmt.sentence([node.kind, *node.also])), LETTERS + 4)


def done(node: Node) -> str:
    """Return what a run did: ``registered clf``."""
    return f"{_ACTS.get(node.act, node.act)} {node.variable}".strip()


def unlogged(node: Node) -> str:
    """Return what data is that is known by its contents alone: ``data 1,000 × 12``."""
    return f"data {node.variable}".strip()


def _single(edges: Sequence[Edge]) -> list[Edge]:
    """Return one edge for each two nodes, its roles together."""
    roles: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        if edge.tail != edge.head:
            roles.setdefault((edge.tail, edge.head), []).append(edge.role)
    return [type(edges[0])(tail, head, ", ".join(filter(None, role))) for (tail, head), role in roles.items()]


def _x(layer: float) -> float:
    return EDGE + layer * (WIDTH + ACROSS)


def _y(place: float) -> float:
    return round(EDGE + place * (HEIGHT + DOWN), 1)


def _path(route: Sequence[tuple[int, float]]) -> str:
    """Return a smooth path: level where it leaves a box, passes a layer, or ends."""
    forward = route[0][0] <= route[-1][0]
    pieces: list[str] = []
    for at, (layer, place) in enumerate(route):
        y = _y(place) + HEIGHT / 2
        left, right = _x(layer), _x(layer) + WIDTH
        near, far = (left, right) if forward else (right, left)
        if at == 0:
            pieces.append(f"M{far:g} {y:g}")
            last = (far, y)
            continue
        middle = (last[0] + near) / 2
        pieces.append(f"C{middle:g} {last[1]:g} {middle:g} {y:g} {near:g} {y:g}")
        if at < len(route) - 1:
            pieces.append(f"H{far:g}")
        last = (far, y)
    return "".join(pieces)


def _middle(text: str) -> str:
    """Return a text cut in the middle to :data:`LETTERS`."""
    if len(text) <= LETTERS:
        return text
    back = LETTERS // 2
    return f"{text[: LETTERS - back - 1]}…{text[-back:]}"
