"""What a model says of data that it does not take: the lines that help, and none of the data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.preprocessing import OneHotEncoder

from modelreg.capture.metrics.saying import said

ROWS = pd.DataFrame({"age": [1.0, 2.0, 3.0]})
MODEL = Ridge().fit(ROWS, [0, 1, 2])


def raised(model, rows, method="predict"):
    """Return what is said of the error that a model raises for rows."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  (whatever the library raises)
        getattr(model, method)(rows)
    return said(caught.value, model, rows)


def test_columns_that_were_not_seen_are_named_in_the_same_line():
    text = raised(MODEL, ROWS.assign(fare=1.0, tip=2.0))
    assert text.startswith("ValueError: The feature names should match those that were passed during fit. ")
    assert text.endswith("Feature names unseen at fit time: - fare - tip")


def test_the_first_two_lines_are_enough_and_an_error_may_say_nothing():
    assert said(ValueError("\none.\n\n two:\n- a\n- b\nthree"), MODEL, ROWS) == "ValueError: one. two: - a - b"
    assert said(KeyError(), MODEL, ROWS) == "KeyError"
    assert len(said(ValueError("x" * 5000), MODEL, ROWS)) == 300


def test_what_may_be_a_value_is_left_out_and_names_stay():
    encoder = OneHotEncoder().fit(pd.DataFrame({"city": ["a", "b"]}))
    text = raised(encoder, pd.DataFrame({"city": ["Jane Roe", "b"]}), "transform")
    assert "Found unknown categories ['…']" in text
    assert "Jane" not in text
    assert raised(MODEL, pd.DataFrame({"age": ["Jane Roe"]})) == "ValueError: could not convert string to float: '…'"
    assert "Call 'fit' with" in raised(Ridge(), ROWS)
    assert said(KeyError("age"), MODEL, ROWS) == "KeyError: 'age'"
    assert said(KeyError("Jane"), MODEL, ROWS) == "KeyError: '…'"


def test_secrets_are_left_out():
    token = "ghp_" + "a1B2" * 9
    assert token not in said(ValueError(f"no answer with {token}"), MODEL, ROWS)


def test_data_of_an_odd_kind_are_no_hindrance():
    class Odd:
        @property
        def columns(self):
            raise RuntimeError

    assert said(KeyError("age"), MODEL, Odd()) == "KeyError: '…'"
    assert said(KeyError("age"), MODEL, np.zeros(3)) == "KeyError: '…'"
