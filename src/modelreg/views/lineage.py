"""Where a version comes from and what became of it: a picture, a list, and a Mermaid diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg import moments
from modelreg.records import Lineage
from modelreg.views import format as fmt
from modelreg.views import graph, parts, tables, theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Element, Node, render, tag
from modelreg.views.lists import heading
from modelreg.views.pictures import SVG, image
from modelreg.views.tables import Column, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.records import Node as Item

COLOURS: Final = {"dataset": "#0e8f84", "data": "#b0752a", "run": "#868686", "model": "#1e88e5", "link": "#8e63ce"}
"""A colour for each kind of node: three to one and more on white and on black."""

_INK: Final = "#868686"
_NAMED: Final = 4
"""Members of a group of data that the list names."""
_MERMAID: Final = {
    "dataset": ("[(", ")]"),
    "data": ("[/", "/]"),
    "run": ("([", "])"),
    "model": ("[", "]"),
    "link": ("{{", "}}"),
}


class LineageView(View[Lineage]):
    """A lineage: drawn in layers, and as a table of what leads to what."""

    def html(self) -> Node:
        """Return the drawing, and the same as a list that opens."""
        drawing = graph.draw(self.record)
        picture = image(SVG, render(_svg(drawing)).encode(), self._alt(), style=theme.WIDE, width=round(drawing.width))
        return [
            heading("Lineage", self.record.version.ref),
            parts.scroll(picture),
            parts.closed("as a list", tables.table(self._table(), self._ordered())),
            parts.foot(self.record.note) if self.record.note else None,
        ]

    def text(self, *, full: bool = False) -> str:
        """Return a line for each node with what it leads to."""
        table = tables.text(self._table(), self._ordered(), full=full)
        return fmt.sentence([f"lineage of {plain(self.record.version.ref)}", table, plain(self.record.note)], "\n")

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return a row for each line of the graph."""
        nodes = {node.key: node for node in self.record.nodes}
        edges = self.record.edges
        return {
            "from": [nodes[edge.tail].label for edge in edges],
            "from_kind": [nodes[edge.tail].kind for edge in edges],
            "to": [nodes[edge.head].label for edge in edges],
            "to_kind": [nodes[edge.head].kind for edge in edges],
            "role": [edge.role for edge in edges],
        }

    def mermaid(self) -> str:
        """Return the graph as a Mermaid flowchart."""
        numbers = {node.key: f"n{index}" for index, node in enumerate(self.record.nodes)}
        lines = ["flowchart LR"]
        for node in self.record.nodes:
            before, behind = _MERMAID[node.kind]
            lines.append(f"  {numbers[node.key]}{before}{_quoted(node.label)}{behind}")
        for edge in self.record.edges:
            role = f"|{_quoted(edge.role)}|" if edge.role else ""
            lines.append(f"  {numbers[edge.tail]} -->{role} {numbers[edge.head]}")
        lines.append(f"  style {numbers[self.record.focus]} stroke-width:3px")
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {**super()._repr_mimebundle_(include, exclude), "text/vnd.mermaid": self.mermaid()}

    def _ordered(self) -> list[Item]:
        """Return the nodes as they stand in the drawing, what was first first; runs that are told alike come once."""
        times = self._times()
        return [box.node for box in graph.draw(self.record).boxes if box.node.key in times]

    def _times(self) -> dict[str, int]:
        """Return how often a node is told, by its key: of runs that did the same with the same the first stands for all."""
        around: dict[str, list[tuple[str, str, str]]] = {node.key: [] for node in self.record.nodes}
        for edge in self.record.edges:
            around[edge.tail].append(("to", edge.role, edge.head))
            around[edge.head].append(("from", edge.role, edge.tail))
        first: dict[object, str] = {}
        times: dict[str, int] = {}
        for node in self.record.nodes:
            run = (
                (node.label, graph.done(node), node.actor, *sorted(around[node.key]))
                if node.kind == "run"
                else node.key
            )
            key = first.setdefault(run, node.key)
            times[key] = times.get(key, 0) + 1
        return times

    def _table(self) -> Sequence[Column[Item]]:
        times = self._times()
        return (
            Column(title="what", text=lambda node: plain(node.label), html=self._named),
            Column(title="is", text=lambda node: self._what(node, times[node.key])),
            Column(title="by", text=lambda node: plain(node.actor), where=Where.FULL),
            Column(
                title="when",
                text=lambda node: moments.iso(node.at) if node.at else "",
                html=lambda node: parts.when(node.at) if node.at else None,
                where=Where.HTML,
            ),
            Column(title="leads to", text=self._next, wrap=True),
        )

    def _named(self, node: Item) -> Node:
        return tag("span", node.label, style=theme.STRONG if node.key == self.record.focus else None)

    def _what(self, node: Item, times: int) -> str:
        again = f" {times} times" if times > 1 else ""
        words = {
            "run": graph.done(node) + again,
            "link": ", ".join(node.aliases) or "link",
            "data": graph.unlogged(node),
        }.get(node.kind, node.kind)
        if node.members and node.kind == "data":
            shown = [fmt.shorten(member.label, graph.LETTERS) for member in node.members[:_NAMED]]
            words = f"data: {', '.join(shown)} and {len(node.members) - len(shown)} more"
        return plain(fmt.sentence([f"{words}, deleted" if node.deleted else words, *node.also], ", "))

    def _next(self, node: Item) -> str:
        found = [
            f"{self.record.node(edge.head).label}{f' ({edge.role})' if edge.role else ''}"
            for edge in self.record.edges
            if edge.tail == node.key
        ]
        return plain(", ".join(dict.fromkeys(found)))

    def _alt(self) -> str:
        return f"{self.record.version.ref}: {fmt.count(len(self.record.nodes), 'node')}, listed below"


