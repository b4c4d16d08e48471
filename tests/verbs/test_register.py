"""Register and log: what is written down, what the answer says, what is refused."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import modelreg
from modelreg.errors import ConflictError, InvalidError, NotFoundError, UnpicklableError
from modelreg.notebook import Notebook
from modelreg.verbs import identity

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry
    from tests.verbs.conftest import Clock


class Model:
    """An object of a class that can be imported, and that allows weak references."""

    def __init__(self, weight: int) -> None:
        self.weight = weight


class Predicting(np.ndarray):
    """An array that acts like a model."""

    def predict(self, rows: Any) -> Any:
        return rows @ self


def test_a_version_says_what_it_is_and_who_made_it_when(registry: Registry, clock: Clock) -> None:
    answer = registry.register(
        Model(1), "churn", project="train", variable="clf", message="first", metrics={"auc": 0.9}, params={"depth": 3},
        tags=["team=growth", "gpu"],
    )  # fmt: skip
    version = answer.version
    assert (answer.outcome, answer.created_home, answer.variable, answer.latest) == ("new", True, "clf", 0)
    assert (version.ref, version.source, version.kind, version.flavor) == (
        "churn:v0",
        "train/clf:v0",
        "model",
        "python",
    )
    assert version.class_name.endswith("test_register.Model")
    assert (version.metrics, version.params, version.tags) == (
        {"auc": 0.9},
        {"depth": 3},
        {"gpu": "", "team": "growth"},
    )
    assert (version.created_at, version.linked_at, version.created_by) == (clock.at, clock.at, registry._context.actor)
    assert registry.get("churn:v0") == version


def test_a_run_says_from_where_and_why(tmp_path: Path) -> None:
    book = Notebook(path="work/churn-study.ipynb")
    registry = modelreg.connect(tmp_path / "registry", notebook=book, actor="anna")
    registry.register(Model(1), "churn", variable="clf", message="first", metrics={"auc": 0.9}, params={"depth": 3})
    detail: Any = registry.show("churn:v0")
    (run,) = detail.runs
    assert (run.kind, run.actor, run.notebook, run.variable, run.message) == (
        "register", "anna", "work/churn-study.ipynb", "clf", "first",
    )  # fmt: skip
    assert (run.metrics, run.params, run.capture_state) == ({"auc": 0.9}, {"depth": 3}, "complete")
    assert detail.version.source == "churn-study/clf:v0"
    assert book.registered_as == {"clf": "churn"}


def test_a_failed_transaction_is_no_run(registry: Registry) -> None:
    registry.register(Model(1), "churn")
    with pytest.raises(ConflictError):
        registry.register(Model(1), "churn", aliases=["best"], expect={"best": 4}, metrics={"auc": 1})
    detail: Any = registry.show("churn:v0")
    assert len(detail.runs) == 1
    assert detail.version.metrics == {}


@pytest.mark.parametrize(
    ("variable", "source"),
    [
        ('models["rf"]', "scratch/models-rf:v0"),
        ("grid.best_", "scratch/grid.best_:v0"),
        (None, "scratch/churn:v0"),
        ("--", "scratch/churn:v0"),
    ],
)
def test_the_artifact_is_called_after_the_variable(registry: Registry, variable: str | None, source: str) -> None:
    assert registry.register(Model(1), "churn", variable=variable).version.source == source


def test_the_history_of_a_registration_is_in_both_homes(registry: Registry) -> None:
    registry.register(Model(1), "churn", project="train", artifact="clf", aliases=["best"], message="why")
    told = [(a.kind, a.number, a.reason) for a in registry.history("churn", newest_first=False)]
    assert told == [("created", None, ""), ("linked", 0, "why"), ("alias-added", 0, "why")]
    told = [(a.kind, a.number, a.reason) for a in registry.history("train/clf", newest_first=False)]
    assert told == [("created", None, ""), ("logged", 0, "why")]
    assert len({a.operation for a in registry.history()}) == 1


def test_every_point_of_a_curve_is_kept_under_its_step(registry: Registry) -> None:
    registry.register(Model(1), "churn", metrics={"loss": pd.Series([3.0, 2.0, 1.5], index=[10, 20, 30]), "acc": [0.5]})
    with registry._context.read() as conn:
        rows = conn.exec_driver_sql("SELECT key, step, value FROM points ORDER BY key, step").fetchall()
    assert [tuple(row) for row in rows] == [("acc", 0, 0.5), ("loss", 10, 3.0), ("loss", 20, 2.0), ("loss", 30, 1.5)]
    assert registry.get("churn").metrics == {"acc": 0.5, "loss": 1.5}


@pytest.mark.parametrize("index", [["a", "b"], [1, 1], [0.5, 1.5], [True, False]])
def test_labels_that_are_no_steps_are_counted(registry: Registry, index: list[Any]) -> None:
    registry.register(Model(1), "churn", metrics={"loss": pd.Series([3.0, 2.0], index=index)})
    with registry._context.read() as conn:
        assert [row[0] for row in conn.exec_driver_sql("SELECT step FROM points ORDER BY id")] == [0, 1]


@pytest.mark.parametrize("value", [np.float32(0.5), np.array(0.5), np.int64(7), pd.Series([0.25, 0.5]), (0.1, 0.5)])
def test_numbers_of_numpy_and_pandas_are_numbers(registry: Registry, value: Any) -> None:
    expected = float(value.item() if hasattr(value, "item") and np.ndim(value) == 0 else list(value)[-1])
    assert registry.register(Model(1), "churn", metrics={"m": value}).version.metrics == {"m": expected}


@pytest.mark.parametrize(
    "value", [[], "0.5", b"1", np.ones((2, 2)), pd.DataFrame({"a": [1.0]}), [1, None], np.bool_(True)]
)
def test_what_is_no_number_is_refused_before_anything_is_made(registry: Registry, tmp_path: Path, value: Any) -> None:
    with pytest.raises(InvalidError, match="'m'"):
        registry.register(Model(1), "churn", metrics={"m": value})
    assert not (tmp_path / "registry").exists()


def test_a_changed_metric_keeps_the_old_value_in_the_history(registry: Registry) -> None:
    registry.register(Model(1), "churn", metrics={"auc": 0.9, "f1": 0.5})
    registry.register(Model(1), "churn", metrics={"auc": 0.8, "f1": 0.5})
    (entry,) = registry.history("churn", kinds=["metric-changed"])
    assert (entry.before, entry.after) == ("auc 0.9", "auc 0.8")
    assert entry.sentence == "metric of v0 changed from auc 0.9 to auc 0.8"


def test_the_same_number_again_is_no_change(registry: Registry) -> None:
    registry.register(Model(1), "churn", metrics={"auc": float("nan")})
    registry.register(Model(1), "churn", metrics={"auc": float("nan")})
    assert len(registry.history("churn", kinds=["metric-changed"])) == 0


def test_params_of_a_later_run_add_to_those_before(registry: Registry) -> None:
    registry.register(Model(1), "churn", params={"a": 1, "b": 1})
    registry.register(Model(1), "churn", params={"b": 2, "c": [1, {"x": None}]})
    assert registry.get("churn").params == {"a": 1, "b": 2, "c": [1, {"x": None}]}
    detail: Any = registry.show("churn:v0")
    assert [run.params for run in detail.runs] == [{"b": 2, "c": [1, {"x": None}]}, {"a": 1, "b": 1}]


def test_params_that_are_no_json_are_named(registry: Registry) -> None:
    params = {
        "fn": len,
        "cls": Model,
        "obj": Model(1),
        "arr": np.ones((2, 3)),
        "set": {2, 1},
        "np": np.int32(4),
        "nan": float("nan"),
    }
    stored = registry.register(Model(1), "churn", params=params).version.params
    assert stored["fn"] == "builtins.len"
    assert str(stored["cls"]).endswith("test_register.Model")
    assert str(stored["obj"]).endswith("test_register.Model")
    assert stored["arr"] == "numpy.ndarray(2, 3)"
    assert (stored["set"], stored["np"], stored["nan"]) == ([1, 2], 4, "nan")


def test_a_tag_given_with_identical_contents_is_an_edit_with_an_entry(registry: Registry) -> None:
    registry.register(Model(1), "churn", tags=["team=a"])
    registry.register(Model(1), "churn", tags=["team=b"])
    (entry,) = registry.history("churn", kinds=["tagged"])
    assert (entry.before, entry.after) == ("team=a", "team=b")
    assert registry.get("churn").tags == {"team": "b"}
    registry.undo()
    assert registry.get("churn").tags == {"team": "a"}


def test_metrics_are_answered_beside_those_of_the_version_before(registry: Registry) -> None:
    registry.register(Model(1), "churn", metrics={"rmse": 2.0})
    registry.metric("churn", "rmse", "lower")
    answer = registry.register(Model(2), "churn", metrics={"rmse": 1.5, "new": 1.0})
    told = {delta.name: (delta.value, delta.before, delta.direction, delta.against) for delta in answer.metrics}
    assert told == {"rmse": (1.5, 2.0, "lower", 0), "new": (1.0, None, None, None)}


def test_expect_lets_through_what_stands_as_said(registry: Registry) -> None:
    registry.register(Model(1), "churn", aliases=["best"], expect={"best": None})
    registry.register(Model(2), "churn", aliases=["best"], expect={"best": 0})
    assert registry.get("churn:best").number == 1


def test_a_conflict_names_who_was_faster_and_the_version(registry: Registry, other: Registry) -> None:
    registry.register(Model(1), "churn", aliases=["best"])
    other.register(Model(2), "churn", aliases=["best"])
    with pytest.raises(ConflictError, match=r"'best' of 'churn' moved meanwhile to v1 by anna; nothing was changed"):
        registry.register(Model(3), "churn", aliases=["best"], expect={"best": 0})
    assert registry.model("churn").versions == 2


def test_new_version_of_identical_contents_stores_no_bytes_again(registry: Registry, tmp_path: Path) -> None:
    registry.register({"weights": np.zeros(500_000)}, "churn")
    before = sum(p.stat().st_size for p in (tmp_path / "registry" / "objects").rglob("*") if p.is_file())
    registry.register({"weights": np.zeros(500_000)}, "churn", new_version=True)
    after = sum(p.stat().st_size for p in (tmp_path / "registry" / "objects").rglob("*") if p.is_file())
    assert after - before < 5_000
    assert registry.get("churn:v0").content_id == registry.get("churn:v1").content_id


def test_what_was_registered_is_the_parent_of_what_it_became(registry: Registry) -> None:
    model = Model(1)
    registry.register(model, "churn", project="train", artifact="clf")
    model.weight = 2
    answer = registry.register(model, "churn", project="train", artifact="clf")
    assert (answer.derived_from, answer.version.number) == ("train/clf:v0", 1)
    model.weight = 3
    assert registry.register(model, "churn", project="train", artifact="clf").derived_from == "train/clf:v1"
    assert registry.register(Model(9), "churn", project="train", artifact="clf").derived_from is None


def test_the_same_model_in_another_artifact_is_derived_from_nothing(registry: Registry) -> None:
    model = Model(1)
    registry.register(model, "churn", project="train", artifact="clf")
    assert registry.log(model, "other/clf").derived_from is None
    assert registry.show("train/clf:v0").derived == ()


def test_a_model_is_no_dataset(registry: Registry) -> None:
    from sklearn.linear_model import Ridge

    registry.log(np.zeros(3), "data/train", kind="dataset")
    with pytest.raises(InvalidError, match="dataset"):
        registry.log(Ridge(), "data/train")
    assert registry.log(np.ones(3), "data/train").version.kind == "dataset"


def test_an_object_of_another_registry_is_derived_from_nothing_here(registry: Registry, tmp_path: Path) -> None:
    model = Model(1)
    modelreg.connect(tmp_path / "elsewhere").register(model, "churn")
    model.weight = 2
    assert registry.register(model, "churn").derived_from is None


def test_a_copy_is_found_identical_though_its_strings_are_other_objects(registry: Registry) -> None:
    word = str(b"shared", "ascii")
    registry.register({"a": word, "b": word}, "churn")
    again = {"a": str(b"shared", "ascii"), "b": str(b"shared", "ascii")}
    assert registry.register(again, "churn").outcome == "identical"


def test_a_former_name_registers_under_the_new_one(registry: Registry) -> None:
    registry.register(Model(1), "churn")
    registry.rename("churn", "leavers")
    answer = registry.register(Model(2), "churn")
    assert (answer.version.ref, answer.created_home) == ("leavers:v1", False)


def test_what_cannot_be_pickled_names_the_attribute_and_leaves_nothing(registry: Registry, tmp_path: Path) -> None:
    model = Model(1)
    model.weight = (x for x in range(3))  # type: ignore[assignment]
    with pytest.raises(UnpicklableError, match="weight"):
        registry.register(model, "churn")
    assert not (tmp_path / "registry").exists()


def test_a_file_is_a_model_too(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"12345")
    answer = registry.register(None, "churn", path=tmp_path / "weights.bin")
    detail: Any = registry.show("churn:v0")
    assert answer.version.flavor == "files"
    assert ("weights.bin", 5) in detail.files
    again = registry.register(None, "churn", path=tmp_path / "weights.bin")
    assert again.outcome == "identical"


def test_a_log_is_not_linked_and_its_aliases_are_the_artifacts(registry: Registry) -> None:
    answer = registry.log(Model(1), "train/clf", aliases=["best"], metrics={"auc": 1}, message="epoch 1")
    assert (answer.version.ref, answer.version.aliases) == ("train/clf:v0", ("best",))
    assert len(registry.models()) == 0
    detail: Any = registry.show("train/clf:v0")
    assert (detail.runs[0].kind, detail.runs[0].message, detail.links) == ("log", "epoch 1", ())


def test_a_dataset_is_logged_again_as_the_same_version(registry: Registry) -> None:
    frame = pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})
    first = registry.log(frame, "train/data", kind="dataset")
    assert first.version.kind == "dataset"
    assert registry.log(frame.copy(), "train/data").version.number == 0
    assert registry.artifacts()[0].kind == "dataset"  # type: ignore[attr-defined]


def test_an_unknown_kind_is_refused(registry: Registry) -> None:
    with pytest.raises(InvalidError, match="models or datasets, not 'figure'"):
        registry.log(Model(1), "train/clf", kind="figure")


def test_a_refused_registration_leaves_no_home_behind(registry: Registry) -> None:
    registry.log([1], "train/data", kind="dataset")
    with pytest.raises(InvalidError, match="holds datasets"):
        registry.register(Model(1), "brand-new", project="train", artifact="data")
    with pytest.raises(NotFoundError):
        registry.model("brand-new")


def test_time_never_goes_backwards_in_the_history(registry: Registry, clock: Clock) -> None:
    registry.register(Model(1), "churn")
    clock.on(-3600)
    registry.register(Model(2), "churn")
    times = [action.at for action in registry.history(newest_first=False)]
    assert times == sorted(times)
    assert [v.number for v in registry.versions("churn")] == [1, 0]


def test_what_cannot_be_stored_is_named_as_the_user_writes_it(registry: Registry) -> None:
    model = Model(1)
    model.lock = threading.Lock()
    way = r"nothing was registered: set models\['rf'\]\.lock = None, or let"
    with pytest.raises(UnpicklableError, match=rf"^models\['rf'\]\.lock cannot be stored: .*; {way}"):
        registry.register(model, "churn", variable="models['rf']")
    with pytest.raises(UnpicklableError, match=r"^model\.lock cannot be stored"):
        registry.register(model, "churn")
    with pytest.raises(UnpicklableError, match=r"^'lock' cannot be stored: .*; nothing was registered$"):
        registry.register(model.lock, "churn", variable="lock")
    assert len(registry.models()) == 0


@pytest.mark.parametrize(
    "data",
    [
        pd.DataFrame({"a": [1, 2]}),
        pd.Series([1, 2]),
    ],
    ids=lambda data: f"{type(data).__module__.partition('.')[0]}-{type(data).__name__}",
)
def test_data_are_not_registered_as_a_model(registry: Registry, data: Any) -> None:
    told = rf"^df \({type(data).__name__}\) is data, not a model; nothing was registered$"
    with pytest.raises(InvalidError) as refused:
        registry.register(data, "churn", variable="df")
    assert re.match(told, refused.value.message)
    assert refused.value.tries == ("log df data/df --kind dataset",)
    with pytest.raises(InvalidError, match=r"Try %modelreg log OBJ data/churn --kind dataset"):
        registry.register(data, "churn")
    assert len(registry.models()) == 0
    assert len(registry.artifacts()) == 0


def test_an_array_may_be_all_the_weights_of_a_model(registry: Registry) -> None:
    registry.register(np.array([0.5, 2.0]), "churn")
    assert registry.load("churn").tolist() == [0.5, 2.0]


@pytest.mark.parametrize("library", ["polars:DataFrame", "polars:LazyFrame", "pyarrow:table"])
def test_nor_are_tables_of_libraries_that_may_be_missing(registry: Registry, library: str) -> None:
    name, _, make = library.partition(":")
    table = getattr(pytest.importorskip(name), make)({"a": [1, 2]})
    with pytest.raises(InvalidError, match=r"is data, not a model"):
        registry.register(table, "churn", variable="table")


@pytest.mark.parametrize(
    "thing", [{"w": np.zeros(3)}, [1, 2], print, np.poly1d([1, 2]), np.zeros(2).view(Predicting)], ids=repr
)
def test_any_other_object_is_registered_as_a_model(registry: Registry, thing: Any) -> None:
    assert registry.register(thing, "churn").notes == ()


def test_a_table_that_is_logged_without_a_kind_is_logged_with_a_doubt(registry: Registry) -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    (note,) = registry.log(frame, "train/frame").notes
    assert note.startswith("a DataFrame is data rather than a model")
    assert registry.log(frame, "data/train", kind="dataset").notes == ()


def test_a_metric_that_changes_is_told_wherever_the_version_is(registry: Registry) -> None:
    model = Model(1)
    registry.register(model, "churn", project="train", artifact="clf", metrics={"acc": 0.95}, aliases=["production"])
    answer = registry.register(model, "fraud", project="train", artifact="clf", metrics={"acc": 0.1})
    assert "acc of this version was 0.95 before" in answer.notes
    for home in ("churn", "fraud", "train/clf"):
        (entry,) = registry.history(home, kinds=["metric-changed"])
        assert (entry.before, entry.after) == ("acc 0.95", "acc 0.1")
    assert registry.check().ok


def test_a_class_is_registered_with_a_doubt(registry: Registry) -> None:
    (note,) = registry.register(Model, "churn").notes
    assert note == "Model is a class, not a model that was made of it"


def test_a_model_with_other_arrays_is_not_compared_with_what_it_came_from(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Any = Model(np.arange(5000.0))  # type: ignore[arg-type]
    registry.register(model, "churn")
    model.weight = model.weight + 1

    def fetched(*_: object, **__: object) -> None:
        raise AssertionError("what has other arrays is another model; nothing has to be read for that")

    with monkeypatch.context() as never:
        never.setattr(identity.contents, "fetch", fetched)
        assert registry.register(model, "churn").outcome == "new"
    model.weight = model.weight - 1
    assert registry.register(model, "churn").outcome == "identical"


def test_a_name_before_the_model_is_answered_with_the_line_that_is_meant(registry: Registry) -> None:
    with pytest.raises(InvalidError, match=re.escape("the model comes first, then its name: register(model, 'churn')")):
        registry.register("churn", Model(1))  # type: ignore[arg-type]
