"""The suite of every flavor, on real models of four libraries, on plain values, and on files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pytest
import torch
import xgboost
from sklearn.ensemble import RandomForestClassifier

from modelreg.contents import pack
from modelreg.flavors.files import FILES
from modelreg.flavors.python import PYTHON
from modelreg.testing import FlavorTests

if TYPE_CHECKING:
    from pathlib import Path

X = np.random.default_rng(0).random((200, 6))
Y = (X[:, 0] + X[:, 1] > 1).astype(int)


class OfPython(FlavorTests):
    flavor = PYTHON

    def test_the_description_names_the_class(self, model: Any) -> None:
        kind = type(model)
        assert PYTHON.describe(model).class_name == f"{kind.__module__}.{kind.__qualname__}"


class TestSklearn(OfPython):
    @pytest.fixture
    def model(self) -> Any:
        return RandomForestClassifier(20, random_state=0).fit(X, Y)

    def same(self, before: Any, after: Any) -> bool:
        return np.array_equal(before.predict_proba(X), after.predict_proba(X))


class TestXgboost(OfPython):
    @pytest.fixture
    def model(self) -> Any:
        return xgboost.XGBClassifier(n_estimators=5, n_jobs=1, learning_rate=0.3).fit(X, Y)

    def same(self, before: Any, after: Any) -> bool:
        assert str(before.get_params()) == str(after.get_params())  # a NaN among them is not equal to itself
        # the training configuration came along: boosting goes on in the same way
        more = [
            xgboost.train({"eta": 0.1}, xgboost.DMatrix(X, Y), 1, xgb_model=model.get_booster())
            for model in (before, after)
        ]
        return np.array_equal(before.predict_proba(X), after.predict_proba(X)) and np.array_equal(
            *(booster.predict(xgboost.DMatrix(X)) for booster in more)
        )


class TestXgboostBooster(OfPython):
    @pytest.fixture
    def model(self) -> Any:
        return xgboost.train({"nthread": 1, "eta": 0.3}, xgboost.DMatrix(X, Y), 3)

    def same(self, before: Any, after: Any) -> bool:
        assert before.save_config() == after.save_config()
        return np.array_equal(*(booster.predict(xgboost.DMatrix(X)) for booster in (before, after)))


class TestLightgbm(OfPython):
    @pytest.fixture
    def model(self) -> Any:
        return lightgbm.LGBMClassifier(n_estimators=5, n_jobs=1, verbose=-1, min_child_samples=2).fit(X, Y)

    def same(self, before: Any, after: Any) -> bool:
        assert before.get_params() == after.get_params()
        ways = (before.booster_.predict(X), after.booster_.predict(X))
        return np.array_equal(*ways) and before.booster_.model_to_string() == after.booster_.model_to_string()


class TestTorch(OfPython):
    @pytest.fixture
    def model(self) -> Any:
        torch.manual_seed(0)
        return torch.nn.Sequential(torch.nn.Linear(6, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))

    def test_trained_again_from_the_same_seed_it_is_the_same(self, model: Any) -> None:
        torch.manual_seed(0)
        again = torch.nn.Sequential(torch.nn.Linear(6, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
        assert pack(again, PYTHON).content_id == pack(model, PYTHON).content_id
        with torch.no_grad():
            again[2].bias += 1
        assert pack(again, PYTHON).content_id != pack(model, PYTHON).content_id

    def same(self, before: Any, after: Any) -> bool:
        states = (before.state_dict(), after.state_dict())
        assert [name for name, _ in before.named_parameters()] == [name for name, _ in after.named_parameters()]
        assert all(parameter.requires_grad for parameter in after.parameters())
        return all(torch.equal(states[0][name], states[1][name]) for name in states[0])


class TestValues(OfPython):
    @pytest.fixture
    def model(self) -> Any:
        return {"weights": np.arange(2000.0), "names": ["a", "b"], "deep": [{"c": (1, 2.5, None)}]}

    def same(self, before: Any, after: Any) -> bool:
        arrays = [one["weights"] for one in (before, after)]
        return np.array_equal(*arrays) and before["names"] == after["names"] and before["deep"] == after["deep"]


class TestFolder(FlavorTests):
    flavor = FILES

    @pytest.fixture
    def model(self, tmp_path: Path) -> Any:
        place = tmp_path / "the model"
        (place / "deep" / "er").mkdir(parents=True)
        (place / "config.json").write_text("{}")
        (place / "deep" / "weights.bin").write_bytes(os.urandom(9 << 20))
        (place / "deep" / "er" / "empty").write_bytes(b"")
        (place / "größe.txt").write_text("ß")
        return place

    def same(self, before: Path, after: Path) -> bool:
        trees = [
            {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
            for root in (before, after)
        ]
        return trees[0] == trees[1]


class TestFile(FlavorTests):
    flavor = FILES

    @pytest.fixture
    def model(self, tmp_path: Path) -> Any:
        (tmp_path / "model.onnx").write_bytes(os.urandom(100_000))
        return tmp_path / "model.onnx"

    def same(self, before: Path, after: Path) -> bool:
        return (before.name, before.read_bytes()) == (after.name, after.read_bytes())
