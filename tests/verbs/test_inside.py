"""What changed inside a model is told by the parts that it names, from layouts alone."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from modelreg import views
from modelreg.catalog import stored
from modelreg.contents.names import Part
from modelreg.digests import canonical
from modelreg.records import MISSING, Detail
from modelreg.verbs import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from modelreg.records import CompareRow
    from modelreg.registry import Registry

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)


def within(rows: Iterable[CompareRow]) -> list[tuple[str, tuple[Any, ...]]]:
    """Return name and values of the rows that tell of the insides of versions."""
    return [(found.name, found.values) for found in rows if found.section == "contents"]  # noqa: PD011


def told(registry: Registry, *models: Any) -> dict[str, tuple[Any, ...]]:
    """Register models and return what their comparison says of their insides."""
    for model in models:
        registry.register(model, "churn")
    refs = [f"churn:v{number}" for number in range(len(models))]
    return dict(within(registry.compare(*refs).rows))


def test_a_parameter_in_a_pipeline_is_told_with_its_values(registry: Registry) -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)
    other = copy.deepcopy(pipeline).set_params(logisticregression__max_iter=50)
    assert told(registry, pipeline, other) == {"steps[1][1].max_iter": ("100", "50")}


def test_arrays_are_told_with_type_and_shape(registry: Registry) -> None:
    first, second = (LogisticRegression().fit(X[:n], Y[:n]) for n in (60, 50))
    wide = LogisticRegression().fit(np.hstack([X, X]), Y)
    found = told(registry, first, second, wide)
    assert found["coef_"] == ("float64 1 × 3", "changed", "float64 1 × 6")
    assert found["intercept_"] == ("float64 1", "changed", "changed (2)")
    assert found["n_features_in_"] == ("3", "3", "6")


def test_a_part_that_some_lack_is_missing_there(registry: Registry) -> None:
    forest = RandomForestClassifier(2, warm_start=True, random_state=0).fit(X, Y)
    larger = copy.deepcopy(forest).set_params(n_estimators=3).fit(X, Y)
    assert told(registry, forest, larger) == {
        "n_estimators": ("2", "3"),
        "estimators_[2]": (MISSING, "DecisionTreeClassifier"),
    }


def test_models_of_two_classes_are_not_compared_part_by_part(registry: Registry) -> None:
    assert told(registry, Ridge().fit(X, Y), LogisticRegression().fit(X, Y)) == {}


def test_a_version_without_names_is_not_known_and_the_others_are_compared(registry: Registry) -> None:
    registry.register({"n": 0}, "churn")
    blobs = registry._context.blobs
    with registry._context.catalog.read() as conn:
        found = stored.find(conn, registry.get("churn:v0").content_id)
    assert found is not None
    layout = json.loads(blobs.read(found.layout))
    del layout["names"]
    old = blobs.put(canonical(layout))
    parts = [inside.of(blobs, old), *(Part("", "dict", mark * 16, (Part("a", mark, mark * 16),)) for mark in "12")]
    assert within(inside.rows(parts)) == [("a", (inside.UNKNOWN, "1", "2"))]
    assert list(inside.rows(parts[:2])) == []


def test_a_layout_that_is_gone_hinders_no_comparison(registry: Registry) -> None:
    assert told(registry, {"n": 0}, {"n": 1}) == {"['n']": ("0", "1")}
    for path in registry._context.blobs._objects.rglob("*"):  # type: ignore[attr-defined]
        if path.is_file():
            path.unlink()
    assert within(registry.compare("churn:v0", "churn:v1").rows) == []


def test_of_very_many_parts_the_first_are_told_and_the_others_minor(registry: Registry) -> None:
    models = [{f"layer{n}": np.full(3, start + n) for n in range(600)} for start in (0, 1000)]
    for model in models:
        registry.register(model, "churn")
    rows = [row for row in registry.compare("churn:v0", "churn:v1").rows if row.section == "contents"]
    assert len([row for row in rows if not row.minor]) == inside.MOST
    assert len(rows) == inside.EVERY + 1
    assert rows[-1].name == "… and 100 more"
    assert all(row.differs for row in rows)


def test_a_changed_column_of_a_frame_is_named(registry: Registry) -> None:
    frame = pd.DataFrame({"age": range(400), "rank": range(400), "pay": np.ones(400), "city": ["a", "b"] * 200})
    for table in (frame, frame.assign(rank=frame["rank"] + 1)):
        registry.log(table, "data/people", kind="dataset")
    rows = registry.compare("data/people:v0", "data/people:v1").rows
    assert within(rows) == [("['rank']", ("int64 400", "changed"))]


def test_show_lists_the_arrays_of_a_version(registry: Registry) -> None:
    registry.register(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y), "churn")
    detail = registry.show("churn:v0")
    assert isinstance(detail, Detail)
    assert dict(detail.arrays) == {
        "steps[0][1].mean_": "float64 3",
        "steps[0][1].var_": "float64 3",
        "steps[0][1].scale_": "float64 3",
        "steps[1][1].classes_": "int64 2",
        "steps[1][1].n_iter_": "int32 1",
        "steps[1][1].coef_": "float64 1 × 3",
        "steps[1][1].intercept_": "float64 1",
    }


def test_the_only_array_is_the_model(registry: Registry) -> None:
    registry.log(np.zeros((3, 4)), "data/x", kind="dataset")
    detail = registry.show("data/x:v0")
    assert isinstance(detail, Detail)
    assert detail.arrays == (("model", "float64 3 × 4"),)


@pytest.fixture
def live(registry: Registry) -> Iterator[dict[str, Any]]:
    """Return a registered model in a name space."""
    model = LogisticRegression().fit(X, Y)
    registry.register(model, "churn")
    return {"clf": model}


def why(registry: Registry, live: dict[str, Any]) -> str:
    """Return what the status says of the model."""
    (one,) = registry.status(live)
    return one.why


def test_status_says_what_changed_in_one_clause(registry: Registry, live: dict[str, Any]) -> None:
    assert why(registry, live) == ""
    live["clf"].fit(X[:40], Y[:40])
    assert why(registry, live).startswith("changed: coef_, intercept_ (2 of ")
    live["clf"].set_params(C=2, tol=1, n_jobs=3)
    assert re.match(r"changed: (C, tol|tol, C), 3 more \(5 of ", why(registry, live))


def test_what_is_private_is_named_last(registry: Registry, live: dict[str, Any]) -> None:
    live["clf"]._a = live["clf"]._b = live["clf"]._c = 1
    live["clf"].z = 1
    assert why(registry, live).startswith("changed: z, _a, 2 more (4 of ")


def test_of_long_paths_the_end_is_told(registry: Registry, live: dict[str, Any]) -> None:
    deep: dict[str, Any] = {"last": 1}
    other: dict[str, Any] = {"last": 2}
    for _ in range(10):
        deep, other = {"x" * 30: deep}, {"x" * 30: other}
    for model in (deep, other):
        registry.register(model, "deep")
    ((row, _),) = within(registry.compare("deep:v0", "deep:v1").rows)
    assert len(row) == inside.LONGEST
    assert row.endswith("xx']['last']")
    live["clf"].held = deep
    assert len(why(registry, live)) < 2 * inside.BRIEF


def test_names_of_a_stranger_are_text(registry: Registry) -> None:
    found = told(registry, {"<b>x</b>\n": 1}, {"<b>x</b>\n": 2})
    assert list(found) == ["['<b>x</b>\\n']"]
    html = views.show(registry.compare("churn:v0", "churn:v1"))._repr_html_()
    assert "&lt;b&gt;x" in html
    assert "<b>x" not in html
