import math

import pandas as pd
import pytest

from modelreg import views
from modelreg.views.frames import frame


def test_versions_have_typed_columns(made):
    table = views.show(made.page(made.version(3), made.version(2))).to_frame()
    assert list(table["ref"]) == ["churn:v3", "churn:v2"]
    assert str(table["version"].dtype) == "Int64"
    assert str(table["metrics.auc"].dtype) == "float64"
    assert str(table["params.max_depth"].dtype) == "Int64"
    assert str(table["params.bootstrap"].dtype) == "boolean"
    assert str(table["ref"].dtype) == "string"


def test_times_are_aware_to_the_microsecond(made):
    table = views.show(made.page(made.version(3, created_at=made.now + 7))).to_frame()
    assert table["created"].dt.tz is not None
    assert table["created"][0] == pd.Timestamp(made.now + 7, unit="us", tz="UTC")


def test_a_metric_that_a_version_lacks_is_nan(made):
    table = views.show(made.page(made.version(1, metrics={"auc": 0.5}), made.version(0, metrics={}))).to_frame()
    assert table["metrics.auc"][0] == 0.5
    assert math.isnan(table["metrics.auc"][1])


def test_a_missing_param_leaves_the_others_whole(made):
    table = views.show(made.page(made.version(1, params={"n": 3}), made.version(0, params={}))).to_frame()
    assert table["params.n"][0] == 3
    assert table["params.n"].isna()[1]


@pytest.mark.parametrize("values", [[2**70, 1], [1, "a"], [[1], None], [True, 1], [None, None]])
def test_values_of_several_kinds_stay_python_objects(values):
    table = frame({"params.x": values})
    assert table["params.x"].dtype == object
    assert list(table["params.x"]) == values


def test_whole_and_fractional_numbers_make_floats():
    assert str(frame({"params.x": [1, 0.5, None]})["params.x"].dtype) == "float64"


def test_an_empty_page_has_the_columns_of_its_kind(made):
    from modelreg.records import Version

    table = views.show(made.page(), of=Version).to_frame()
    assert len(table) == 0
    assert "ref" in table.columns


@pytest.mark.parametrize("name", ["detail", "model detail", "registration", "loaded", "version"])
def test_views_of_versions_give_their_versions(made, name):
    table = views.show(made.every()[name]).to_frame()
    assert set(table["name"]) == {"churn"}


def test_every_view_has_a_frame(made):
    for name, record in made.every().items():
        assert len(views.show(record).to_frame().columns), name
