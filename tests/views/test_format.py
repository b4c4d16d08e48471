import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg.records import MISSING
from modelreg.views import format as fmt


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.9120000001, "0.912"),
        (0.91239, "0.9124"),
        (1.0, "1"),
        (120.0, "120"),
        (150_000.0, "150000"),
        (12345.678, "12346"),
        (9.9999999, "10"),
        (0.00012346, "0.0001235"),
        (1.5e-07, "1.5e-07"),
        (1e22, "1e+22"),
        (-0.5, "-0.5"),
        (-0.0, "0"),
        (7, "7"),
        (2**70, str(2**70)),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_have_four_significant_digits(value, text):
    assert fmt.number(value) == text


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_a_number_is_never_far_from_what_it_says(value):
    assert float(fmt.number(value)) == pytest.approx(value, rel=5e-4)


@pytest.mark.parametrize(("delta", "text"), [(0.0040000000000000036, "+0.004"), (-0.02, "-0.02"), (0.0, "=")])
def test_differences_carry_their_sign(delta, text):
    assert fmt.difference(delta) == text


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (MISSING, "–"),
        (None, "None"),
        (True, "True"),
        (0.1, "0.1"),
        (1.0, "1.0"),
        (0.12345678901, "0.123457"),
        ("", "''"),
        ("gini", "gini"),
        ("a\nb", "a\\nb"),
        ([1, None], "[1, null]"),
        ({"a": "é"}, '{"a": "é"}'),
    ],
)
def test_params_are_one_short_line(item, text):
    assert fmt.value(item) == text


def test_long_params_are_cut():
    assert fmt.value("x" * 100) == "x" * 59 + "…"


def test_unequal_numbers_are_told_apart():
    assert fmt.distinct([0.912301, 0.912302]) == ("0.912301", "0.912302")


def test_numbers_that_differ_early_stay_short():
    assert fmt.distinct([0.9120001, 0.95, MISSING, math.nan]) == ("0.912", "0.95", "–", "nan")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=4, unique=True))
def test_distinct_never_shows_two_numbers_as_one(values):
    assert len(set(fmt.distinct(values))) == len(values)


@pytest.mark.parametrize(
    ("microseconds", "text"), [(1, "1 ms"), (38_400, "38 ms"), (1_240_000, "1240 ms"), (61_000_000, "61 s")]
)
def test_durations_are_whole_numbers(microseconds, text):
    assert fmt.duration(microseconds) == text


def test_a_column_has_as_many_decimals_as_its_longest_number():
    places = fmt.decimals([0.9312, 0.91, math.nan])
    assert [fmt.fixed(value, places) for value in (0.9312, 0.91, math.nan)] == ["0.9312", "0.9100", "nan"]


def test_a_column_of_very_different_numbers_is_not_forced_into_one_form():
    assert fmt.decimals([1e-9, 1.0]) is None
    assert fmt.decimals([0.1234, 1234567.0]) is None


def test_plurals_follow_the_count():
    assert [fmt.count(n, "version") for n in (0, 1, 1200)] == ["0 versions", "1 version", "1,200 versions"]


def test_the_first_line_of_a_description_drops_the_heading_mark():
    assert fmt.first_line("\n# Churn\n\nmore") == "Churn"


def test_wide_and_combining_characters_are_counted_in_cells():
    assert (fmt.width("日本"), fmt.width("e\u0301"), fmt.width("abc")) == (4, 1, 3)
