"""A profile tells figures, and nothing that a person wrote."""

from __future__ import annotations

import datetime as dt
import json
import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelreg.capture.data import profile, profiles, schema


def frame():
    return pd.DataFrame(
        {
            "age": [30, 40, 50, 60],
            "height": [1.5, float("nan"), 2.5, 2.0],
            "name": ["Ada Secret", "Bob Hidden", None, "Ada Secret"],
            "born": pd.to_datetime(["2000-01-02", "1990-05-06", None, "2010-01-01"]),
            "paid": [True, False, True, True],
        }
    )


def column(obj, name):
    return next(one for one in profile(obj).columns if one.name == name)


def test_numbers_are_told_in_figures():
    one = column(frame(), "height")
    assert (one.type, one.nulls, one.min, one.max, one.mean, one.unique) == ("float64", 1, 1.5, 2.5, 2.0, 3)
    assert one.std == pytest.approx(statistics.pstdev([1.5, 2.5, 2.0]))


def test_rows_and_columns_are_told():
    found = profile(frame())
    assert (found.kind, found.shape, found.rows, len(found.columns)) == ("table", (4, 5), 4, 5)


def test_texts_are_counted_but_never_told():
    one = column(frame(), "name")
    assert (one.nulls, one.unique, one.min, one.max) == (1, 2, None, None)
    assert "Secret" not in json.dumps(profile(frame()).to_json())


def test_moments_are_told_in_iso_form():
    one = column(frame(), "born")
    assert (one.min, one.max, one.nulls) == ("1990-05-06T00:00:00", "2010-01-01T00:00:00", 1)
    zoned = profile(frame()["born"].dt.tz_localize("Europe/Berlin")).columns[0]
    assert zoned.min == "1990-05-05T22:00:00+00:00"
    dates = profile(pd.Series([dt.date(2024, 1, 2), None])).columns[0]
    assert (dates.min, dates.nulls) == ("2024-01-02", 1)
    assert profile(pd.Series(pd.to_timedelta([90], unit="s"))).columns[0].max == 90.0


def test_the_columns_of_an_array_are_told_one_by_one():
    found = profile(np.array([[1.0, 10.0], [3.0, 10.0]]))
    assert [(one.name, one.min, one.max, one.unique) for one in found.columns] == [("0", 1, 3, 2), ("1", 10, 10, 1)]


def test_a_tensor_is_told_as_an_array():
    torch = pytest.importorskip("torch")
    array = np.array([[1.0, 10.0], [3.0, 10.0]], dtype="float32")
    assert profile(torch.from_numpy(array)) == profile(array)


def test_very_many_different_values_are_not_counted():
    assert profile(np.arange(profiles.MOST_UNIQUE + 1)).columns[0].unique is None
    assert profile(np.arange(profiles.MOST_UNIQUE)).columns[0].unique == profiles.MOST_UNIQUE


def test_very_many_columns_are_cut_off_and_that_is_said():
    wide = pd.DataFrame(np.zeros((1, profiles.MOST_COLUMNS + 1)))
    assert profile(wide).truncated
    assert schema(wide).truncated
    assert len(profile(wide).columns) == len(schema(wide).fields) == profiles.MOST_COLUMNS


def test_an_infinite_number_can_still_be_written_as_json():
    one = profile(np.array([1.0, float("inf")])).columns[0]
    assert (one.max, one.mean, one.std) == ("inf", None, None)
    json.dumps(one.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    "empty", [pd.DataFrame(), np.zeros((0, 2)), pd.Series([], dtype="float64"), np.array(1.5)], ids=repr
)
def test_hardly_any_data_is_no_error(empty):
    found = profile(empty)
    assert found.error is None
    assert all(one.error is None for one in found.columns)


def test_what_is_no_table_is_told_by_its_size():
    assert (profile([1, 2, 3]).kind, profile([1, 2, 3]).rows) == ("list", 3)
    assert profile(object()).rows == 0


def test_an_unreadable_column_is_said_not_raised():
    found = profile(pd.DataFrame({"a": [1], "b": [object()]}))
    assert found.columns[0].min == 1
    assert "no contents of its own" in found.columns[1].error


def test_unreadable_data_is_said_not_raised():
    assert "no profile" in profile(np.zeros(1, dtype="V3")).error


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=1, max_size=50))
def test_figures_do_not_depend_on_the_windows(values):
    series = pd.Series(values, dtype="float64")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profiles, "_WINDOW", 3)
        cut = profile(series).columns[0]
    whole = profile(series).columns[0]
    assert (cut.min, cut.max, cut.nulls, cut.unique) == (whole.min, whole.max, whole.nulls, whole.unique)
    if whole.mean is not None:
        assert cut.mean == pytest.approx(whole.mean, abs=1e-6)
        assert cut.std == pytest.approx(whole.std, abs=1e-3)


# --------------------------------------------------------------------------------------------------------------- schema


def test_a_schema_is_names_and_dtypes():
    found = schema(frame())
    assert (found.kind, found.shape) == ("pandas.DataFrame", (4, 5))
    assert [(one.name, one.dtype) for one in found.fields[:2]] == [("age", "int64"), ("height", "float64")]
    assert found.to_json()["fields"][0] == {"name": "age", "dtype": "int64"}


def test_a_schema_of_an_array_is_its_dtype():
    assert [(one.name, one.dtype) for one in schema(np.zeros((2, 3), "f4")).fields] == [("", "float32")]
    assert [one.name for one in schema(np.zeros(2, dtype=[("a", "i4"), ("b", "f8")])).fields] == ["a", "b"]


def test_a_schema_of_a_dict_is_what_it_holds():
    assert [(one.name, one.dtype) for one in schema({"X": np.zeros((2, 3))}).fields] == [("X", "numpy.ndarray 2 × 3")]


def test_a_matrix_of_xgboost_tells_its_columns():
    xgb = pytest.importorskip("xgboost")
    found = schema(xgb.DMatrix(frame()[["age", "height"]]))
    assert (found.shape, [one.name for one in found.fields]) == ((4, 2), ["age", "height"])


def test_a_schema_that_cannot_be_read_is_said_not_raised():
    class Broken(pd.DataFrame):
        @property
        def dtypes(self):
            raise RuntimeError("no")

    assert schema(Broken({"a": [1]})).error == "no schema: RuntimeError"


def test_other_libraries_are_told_alike():
    pl = pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    other = pl.DataFrame({"age": [30, 40, 50, 60], "name": ["a", None, "b", "a"]})
    for one in (other, other.to_arrow()):
        figures = profile(one).columns
        assert [(each.min, each.max, each.nulls, each.unique) for each in figures] == [
            (30, 60, 0, 4),
            (None, None, 1, 2),
        ]
        assert [each.name for each in schema(one).fields] == ["age", "name"]
