"""Attachments and curves as the front end gets them: bounded, whole in what matters, and honest about what is left out."""

from __future__ import annotations

import json
import math
import random

import pytest

import modelreg
from modelreg.panels import attached, inspecting
from modelreg.records import Detail
from modelreg.views import format as fmt

from .evidence import CURVES, keep

STEPS = 4000


@pytest.fixture
def kept(home, opened):
    """A notebook over a registry with attachments and curves, in place of the one of others."""
    keep(home / "kept")
    opened.desk.run(f"connect {home / 'kept'}")
    opened.open("browse churn")
    return opened


def noise(seed):
    """Return a curve of :data:`STEPS` points that no two of which are alike."""
    number = random.Random(seed)
    return tuple((step, 1000 + number.random()) for step in range(STEPS))


def size(found):
    return len(json.dumps(found).encode())


def test_eight_versions_of_sixty_long_curves_are_a_message_of_bounded_size():
    held = {f"metric/{name:02}": [noise(100 * name + version) for version in range(8)] for name in range(60)}
    labels = [f"churn:v{version}" for version in range(8)]
    found = attached.curves(held, labels)
    assert size(found) <= 200_000
    assert found["names"] == list(held)
    assert [each["name"] for each in found["charts"]] == list(held)[: attached.CHARTS]
    for series in found["charts"][0]["series"]:
        assert len(series["steps"]) == len(series["texts"]) <= attached.ROOM // (8 * attached.CHARTS)


def test_the_lowest_and_the_highest_point_of_a_curve_stay():
    points = [*noise(1)]
    points[777], points[2345] = (777, 5000.0), (2345, -5000.0)
    (chart,) = attached.curves({"loss": [tuple(points)]}, ["churn:v0"])["charts"]
    (series,) = chart["series"]
    assert len(series["steps"]) <= attached.POINTS
    drawn = dict(zip(series["steps"], series["texts"], strict=True))
    assert (drawn[777], drawn[2345]) == ("5000", "-5000")
    assert {0, STEPS - 1} <= set(drawn)


def test_numbers_are_written_with_the_digits_it_takes_to_draw_them():
    flat = tuple((step, 1e6 + step / 1000) for step in range(100))
    (chart,) = attached.curves({"loss": [flat]}, ["v0"])["charts"]
    texts = chart["series"][0]["texts"]
    assert len(set(texts)) == 100
    (chart,) = attached.curves({"loss": [((0, 0.5), (1, math.nan), (2, math.inf), (3, 0.25))]}, ["v0"])["charts"]
    assert chart["series"][0]["texts"] == ["0.5", "nan", "inf", "0.25"]


def test_other_curves_come_when_they_are_asked_for_by_name(kept):
    told = kept.ask("version", ref="churn:v1")["curves"]
    assert len(told["names"]) == CURVES
    assert len(told["charts"]) == attached.CHARTS
    rest = told["names"][attached.CHARTS :]
    found = kept.ask("curves", refs=["churn:v0", "churn:v1"], names=[*rest, "no such curve"])["charts"]
    assert [each["name"] for each in found] == rest
    assert [series["name"] for series in found[0]["series"]] == ["churn:v0", "churn:v1"]
    everything = kept.ask("curves", refs=["churn:v0"] * 50, names=told["names"] * 50)["charts"]
    assert len(everything) <= attached.CHARTS


def test_a_table_comes_with_how_much_of_it_is_shown_and_the_line_that_opens_the_whole(kept):
    found = {each["name"]: each for each in kept.ask("version", ref="churn:v1")["attachments"]}
    scores = found["scores.csv"]
    assert (len(scores["table"]), len(scores["table"][0])) == (13, 12)
    assert scores["part"] == "12 of 40 rows, 12 of 15 columns"
    assert scores["line"] == "%modelreg attachment churn:v1 scores"
    assert scores["numbers"] == [True] * 12
    late = found["late.csv"]
    assert (late["part"], late["line"]) == ("", "")


def test_a_trend_that_leaves_versions_out_says_so(opened, monkeypatch):
    assert opened.ask("trend", name="churn", metric="auc")["note"] == ""
    monkeypatch.setattr(inspecting, "TREND", 3)
    told = opened.ask("trend", name="churn", metric="auc")
    assert told["note"] == "the newest 3 of 4"
    assert [number for number, *_ in told["points"]] == [1, 2, 3]


def test_lines_to_type_say_when_the_kernel_is_connected_elsewhere(opened, home):
    opened.open("browse churn")
    assert opened.ask("version", ref="churn:v1")["elsewhere"] == ""
    opened.desk.run(f"connect {home / 'other'}")
    line = opened.ask("version", ref="churn:v1")["elsewhere"]
    opened.desk.run(line.removeprefix("%modelreg "))
    assert opened.ask("version", ref="churn:v1")["elsewhere"] == ""
    detail = modelreg.connect(opened.panel.registry.location).show("churn:v1")
    assert isinstance(detail, Detail)
    assert fmt.number(detail.version.metrics["auc"]) == "0.91"
