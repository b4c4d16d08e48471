"""Curves: every point is kept, and what is shown of many keeps the peaks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg.errors import NotFoundError
from modelreg.verbs.curves import MOST, thin

if TYPE_CHECKING:
    from modelreg.registry import Registry

values = st.floats(allow_nan=True, allow_infinity=True)


def test_every_point_is_kept_and_a_single_number_is_no_curve(registry: Registry) -> None:
    loss = [1 / (step + 1) for step in range(2000)]
    registry.register({"n": 1}, "churn", metrics={"loss": loss, "auc": 0.9, "one": [0.5]})
    assert registry.curves("churn") == {"loss": tuple(enumerate(loss))}
    shown = registry.show("churn:v0").curves["loss"]
    assert len(shown) <= MOST
    assert (shown[0], shown[-1]) == ((0, 1.0), (1999, 1 / 2000))


def test_labels_are_steps_and_what_is_not_finite_comes_back(registry: Registry) -> None:
    series = pd.Series([1.0, float("inf"), float("nan")], index=[10, 20, 30])
    registry.register({"n": 1}, "churn", metrics={"loss": series})
    points = registry.curves("churn")["loss"]
    assert points[:2] == ((10, 1.0), (20, math.inf))
    assert points[2][0] == 30
    assert math.isnan(points[2][1])


def test_the_newest_run_that_gave_a_metric_gives_its_curve(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", metrics={"loss": [3, 2], "acc": [0, 1]})
    registry.register({"n": 1}, "churn", metrics={"loss": [5, 4, 3]})
    assert registry.curves("churn") == {"loss": ((0, 5.0), (1, 4.0), (2, 3.0)), "acc": ((0, 0.0), (1, 1.0))}
    registry.register({"n": 1}, "churn", metrics={"loss": 1})
    assert list(registry.curves("churn")) == ["acc"]


def test_a_comparison_has_a_place_for_each_version(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", metrics={"loss": [3, 2]})
    registry.register({"n": 2}, "churn", metrics={"loss": 1, "acc": [0, 1]})
    assert registry.compare("churn:v0", "churn:v1").curves == {
        "acc": ((), ((0, 0.0), (1, 1.0))),
        "loss": (((0, 3.0), (1, 2.0)), ()),
    }


def test_a_version_that_is_not_there_has_none(registry: Registry) -> None:
    with pytest.raises(NotFoundError):
        registry.curves("churn")


@given(st.lists(values, max_size=1500), st.integers(4, 500))
def test_thinning_keeps_the_ends_the_order_and_the_extremes(series: list[float], most: int) -> None:
    points = tuple(enumerate(series))
    kept = thin(points, most)
    assert len(kept) <= most
    assert [step for step, _ in kept] == sorted({step for step, _ in kept})
    assert {step for step, _ in kept} <= {step for step, _ in points}
    if len(points) > 1:
        assert (kept[0][0], kept[-1][0]) == (0, len(points) - 1)
    numbers = [value for value in series if not math.isnan(value)]
    if numbers:
        left = [value for _, value in kept if not math.isnan(value)]
        assert (min(left), max(left)) == (min(numbers), max(numbers))


def test_a_stretch_without_any_number_stays_a_gap() -> None:
    points = tuple((step, 1.0 if step < 100 or step >= 900 else math.nan) for step in range(1000))
    kept = thin(points, 100)
    assert any(math.isnan(value) for _, value in kept)
    assert len(kept) <= 100


def test_a_peak_of_one_point_among_a_million_is_shown() -> None:
    points = tuple((step, 1000.0 if step == 777_777 else 0.0) for step in range(1_000_000))
    assert (777_777, 1000.0) in thin(points)
