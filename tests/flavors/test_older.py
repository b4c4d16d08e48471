"""What was written before storages, columns and boosters left the stream is loaded as ever, and is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import torch
import xgboost
from tests.flavors.trips import dumped, loaded

import modelreg
from modelreg.flavors import boosters, frames, tensors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

X = np.random.default_rng(0).random((200, 4))
Y = (X[:, 0] > 0.5).astype(int)


def network() -> Any:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(40, 40), torch.nn.Linear(40, 2))


class Rates:
    """A model that is a table."""

    def __init__(self) -> None:
        self.table = pd.DataFrame({"a": np.arange(140_000.0), "b": np.arange(140_000)})


MODELS: dict[str, Callable[[], Any]] = {
    "network": network,
    "booster": lambda: xgboost.XGBClassifier(n_estimators=10, n_jobs=1).fit(X, Y),
    "table": Rates,
}


def answer(model: Any) -> Any:
    if isinstance(model, Rates):
        return model.table.to_numpy()
    return model.predict(X) if hasattr(model, "predict") else model(torch.ones(40)).detach().numpy()


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what makes the rules those of format 1, until it is undone."""
    for library in (frames.Frames, boosters.Boosters):
        monkeypatch.setattr(library, "rules", lambda _: {})
    monkeypatch.setattr(
        tensors.Storages, "_reduced", lambda _self, storage, _untyped, _dtype: tensors.archived(storage)
    )
    return monkeypatch.undo


@pytest.mark.parametrize("name", MODELS)
def test_the_older_format_is_read(before: Any, name: str) -> None:
    model = MODELS[name]()
    found = dumped(model)
    assert found[0] == 1
    assert b"modelreg" not in found[1]
    before()
    assert dumped(model)[0] == 2
    assert np.array_equal(answer(loaded(found)), answer(model))


@pytest.mark.parametrize("name", MODELS)
def test_a_version_of_an_older_release_loaded_and_registered_unchanged_is_found(
    before: Any, name: str, tmp_path: Path
) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register(MODELS[name](), name)
    before()
    model = registry.load(name)
    said = registry.register(model, name)
    assert (said.outcome, said.version.number) == ("identical", 0)
    change(model)
    assert registry.register(model, name).version.number == 1


def change(model: Any) -> None:
    if isinstance(model, Rates):
        model.table.iloc[0, 0] = -1.0
    elif isinstance(model, torch.nn.Module):
        with torch.no_grad():
            model[1].bias += 1
    else:
        model.fit(X, 1 - Y)
