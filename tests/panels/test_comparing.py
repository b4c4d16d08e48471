"""Versions side by side as the front end gets them: what can be compared comes first."""

from __future__ import annotations

import numpy as np


def test_what_most_versions_have_comes_first_and_a_section_of_one_version_alone_after_its_like(opened):
    somebody = opened.somebody()
    for number in range(3):
        somebody.register(
            {"n": number},
            "churn",
            metrics={"mae": 0.5, "r2": 0.9} if not number else {},
            params={"all": number, **({"a-one": 7} if number == 1 else {}), **({"b-two": number} if number else {})},
        )
    told = opened.ask("compare", refs=["churn:v4", "churn:v5", "churn:v6"])
    differs = [(row["section"], row["name"]) for row in told["rows"] if row["differs"]]
    assert [name for section, name in differs if section == "params"] == ["all", "b-two", "a-one"]
    assert [name for section, name in differs if section == "metrics"] == ["mae", "r2"]
    assert list(dict.fromkeys(section for section, _ in differs))[:3] == ["params", "metrics", "version"]
    assert not any(all(row["missing"]) for row in told["rows"])


def test_metrics_that_two_versions_have_stay_in_front(opened):
    for number in range(2):
        opened.somebody().register({"n": number}, "churn", metrics={"mae": 0.5 + number}, params={"depth": number})
    opened.somebody().register({"n": 2}, "churn", params={"depth": 2})
    told = opened.ask("compare", refs=["churn:v4", "churn:v5", "churn:v6"])
    assert next(iter(told["sections"])) == told["rows"][0]["section"] == "metrics"


def test_parts_of_the_contents_are_told_and_how_many_more_there_are(opened):
    somebody = opened.somebody()
    for start in (0, 1):
        somebody.register({f"layer{number}": [start] for number in range(250)}, "wide")
    told = opened.ask("compare", refs=["wide:v0", "wide:v1"])
    inside = [row for row in told["rows"] if row["section"] == "contents"]
    assert (inside[0]["name"], inside[0]["values"]) == ("['layer0']", ["list of 1", "changed"])
    assert len(inside) == 200
    assert told["sections"]["contents"] == {"differ": 250, "equal": 0}


def test_a_version_tells_its_arrays(opened):
    opened.somebody().register({"rate": 0.1, "bias": np.zeros((3, 4))}, "arrays")
    assert opened.ask("version", ref="arrays:v0")["arrays"] == [["['bias']", "float64 3 × 4"]]
