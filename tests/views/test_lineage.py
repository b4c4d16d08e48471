"""A lineage as a picture, a list and a Mermaid diagram."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from modelreg import views
from modelreg.records import Edge, Lineage, Node
from modelreg.views import graph

from .conftest import lineage, version

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"]; click n0 "javascript:alert(1)" %%\n<script>alert(1)</script>\u202e'


def picture(html: str) -> ET.Element:
    """Return the drawing in a view."""
    data = re.search(r"data:image/svg\+xml;base64,([\w+/=]+)", html)
    return ET.fromstring(base64.b64decode(data[1]))


def test_the_picture_has_a_box_for_each_node_and_a_line_for_each_edge():
    svg = picture(views.show(lineage())._repr_html_())
    boxes = svg.findall(f"{SVG}g")
    assert [box.find(f"{SVG}title").text for box in boxes] == [
        "data/train:v0", "train.ipynb", "train/clf:v7", "churn:v3", "6 runs",
    ]  # fmt: skip
    assert len(svg.findall(f"{SVG}path")) == 4
    assert [box.findall(f"{SVG}text")[1].text for box in boxes] == [
        "dataset", "registered clf · ada", "model", "production", "eval0.ipynb and before",
    ]  # fmt: skip


def test_the_text_tells_what_leads_to_what():
    assert repr(views.show(lineage())).splitlines() == [
        "lineage of churn:v3",
        "what           is              leads to",
        "data/train:v0  dataset         train.ipynb (train)",
        "train.ipynb    registered clf  train/clf:v7",
        "train/clf:v7   model           churn:v3, 6 runs",
        "churn:v3       production",
        "6 runs         loaded",
        "left out: what came later still",
    ]


def test_the_mermaid_form_is_beside_the_others():
    bundle = views.show(lineage())._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", "text/vnd.mermaid"}
    assert bundle["text/vnd.mermaid"].splitlines() == [
        "flowchart LR",
        '  n0[("data/train:v0")]',
        '  n1(["train.ipynb"])',
        '  n2["train/clf:v7"]',
        '  n3{{"churn:v3"}}',
        '  n4(["6 runs"])',
        '  n0 -->|"train"| n1',
        "  n1 --> n2",
        "  n2 --> n3",
        "  n2 --> n4",
        "  style n2 stroke-width:3px",
    ]


def test_the_frame_has_a_row_for_each_line():
    frame = views.show(lineage()).to_frame()
    assert list(frame.columns) == ["from", "from_kind", "to", "to_kind", "role"]
    assert frame.iloc[0].tolist() == ["data/train:v0", "dataset", "train.ipynb", "run", "train"]


def test_hostile_labels_stay_labels_everywhere():
    view = views.show(lineage(HOSTILE))
    assert "<script" not in view._repr_html_()
    svg = picture(view._repr_html_())
    assert not list(svg.iter(f"{SVG}script"))
    line = view.mermaid().splitlines()[3]
    assert re.fullmatch(r'  n2\["[\w .:/#;-]*"\]', line)
    assert "\u202e" not in repr(view)


def test_a_long_label_keeps_its_end():
    [box] = [box for box in graph.draw(lineage("a_very_long_notebook_name/classifier:v12")).boxes if box.focus]
    assert len(box.title) == graph.LETTERS
    assert box.title.endswith("ssifier:v12")


@pytest.mark.parametrize("many", [1, 60])
def test_a_lone_version_and_a_wide_graph_are_drawn(many):
    nodes = tuple(Node(key=str(i), kind="model", label=f"a/b:v{i}") for i in range(many))
    edges = tuple(Edge("0", str(i)) for i in range(1, many))
    drawing = graph.draw(Lineage(version=version(3), focus="0", nodes=nodes, edges=edges))
    assert len(drawing.boxes) == many
    assert all(
        0 <= box.x <= drawing.width - graph.WIDTH and 0 <= box.y <= drawing.height - graph.HEIGHT
        for box in drawing.boxes
    )


def test_runs_that_did_the_same_come_once_in_the_list_and_say_how_often():
    made = lineage()
    run = next(node for node in made.nodes if node.kind == "run" and node.act == "register")
    again = replace(run, key="again", at=run.at + 7)
    edges = [replace(edge, tail="again") if edge.tail == run.key else replace(edge, head="again") for edge in made.edges
             if run.key in {edge.tail, edge.head}]  # fmt: skip
    both = replace(made, nodes=(*made.nodes, again), edges=(*made.edges, *edges))
    lines = [line for line in repr(views.show(both)).splitlines() if line.startswith("train.ipynb")]
    assert [re.sub(" +", " ", line) for line in lines] == ["train.ipynb registered clf 2 times train/clf:v7"]
    alone = replace(made, nodes=(*made.nodes, replace(again, variable="other")), edges=(*made.edges, *edges))
    assert len([line for line in repr(views.show(alone)).splitlines() if line.startswith("train.ipynb")]) == 2
