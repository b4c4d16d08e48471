"""Models of keras: configuration and variables apart, training that goes on, and configurations that name too much."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from tests.canary import Canary
from tests.flavors import alone
from tests.flavors.hostile import spoiled
from tests.verbs.cells import Cells

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import fetch, pack, store, unpack
from modelreg.contents.names import differences
from modelreg.errors import IntegrityError, MissingLibraryError, UnpicklableError
from modelreg.flavors import flavor_for
from modelreg.flavors.keras import KERAS
from modelreg.flavors.keras_custom import KERAS_CUSTOM
from modelreg.testing import FlavorTests

if TYPE_CHECKING:
    from pathlib import Path


def again(model: Any, place: Path) -> Any:
    """Store a model and return what comes back."""
    blobs, flavor = LocalBlobs(place), flavor_for(model)
    packed = pack(model, flavor)
    store(packed, blobs)
    return unpack(fetch(packed.layout, packed.content_id, blobs), flavor)


@pytest.fixture(scope="module")
def made() -> Any:
    """Return the module of models; keras is imported by the worker that runs these tests alone."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    pytest.importorskip("keras")
    return import_module("tests.flavors.keras_models")


class TestKeras(FlavorTests):
    flavor = KERAS

    @pytest.fixture
    def model(self, made: Any) -> Any:
        return made.wide()

    def same(self, before: Any, after: Any) -> bool:
        return before is after or import_module("tests.flavors.keras_models").equal(before, after)


CELL = """
import keras

class Shifted(keras.layers.Layer):
    def __init__(self, by=1.0, **rest):
        super().__init__(**rest)
        self.by = by

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, rows):
        return rows * self.scale + self.by

    def get_config(self):
        return {**super().get_config(), "by": self.by}
"""
"""What is typed into a cell."""


class TestKerasCustom(FlavorTests):
    flavor = KERAS_CUSTOM

    @pytest.fixture
    def model(self, made: Any) -> Any:
        space: dict[str, Any] = {"__name__": "__main__"}
        exec(compile(CELL, "<cell>", "exec"), space)
        return made.net(space["Shifted"](2.5), made.keras.layers.Dense(4, "relu"))

    def same(self, before: Any, after: Any) -> bool:
        return before is after or import_module("tests.flavors.keras_models").equal(before, after)


NOTEBOOK = """
import sys, numpy as np, keras, modelreg
class Twice(keras.layers.Layer):
    def call(self, rows):
        return rows * 2
def loss(true, found):
    return keras.ops.mean((true - found) ** 2)
model = keras.Sequential([keras.Input((6,)), Twice(), keras.layers.Dense(1)])
model.compile("sgd", loss=loss)
model.fit(np.ones((4, 6)), np.ones(4), verbose=0)
modelreg.connect(sys.argv[1]).register(model, "net")
np.save(sys.argv[2], model.predict(np.ones((1, 6)), verbose=0))
"""


def test_the_users_own_layers_and_functions_come_along(made: Any, tmp_path: Path) -> None:
    model = made.net(
        made.Scaled(2.5),
        made.keras.layers.Dense(4, activation=made.tripled),
        made.keras.layers.Lambda(made.tripled),
        loss=made.distance,
    )
    assert flavor_for(model) is KERAS_CUSTOM
    loaded = again(model, tmp_path)
    assert made.keras.saving.get_registered_object("mine>Scaled") is made.Scaled
    assert pack(loaded, KERAS_CUSTOM).imports[0] == "keras"
    assert made.equal(model, loaded)


def test_a_class_of_the_notebook_comes_along_by_value(made: Any, tmp_path: Path) -> None:
    kind = type("Scaled", (made.Scaled,), {"__module__": "__main__"})
    model = made.net(kind(2.0))
    loaded = again(model, tmp_path)
    assert type(loaded.layers[0]) is not kind
    assert made.equal(model, loaded)


