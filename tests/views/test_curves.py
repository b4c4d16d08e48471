import base64
import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelreg import views
from modelreg.views import curves
from modelreg.views.html import render

SPACE = "{http://www.w3.org/2000/svg}"

numbers = st.floats(allow_nan=True, allow_infinity=True)
points = st.lists(st.tuples(st.integers(-(2**61), 2**61), numbers), min_size=2, max_size=40).map(tuple)


def svgs(node, read):
    found = [base64.b64decode(src.partition(",")[2]) for src in read(render(node)).values("src")]
    return [ET.fromstring(svg) for svg in found]


def lines(svg):
    return [path for path in svg.iter(f"{SPACE}path") if path.get("fill") == "none"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(series=st.lists(points, min_size=1, max_size=3))
def test_any_points_give_a_picture_whose_lines_stay_inside(read, series):
    labels = [f"v{index}" for index in range(len(series))]
    (svg,) = svgs(curves.charts({"loss": series}, labels, {}), read)
    for line in lines(svg):
        places = [tuple(map(float, place.split())) for place in re.findall(r"-?[\d.]+ -?[\d.]+", line.get("d"))]
        assert all(0 <= x <= 320 and 0 <= y <= 170 for x, y in places)
    assert "nan" not in ET.tostring(svg, encoding="unicode").partition("<text")[0]


def test_versions_are_overlaid_in_colours_of_their_own_with_a_key(read):
    series = (((0, 1.0), (1, 0.5)), (), ((0, 1.0), (1, 0.25)))
    (svg,) = svgs(curves.charts({"loss": series}, ["v2", "v3", "v4"], {}), read)
    colours = [line.get("stroke") for line in lines(svg)]
    assert colours == [curves.COLOURS[0], curves.COLOURS[2]]
    keys = {text.text: text.get("fill") for text in svg.iter(f"{SPACE}text")}
    assert keys["v2"] == curves.COLOURS[0]
    assert keys["v4"] == curves.COLOURS[2]
    assert "v3" not in keys


def test_the_words_of_a_chart_stand_beside_it_too(read):
    node = curves.charts({"loss": (((0, 1.0), (1, 0.5)), ((0, 1.0), (1, 0.25)))}, ["v2", "v3"], {"loss": "lower"})
    seen = read(render(node))
    assert "loss ↓ · v2 ends at 0.5, v3 ends at 0.25" in seen.text
    assert seen.values("alt") == ["loss over 2 points: v2 ends at 0.5, v3 ends at 0.25"]


def test_a_gap_in_the_numbers_is_a_gap_in_the_line(read):
    series = (((0, 1.0), (1, 2.0), (2, math.nan), (3, 1.0)),)
    (svg,) = svgs(curves.charts({"loss": series}, ["v0"], {}), read)
    (line,) = lines(svg)
    assert line.get("d").count("M") == 2
    assert line.get("d").endswith("h0")


def test_points_are_joined_in_the_order_of_their_steps(read):
    (svg,) = svgs(curves.charts({"loss": (((5, 1.0), (1, 2.0), (3, 3.0)),)}, ["v0"], {}), read)
    places = [float(place.split()[0]) for place in re.findall(r"[\d.]+ [\d.]+", lines(svg)[0].get("d"))]
    assert places == sorted(places)


def test_more_metrics_than_are_drawn_are_named(read):
    many = {f"m{index}": (((0, 1.0), (1, 2.0)),) for index in range(curves.CHARTS + 2)}
    seen = read(render(curves.charts(many, ["v0"], {})))
    assert len(seen.values("src")) == curves.CHARTS
    assert "2 more curves: m8, m9" in seen.text


@pytest.mark.parametrize("colour", curves.COLOURS)
def test_every_line_is_seen_on_white_and_on_black(colour):
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) >= 3
    assert (light + 0.05) / 0.05 >= 3


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ((), ""), (((0, math.nan), (1, math.inf)), ""), (((0, 1.0), (1, 1.0)), "▄▄"), (((0, 0.0), (1, math.nan), (2, 1.0)), "▁·█"),
        (((0, -1e308), (1, 1e308)), "▄▄"),
    ],
)  # fmt: skip
def test_a_curve_as_a_word(series, expected):
    assert curves.spark(series) == expected


@given(points)
def test_a_curve_as_a_word_is_short(series):
    assert len(curves.spark(series)) <= 16


def test_curves_are_compared_only_where_they_differ(made, read):
    same = ((0, 1.0), (1, 2.0))
    view = views.show(made.pictured(curves={"loss": (same, ((0, 1.0), (1, 3.0))), "lr": (same, same)}))
    assert "curves.loss" in repr(view)
    assert "curves.lr" not in repr(view)
    assert "curves.lr" in repr(view.all)
    assert read(view._repr_html_()).text.count("ends at") == 2


def test_lines_of_two_registered_models_are_called_by_their_references(made, read):
    versions = (made.version(2), made.version(2, home="other"))
    text = read(views.show(made.pictured(versions=versions))._repr_html_()).text
    assert "churn:v2 ends at" in text
