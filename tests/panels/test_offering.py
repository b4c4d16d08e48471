"""What the register form offers: models by how they stand, models by their class alone, and files."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .forms import CLASSES, ROWS, given, variables
from .oddities import oddities


def test_models_come_with_how_they_stand_what_changed_before_what_did_not(form):
    held = variables(form, other=LogisticRegression(C=3.0).fit(ROWS, CLASSES), new=Ridge().fit(ROWS, CLASSES))
    form.desk.run("register other churn --quiet")
    form.desk.run("register clf churn --quiet")
    held["other"].coef_ = held["other"].coef_ + 1
    told = [(each["variable"], each["text"]) for each in form.ask("candidates")["models"]]
    assert told == [("other", "changed since churn:v4"), ("new", "not registered"), ("clf", "registered as churn:v5")]


def test_an_estimator_that_was_not_fitted_says_so_and_comes_after_those_that_were(form):
    variables(form, bare=Ridge(), piped=make_pipeline(StandardScaler(), Ridge()))
    form.desk.run("register clf churn --quiet")
    told = [(each["variable"], each["text"], each["fitted"]) for each in form.ask("candidates")["models"]]
    assert told == [
        ("clf", "registered as churn:v4", True),
        ("piped", "not fitted", False),
        ("bare", "not fitted", False),
    ]
    form.desk.run("register bare churn --quiet")
    form.desk.variables["bare"].alpha = 3.0
    (last,) = [each["text"] for each in form.ask("candidates")["models"] if each["variable"] == "bare"]
    assert last == "not fitted, changed since churn:v5"


def test_a_model_that_cannot_be_checked_says_why(form):
    variables(form, odd=Ridge()).pop("clf")
    form.desk.variables["odd"].lazy = (each for each in ())
    (told,) = form.ask("candidates")["models"]
    assert (told["text"], told["ref"]) == ("cannot be checked", "")
    assert "lazy" in told["why"]


def test_a_model_that_breaks_the_look_costs_the_others_nothing(form):
    class Full:
        def predict(self, rows):
            return rows

        def __getstate__(self):
            raise MemoryError("no room")

    variables(form, full=Full(), new=Ridge())
    told = {each["variable"]: (each["state"], each["why"]) for each in form.ask("candidates")["models"]}
    assert told == {"clf": ("never", ""), "new": ("never", ""), "full": ("unknown", "MemoryError: no room")}
    variables(form, **oddities())
    assert "cannot be checked" in repr(form.panel.twin())


def test_models_in_containers_and_the_best_of_a_search_are_there(form):
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2).fit(ROWS, CLASSES)
    variables(form, grid=search, zoo={"r f": Ridge(), "n": 3}, pair=[Ridge(), 1], _hidden=Ridge(), kind=Ridge)
    told = {each["variable"] for each in form.ask("candidates")["models"]}
    assert told == {"clf", "grid", "grid.best_estimator_", 'zoo["r f"]', "pair[0]"}
    done = form.ask("register", variable='zoo["r f"]', name="ridge")
    assert done["lines"][0].startswith('ridge:v0 ← zoo["r f"] (Ridge)')
    assert form.registry.get("ridge:v0").artifact == "train/zoo-r f"


def test_a_kernel_without_models_gives_a_line_that_makes_one(form):
    form.desk.variables.clear()
    told = form.ask("candidates")
    assert told["models"] == form.ask("present")["models"] == []
    scope = {"X": ROWS, "y": CLASSES}
    exec(told["line"], scope)
    assert isinstance(scope["clf"], LogisticRegression)


def test_looking_for_models_creates_no_registry(unopened):
    unopened.desk.variables["clf"] = Ridge()
    unopened.open("register")
    assert [each["state"] for each in unopened.ask("candidates")["models"]] == ["never"]
    assert unopened.ask("standing", name="churn")["new"]
    assert unopened.ask("found", variable="clf")["home"] == "train"
    assert not unopened.desk.place.exists()


def test_models_that_are_only_named_are_not_looked_into(form):
    class Untouched:
        touched = 0

        def predict(self, rows):
            return rows

        def __reduce_ex__(self, _):
            Untouched.touched += 1
            return (dict, ())

    variables(form, heavy=Untouched())
    told = form.ask("present")["models"]
    assert told == [
        {"variable": "heavy", "class": "Untouched"},
        {"variable": "clf", "class": "LogisticRegression"},
    ]
    assert Untouched.touched == 0
    form.ask("candidates")
    assert Untouched.touched > 0


# -- files -------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the kernel: a file, a folder with one, and a hidden file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"x" * 2000)
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "a.bin").write_bytes(b"a")
    (tmp_path / ".hidden").touch()
    return tmp_path


def test_a_path_says_what_lies_there(form, folder):
    assert form.ask("file", path="model.onnx")["text"] == "a file, 2 KB"
    assert form.ask("file", path=f" {folder}/weights ")["text"] == "a folder, with all that is in it"


@pytest.mark.parametrize("path", ["none.onnx", "\0", "x" * 5000, "~nobody-of-this-name/x"])
def test_a_path_to_nowhere_says_where_was_looked(form, folder, path):
    told = form.refused("file", path=path)
    assert told["kind"] == "invalid"
    assert told["text"].startswith("there is no file or folder ")
    assert told["text"].endswith(f" in {folder}")


def test_a_path_goes_on_to_what_is_there(form, folder):
    assert form.ask("paths", text="")["paths"] == ["model.onnx", "weights/"]
    assert form.ask("paths", text="mo")["paths"] == ["model.onnx"]
    assert form.ask("paths", text="weights/")["paths"] == ["weights/a.bin"]
    assert form.ask("paths", text=f"{folder}/.h")["paths"] == [f"{folder}/.hidden"]
    assert form.ask("paths", text="nowhere/x")["paths"] == []


def test_a_file_or_folder_is_registered_in_place_of_a_variable(form, folder):
    variables(form, auc=0.9)
    assert form.ask("found")["metrics"] == [{"name": "auc", "source": "auc", "value": "0.9"}]
    assert form.ask("found")["home"] == "train"
    done = form.ask("register", path="model.onnx", name="churn", aliases=["staging"], metrics=[["auc", "auc"]])
    assert done["lines"][0].startswith("churn:v4 ← train/churn:v0 (file)")
    version = form.registry.get("churn:v4")
    assert (version.flavor, version.aliases, version.metrics) == ("files", ("staging",), {"auc": 0.9})
    form.ask("register", path="weights", name="net")
    assert [name for name, _ in form.registry.show("net:v0").files] == ["a.bin"]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"path": "none.onnx"}, "there is no file or folder 'none.onnx' in "),
        ({"path": " "}, "which file or folder? Type its path, for example model.onnx"),
        ({"variable": ""}, "names no object"),
    ],
)
def test_a_model_that_is_nowhere_is_said_at_its_field(form, folder, more, text):
    told = form.refused("register", **{**given(variable=""), **more})
    assert (told["field"], text in told["text"]) == ("model", True), told


def test_arrays_are_no_models(form):
    variables(form, X=np.zeros(3))
    assert [each["variable"] for each in form.ask("present")["models"]] == ["clf"]