@pytest.mark.slow
def test_classes_of_a_notebook_need_not_be_defined_again(made: Any, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", NOTEBOOK, str(tmp_path / "registry"), str(tmp_path / "answer.npy")]
    subprocess.run(command, check=True, cwd=tmp_path)
    import modelreg

    model = modelreg.connect(tmp_path / "registry").load("net")
    assert np.array_equal(model.predict(np.ones((1, 6)), verbose=0), np.load(tmp_path / "answer.npy"))
    assert model.fit(np.ones((4, 6)), np.ones(4), verbose=0).history["loss"][0] >= 0


def test_a_model_that_its_configuration_does_not_make_is_refused_and_no_die_is_cast(made: Any) -> None:
    model = made.Forgetful(7)
    model(made.X)
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    with pytest.raises(UnpicklableError, match=r"makes another Forgetful; get_config\(\) must return every argument"):
        pack(model, flavor_for(model))
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`:UserWarning")
def test_a_lambda_is_refused_when_it_is_stored(made: Any) -> None:
    model = made.keras.Sequential([made.keras.Input((6,)), made.keras.layers.Lambda(lambda rows: rows + 1)])
    with pytest.raises(UnpicklableError, match=r"holds a Python lambda.*write it as a named function"):
        pack(model, flavor_for(model))


def test_another_last_layer_costs_only_that_layer(made: Any, tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    model = made.net(made.keras.layers.Dense(600), made.keras.layers.Dense(600))
    store(pack(model, KERAS), blobs)
    first = sum(size for _, size, _ in blobs.iterate())
    model.layers[-1].kernel.assign(model.layers[-1].kernel + 1)
    store(pack(model, KERAS), blobs)
    assert sum(size for _, size, _ in blobs.iterate()) - first < first / 20


def test_a_compiled_model_that_was_never_trained_is_unchanged_after_loading(made: Any, tmp_path: Path) -> None:
    model = made.keras.Sequential([made.keras.Input((6,)), made.keras.layers.Dense(1)])
    model.compile("adam", loss="mse")
    loaded = again(model, tmp_path)
    assert not loaded.optimizer.built
    assert pack(loaded, KERAS).content_id == pack(model, KERAS).content_id


def test_what_a_layer_learned_of_the_data_comes_back(made: Any, tmp_path: Path) -> None:
    normal = made.keras.layers.Normalization()
    normal.adapt(made.X)
    shared = made.keras.layers.Dense(6)
    start = made.keras.Input((6,))
    model = made.keras.Model(start, shared(shared(normal(start))))
    assert np.array_equal(again(model, tmp_path)(made.X).detach(), model(made.X).detach())


def test_keras_alone_opens_the_export(made: Any, tmp_path: Path) -> None:
    model = made.wide()
    code = "import keras; answer = keras.saving.load_model(place + '/model.keras').predict(X, verbose=0)"
    assert np.array_equal(alone.answer(model, code, made.X, tmp_path), model.predict(made.X, verbose=0))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["model.keras"]


OWN = """
import keras
@keras.saving.register_keras_serializable("mine")
class Scaled(keras.layers.Layer):
    def __init__(self, factor, **rest):
        super().__init__(**rest)
        self.factor = factor
    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones")
    def call(self, rows):
        return rows * self.scale * self.factor
answer = keras.saving.load_model(place + "/model.keras").predict(X, verbose=0)
"""


def test_keras_opens_the_export_of_a_model_with_the_users_layers_where_they_are_defined(
    made: Any, tmp_path: Path
) -> None:
    model = made.net(made.Scaled(2.5))
    assert flavor_for(model) is KERAS_CUSTOM
    assert np.array_equal(alone.answer(model, OWN, made.X, tmp_path), model.predict(made.X, verbose=0))


class Given:
    """Contents that somebody else wrote."""

    def __init__(self, stream: bytes, buffers: tuple[bytes, ...] = ()) -> None:
        self._stream, self._buffers = stream, buffers

    def stream(self) -> bytes:
        return self._stream

    def buffers(self) -> list[memoryview]:
        return [memoryview(bytearray(one)) for one in self._buffers]

    def files(self) -> dict[str, int]:
        return {}

    def copy_to(self, directory: Path) -> None:
        """Write nothing."""


def around(layer: dict[str, Any]) -> Given:
    """Return contents with a model around one layer."""
    start = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, 2]},
        "registered_name": None,
    }
    config = {
        "module": "keras.models",
        "class_name": "Sequential",
        "config": {"name": "s", "layers": [start, layer]},
        "registered_name": None,
    }
    return Given(json.dumps({"config": json.dumps(config), "started": False, "variables": []}).encode())


def layer(**parts: Any) -> dict[str, Any]:
    return {
        "module": "keras.layers",
        "class_name": "Activation",
        "config": {"activation": "relu"},
        "registered_name": None,
        **parts,
    }


def test_a_configuration_of_keras_alone_is_read(made: Any) -> None:
    assert KERAS.load(around(layer()), None).layers[0].get_config()["activation"] == "relu"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "hostile",
    [
        layer(module="os", class_name="system", config="true"),
        layer(module="builtins", class_name="function", config="eval", registered_name="exec"),
        layer(
            module="keras.src.utils.file_utils", class_name="function", config="get_file", registered_name="get_file"
        ),
        layer(module="keras.utils", class_name="function", config="get_file", registered_name="get_file"),
        layer(module="keras.config", class_name="function", config="enable_unsafe_deserialization"),
        layer(module="keras.layers", class_name="TorchModuleWrapper", config={"module": "x"}),
        layer(module="keras.layers", class_name="TFSMLayer", config={"filepath": "/x"}),
        layer(module=None, class_name="Lambda", config={}),
        layer(class_name="StringLookup", config={"vocabulary": "/etc/passwd"}),
        layer(registered_name="mine>Scaled"),
        layer(module="keras.models", class_name="clone_model", config={}),
        layer(module="keras.losses", class_name="function", config="deserialize"),
        layer(config={"activation": {"class_name": "__lambda__", "config": {"value": "eJw="}}}),
        layer(
            config={
                "activation": {
                    "module": "subprocess",
                    "class_name": "function",
                    "config": "call",
                    "registered_name": "call",
                }
            }
        ),
        layer(module="keras.src.layers.core..saving", class_name="X>Y"),
    ],
    ids=lambda one: f"{one['module']}.{one['class_name']}",
)
def test_a_configuration_that_names_more_is_refused_before_keras_reads_it(made: Any, hostile: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="which is not keras's own: nothing was loaded"):
        KERAS.load(around(hostile), None)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["class_name", "module", "registered_name"])
@pytest.mark.parametrize("value", [["keras"], {"a": 1}, 7], ids=str)
def test_a_configuration_that_names_no_names_is_refused(made: Any, key: str, value: object) -> None:
    with pytest.raises(IntegrityError, match=r"these contents name|their header has|cannot make"):
        KERAS.load(around(layer(**{key: value})), None)  # type: ignore[arg-type]


def test_a_configuration_that_is_nested_too_deep_is_refused(made: Any) -> None:
    deep = json.dumps({"config": "[" * 900 + "]" * 900, "started": False, "variables": []})
    with pytest.raises(IntegrityError, match=r"their header has|cannot make"):
        KERAS.load(Given(deep.encode()), None)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(told=spoiled(json.loads(json.loads(around(layer()).stream())["config"])))
def test_a_spoiled_configuration_is_read_or_refused(made: Any, told: Any) -> None:
    header = {"config": json.dumps(told), "started": False, "variables": []}
    with suppress(IntegrityError):
        model = KERAS.load(Given(json.dumps(header).encode()), None)  # type: ignore[arg-type]
        assert isinstance(model, made.keras.Model)


DENSE = around(layer(class_name="Dense", config={"units": 3}, build_config={"input_shape": [None, 2]}))
VARIABLES = [["layers/dense", "0", "float32", [2, 3]], ["layers/dense", "1", "float32", [3]]]


def dense(variables: Any) -> Given:
    """Return contents with a model of one layer, and its numbers."""
    return Given(json.dumps({**json.loads(DENSE.stream()), "variables": variables}).encode(), (bytes(24), bytes(12)))


def test_numbers_that_fit_are_read(made: Any) -> None:
    assert not KERAS.load(dense(VARIABLES), None).get_weights()[0].any()  # type: ignore[arg-type]


@settings(max_examples=60)
@given(variables=spoiled(VARIABLES))
def test_spoiled_variables_are_read_or_refused(made: Any, variables: Any) -> None:
    with suppress(IntegrityError):
        assert isinstance(KERAS.load(dense(variables), None), made.keras.Model)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        b"{}",
        b"no pickle",
        pickle.dumps(1),
        pickle.dumps(({}, {}, {})),
        pickle.dumps(("told", {})),
        pickle.dumps(({}, ["mine"])),
        pickle.dumps(({}, {1: int})),
        pickle.dumps(({}, {"mine>Twice": 1})),
        pickle.dumps((json.loads(DENSE.stream()), {"mine>Twice": None})),
        b"c__main__\nNoSuchThing\n.",
        b"cbuiltins\nint\n(S'x'\ntR.",
        b"cbuiltins\nzip\n(I1\ntR.",
        b"(((" * 100,
    ],
    ids=lambda stream: repr(stream[-20:]),
)
def test_what_came_along_is_refused_in_one_line_where_it_makes_no_sense(made: Any, stream: bytes) -> None:
    with pytest.raises(IntegrityError) as caught:
        KERAS_CUSTOM.load(Given(stream), None)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@settings(max_examples=25)
@given(told=spoiled(json.loads(DENSE.stream())))
def test_a_spoiled_header_with_what_came_along_is_read_or_refused(made: Any, told: Any) -> None:
    with suppress(IntegrityError):
        KERAS_CUSTOM.load(Given(pickle.dumps((told, {"mine>int": int})), (bytes(24),)), None)  # type: ignore[arg-type]


# checklist 31
def test_a_pickle_in_place_of_the_header_does_not_run(made: Any, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="no JSON"):
        KERAS.load(Given(pickle.dumps(Canary(tmp_path / "sung"))), None)  # type: ignore[arg-type]
    assert not (tmp_path / "sung").exists()


def test_numbers_that_do_not_fit_are_refused(made: Any) -> None:
    wrong = around(layer(class_name="Dense", config={"units": 3}, build_config={"input_shape": [None, 2]}))
    with pytest.raises(IntegrityError, match="the stored numbers do not fit the layers"):
        KERAS.load(wrong, None)  # type: ignore[arg-type]


def test_without_keras_the_error_says_what_to_install(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(MissingLibraryError, match=r"needs the module 'keras'.*%pip install keras"):
        KERAS.load(around(layer()), None)  # type: ignore[arg-type]


def test_a_version_names_what_keras_computed_with(made: Any, tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    cells("from tests.flavors import keras_models\nnet = keras_models.net()")
    cells.register("net")
    cells.registry.checkout("churn:v0", tmp_path / "out")
    lines = (tmp_path / "out" / "requirements.txt").read_text().splitlines()
    assert {"keras", made.keras.config.backend()} <= {line.partition("==")[0] for line in lines}


ELSEWHERE = """
import os, sys
sys.modules["tensorflow"] = None
import modelreg
from modelreg.errors import MissingLibraryError
registry = modelreg.connect(sys.argv[1])
try:
    registry.load("net")
except MissingLibraryError as error:
    print(error)
os.environ["KERAS_BACKEND"] = "torch"
print(type(registry.load("net")).__name__)
"""


def test_a_backend_that_is_not_there_is_told_with_what_is(made: Any, tmp_path: Path) -> None:
    import modelreg

    modelreg.connect(tmp_path / "registry").register(made.net(), "net")
    environ = {**os.environ, "KERAS_BACKEND": "", "KERAS_HOME": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "-c", ELSEWHERE, str(tmp_path / "registry")]
    told = subprocess.run(command, check=True, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True).stdout
    refused, loaded = told.splitlines()
    assert "set to compute with tensorflow here, and that is not installed, but torch is: os.environ" in refused
    assert loaded == "Sequential"


def test_the_layer_and_the_setting_that_changed_are_named(made: Any) -> None:
    wholes = [pack(model, KERAS).parts for model in (made.net(), made.net(loss="mae"))]
    model = made.net()
    model.layers[-1].kernel.assign(model.layers[-1].kernel + 1)
    before, other, last = [part for part in [*wholes, pack(model, KERAS).parts] if part]
    named = [one.path for one in differences([before, last])]
    assert [path for path in named if not path.endswith("name")] == ["layers.dense.0"], "keras gives each model a name"
    assert "config.compile_config.loss" in [one.path for one in differences([before, other])]


def test_of_a_model_with_the_users_classes_variables_and_methods_are_named(made: Any) -> None:
    def twice(self: Any, rows: Any) -> Any:
        return rows * self.scale * 2

    def thrice(self: Any, rows: Any) -> Any:
        return rows * self.scale * 3

    def net(call: Any) -> Any:
        kind = type("Scaled", (made.Scaled,), {"__module__": "__main__", "__qualname__": "Scaled", "call": call})
        made.keras.backend.clear_session()
        return made.net(kind(2.0))

    models = [net(twice), net(twice), net(thrice)]
    models[2].set_weights(models[1].get_weights())
    models[1].layers[-1].kernel.assign(models[1].layers[-1].kernel + 1)
    wholes = [pack(model, KERAS_CUSTOM).parts for model in models]
    before, *changed = [whole for whole in wholes if whole]
    last, method = ([one.path for one in differences([before, whole])] for whole in changed)
    assert last == ["layers.dense.0"]
    assert [path for path in method if "class" in path] == ["class Scaled.call"]
    assert not [path for path in method if path.startswith("layers")]


def test_a_model_that_brings_nothing_of_its_own_is_named_as_well(made: Any) -> None:
    whole = pack(made.net(), KERAS_CUSTOM).parts
    assert whole is not None
    assert {"config", "layers.dense.0"} <= {part.name for part in whole.parts}
