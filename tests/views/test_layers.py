"""Layers of a graph: everything stands behind what leads to it, nothing stands on anything else."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from modelreg.views.layers import layout

GRAPHS = st.integers(1, 14).flatmap(
    lambda many: st.tuples(
        st.just(many), st.lists(st.tuples(st.integers(0, many - 1), st.integers(0, many - 1)), max_size=40)
    )
)


@given(GRAPHS)
def test_no_two_nodes_of_a_layer_are_nearer_than_a_unit(graph):
    many, edges = graph
    found = layout(range(many), edges)
    rows: dict[int, list[float]] = {}
    for layer, place in found.places.values():
        rows.setdefault(layer, []).append(place)
    for places in rows.values():
        assert all(after - before > 0.99 for before, after in pairwise(sorted(places)))
    assert max(layer for layer, _ in found.places.values()) < found.layers
    assert min(place for _, place in found.places.values()) >= 0


@given(GRAPHS)
def test_edges_of_a_graph_without_circles_go_to_the_right(graph):
    many, edges = graph
    forward = {(min(pair), max(pair)) for pair in edges if pair[0] != pair[1]}
    found = layout(range(many), forward)
    for tail, head in forward:
        route = found.routes[tail, head]
        assert route[0] == found.places[tail]
        assert route[-1] == found.places[head]
        assert [layer for layer, _ in route] == list(range(found.places[tail][0], found.places[head][0] + 1))
        assert found.places[tail][0] < found.places[head][0]


def test_circles_and_loops_are_drawn_too():
    found = layout("abc", [("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")])
    assert [found.places[key][0] for key in "abc"] == [0, 1, 2]
    assert [layer for layer, _ in found.routes["c", "a"]] == [2, 1, 0]
    assert ("a", "a") not in found.routes


def test_a_chain_is_straight_and_a_parent_stands_amid_its_children():
    chain = layout("abcd", pairwise("abcd"))
    assert [chain.places[key] for key in "abcd"] == [(0, 0.0), (1, 0.0), (2, 0.0), (3, 0.0)]
    tree = layout("abcd", [("a", "b"), ("a", "c"), ("a", "d")])
    assert tree.places["a"][1] == tree.places["c"][1] == 1.0


def test_what_comes_from_nowhere_stands_right_before_what_it_leads_to():
    found = layout("abcx", [("a", "b"), ("b", "c"), ("x", "c")])
    assert found.places["x"][0] == 1


def test_nothing_at_all_has_no_height():
    assert layout([], []).height == 0