def _svg(drawing: graph.Drawing) -> Element:
    """Return the picture: lines below, boxes above."""
    lines = [
        tag("path", tag("title", line.edge.role) if line.edge.role else None, d=line.path, fill="none", stroke=_INK,
            stroke_width="1.4", stroke_opacity="0.7", marker_end="url(#a)")
        for line in drawing.lines
    ]  # fmt: skip
    return tag(
        "svg", _arrow(), lines, [_box(box) for box in drawing.boxes], xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {drawing.width:g} {drawing.height:g}", width=f"{drawing.width:g}", height=f"{drawing.height:g}",
        font_family="sans-serif", font_size="12",
    )  # fmt: skip


def _arrow() -> Element:
    tip = tag("path", d="M0 0L6 3L0 6z", fill=_INK)
    return tag("defs", tag("marker", tip, id="a", markerWidth="6", markerHeight="6", refX="6", refY="3", orient="auto"))


def _box(box: graph.Box) -> Element:
    """Return a node: a frame in the colour of its kind, its label and what it is."""
    colour = COLOURS[box.node.kind]
    frame = tag(
        "rect", x="0", y="0", width=graph.WIDTH, height=graph.HEIGHT, rx=graph.HEIGHT // 2 if box.node.kind == "run" else 6,
        fill=colour, fill_opacity="0.22" if box.focus else "0.08", stroke=colour, stroke_width="2.4" if box.focus else "1.2",
        stroke_dasharray="4 3" if box.node.members else None,
    )  # fmt: skip
    middle = graph.WIDTH // 2
    return tag(
        "g",
        tag("title", box.node.label),
        frame,
        tag("text", box.title, x=middle, y=19, text_anchor="middle", fill=colour, font_weight="600"),
        tag("text", box.note, x=middle, y=34, text_anchor="middle", fill=_INK, font_size="10.5"),
        transform=f"translate({box.x:g} {box.y:g})",
    )


def _quoted(text: str) -> str:
    """Return a text as Mermaid takes any: in quotes, with what means something to it or to HTML by its number."""
    return '"' + "".join(c if c.isalnum() or c in " .:/_-" else f"#{ord(c)};" for c in plain(text)) + '"'
