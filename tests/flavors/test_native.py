"""The files of each library: a process that has no modelreg opens them with the library alone, and the answers are the same."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pytest
import torch
import xgboost
from sklearn.linear_model import LogisticRegression, Ridge
from tests.flavors.alone import answers, exported

from modelreg.errors import InvalidError
from modelreg.flavors.native import NATIVE, safetensors, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

X = np.random.default_rng(0).random((60, 4)).astype("float32")
Y = (X.sum(1) > 2).astype(int)


def torch_net() -> Any:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 1)).eval()


def onnx_model() -> Any:
    skl2onnx = import_module("skl2onnx")
    return skl2onnx.to_onnx(LogisticRegression().fit(X, Y), X[:1], options={"zipmap": False})


MODELS: dict[str, tuple[str, Callable[[], Any], Callable[[Any], Any], str]] = {
    "xgboost": (
        "model.ubj",
        lambda: xgboost.XGBClassifier(n_estimators=5, n_jobs=1).fit(X, Y),
        lambda model: model.predict_proba(X),
        "import xgboost; model = xgboost.XGBClassifier(); model.load_model(place); answer = model.predict_proba(X)",
    ),
    "booster": (
        "model.ubj",
        lambda: xgboost.train({"nthread": 1}, xgboost.DMatrix(X, Y), 3),
        lambda model: model.predict(xgboost.DMatrix(X)),
        "import xgboost; answer = xgboost.Booster(model_file=place).predict(xgboost.DMatrix(X))",
    ),
    "lightgbm": (
        "model.txt",
        lambda: lightgbm.LGBMClassifier(n_estimators=5, n_jobs=1, verbose=-1, min_child_samples=2).fit(X, Y),
        lambda model: model.predict_proba(X)[:, 1],
        "import lightgbm; answer = lightgbm.Booster(model_file=place).predict(X)",
    ),
    "torch": (
        "model.safetensors",
        torch_net,
        lambda model: model(torch.from_numpy(X)).detach().numpy(),
        """
import json, torch
data = open(place, "rb").read()
size = int.from_bytes(data[:8], "little")
told = json.loads(data[8:8 + size]); told.pop("__metadata__")
kinds = {"F32": torch.float32, "I64": torch.int64}
state = {name: torch.frombuffer(bytearray(data[8 + size + one["data_offsets"][0]:8 + size + one["data_offsets"][1]]),
         dtype=kinds[one["dtype"]]).reshape(one["shape"]) for name, one in told.items()}
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 1)).eval()
model.load_state_dict(state)
answer = model(torch.from_numpy(X)).detach().numpy()
""",
    ),
    "safetensors": (
        "model.safetensors",
        torch_net,
        lambda model: model(torch.from_numpy(X)).detach().numpy(),
        """
import torch, safetensors.torch
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 1)).eval()
model.load_state_dict(safetensors.torch.load_file(place))
answer = model(torch.from_numpy(X)).detach().numpy()
""",
    ),
    "sklearn": (
        "model.skops" if find_spec("skops") else "model.pkl",
        lambda: LogisticRegression().fit(X, Y),
        lambda model: model.predict_proba(X),
        "import skops.io; answer = skops.io.load(place, trusted=[]).predict_proba(X)"
        if find_spec("skops")
        else "import pickle; answer = pickle.load(open(place, 'rb')).predict_proba(X)",
    ),
    "catboost": (
        "model.cbm",
        lambda: (
            import_module("catboost")
            .CatBoostClassifier(iterations=5, verbose=0, thread_count=1, allow_writing_files=False)
            .fit(X, Y)
        ),
        lambda model: model.predict_proba(X),
        "import catboost; answer = catboost.CatBoostClassifier().load_model(place).predict_proba(X)",
    ),
    "statsmodels": (
        "model.pkl",
        lambda: import_module("statsmodels.api").OLS(Y, X).fit(),
        lambda model: model.predict(X),
        "import pickle; answer = pickle.load(open(place, 'rb')).predict(X)",
    ),
    "onnx": (
        "model.onnx",
        onnx_model,
        lambda model: (
            import_module("onnxruntime")
            .InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
            .run(None, {"X": X})[1]
        ),
        """
import onnxruntime
session = onnxruntime.InferenceSession(place, providers=["CPUExecutionProvider"])
answer = session.run(None, {"X": X})[1]
""",
    ),
}
"""What is exported -> its file, how it is made and asked, and how the library alone opens the file and asks it."""

ALWAYS = ("xgboost", "booster", "lightgbm", "torch", "sklearn")
NEEDS = {"catboost": "catboost", "onnx": "skl2onnx", "safetensors": "safetensors", "statsmodels": "statsmodels"}


def opened_alone(names: list[str], place: Path) -> None:
    """Export models, and let another process open and ask them."""
    expected, asked = {}, {}
    for name in names:
        file, make, ask, code = MODELS[name]
        model = make()
        assert exported(model, place / name) == [file]
        expected[name], asked[name] = ask(model), (str(place / name / "out" / file), code)
    found = answers(asked, X, place)
    for name in names:
        assert np.array_equal(found[name], expected[name]), name


def test_the_libraries_alone_open_what_was_exported(tmp_path: Path) -> None:
    opened_alone(list(ALWAYS), tmp_path)


def test_the_other_libraries_alone_open_what_was_exported(tmp_path: Path) -> None:
    names = [name for name, module in NEEDS.items() if find_spec(module)]
    if not names:
        pytest.skip("none of catboost, onnx, safetensors, statsmodels is installed")
    opened_alone(names, tmp_path)


def test_what_is_not_fitted_has_no_file_and_is_pickled(tmp_path: Path) -> None:
    assert exported(xgboost.XGBRegressor(), tmp_path / "x") == ["model.pkl"]
    assert exported(lightgbm.LGBMRegressor(), tmp_path / "l") == ["model.pkl"]


def test_an_estimator_of_the_notebook_is_pickled_with_its_class(tmp_path: Path) -> None:
    kind = type("Mine", (Ridge,), {"__module__": "__main__"})
    assert exported(kind().fit(X, Y), tmp_path) == ["model.pkl"]


def test_tied_weights_are_written_once_each_so_that_every_name_is_there(tmp_path: Path) -> None:
    net = torch.nn.ModuleDict({"a": torch.nn.Linear(3, 3, bias=False), "b": torch.nn.Linear(3, 3, bias=False)})
    net["b"].weight = net["a"].weight
    assert exported(net, tmp_path) == ["model.safetensors"]
    data = (tmp_path / "out" / "model.safetensors").read_bytes()
    size = int.from_bytes(data[:8], "little")
    told = json.loads(data[8 : 8 + size])
    assert list(told) == ["__metadata__", "a.weight", "b.weight"]
    assert size % 8 == 0
    assert len(data) == 8 + size + 2 * 9 * 4
    assert data[8 + size :][:36] == data[8 + size :][36:] == net["a"].weight.detach().numpy().tobytes()


def test_a_kind_of_number_without_a_name_is_refused_by_the_name_of_its_tensor(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="deep holds numbers of type complex128, for which safetensors has no name"):
        safetensors.write({"deep": torch.zeros(1, dtype=torch.complex128)}, tmp_path / "x")


def test_every_writer_of_the_table_is_there() -> None:
    assert {name: callable(NATIVE[name].write) for name in NATIVE.built_in} == dict.fromkeys(NATIVE.built_in, True)


def test_an_object_of_no_library_has_no_file(tmp_path: Path) -> None:
    assert write({"a": 1}, tmp_path) == []
