"""What a panel reads of a lineage: where its boxes and lines stand, and what each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg import names
from modelreg.panels import reading, rows
from modelreg.views import graph

if TYPE_CHECKING:
    from modelreg.panels.browser import Browser
    from modelreg.records import Json, Node
    from modelreg.views.graph import Box

MOST: Final = 100
"""Members of a group that come along."""


def lineage(panel: Browser, name: str, of: str = "") -> Json:
    """Return the lineage of a version of a model: of the one that is named by its number or alias, else of its best."""
    ref = f"{names.clean_home(name)}:{of}" if of else rows.best(reading.home(panel, names.clean_home(name)))
    found = panel.registry.lineage(ref)
    drawing = graph.draw(found)
    return {
        "ref": found.version.ref,
        "number": found.version.number,
        "focus": found.focus,
        "note": found.note,
        "width": drawing.width,
        "height": drawing.height,
        "box": [graph.WIDTH, graph.HEIGHT],
        "boxes": [_box(box) for box in drawing.boxes],
        "lines": [
            {"tail": line.edge.tail, "head": line.edge.head, "role": line.edge.role, "path": line.path}
            for line in drawing.lines
        ],
    }


def _box(box: Box) -> Json:
    return {**_node(box.node), "x": box.x, "y": box.y, "title": box.title, "note": box.note, "focus": box.focus}


def _node(node: Node) -> dict[str, Json]:
    """Return what a node is, in words."""
    facts: list[Json] = [
        ["did", graph.done(node) if node.kind == "run" and not node.members else ""],
        ["by", node.actor],
        ["reason", node.message],
        ["aliases", ", ".join(node.aliases)],
        ["also", ", ".join(node.also)],
    ]
    return {
        "key": node.key,
        "kind": node.kind,
        "label": node.label,
        "ref": "" if node.deleted else node.ref,
        "deleted": node.deleted,
        "when": rows.moment(node.at) if node.at else None,
        "facts": [pair for pair in facts if pair[1]],  # type: ignore[index]  # a pair of texts
        "members": [_node(member) for member in node.members[:MOST]],
        "many": len(node.members),
    }
