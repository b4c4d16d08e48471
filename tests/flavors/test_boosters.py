"""Boosters come back with how their training is to go on, and are found again after a load, a copy and a second fit."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pytest
import xgboost
from tests.flavors.trips import dumped, found_again, loaded, trip

if TYPE_CHECKING:
    from collections.abc import Callable

X = np.random.default_rng(0).random((300, 6))
Y = (X[:, 0] + X[:, 1] > 1).astype(int)
GROUPS = np.repeat(np.arange(30), 10)


def stopped() -> Any:
    model = xgboost.XGBRegressor(n_estimators=30, n_jobs=1, early_stopping_rounds=3)
    return model.fit(X, Y, eval_set=[(X[::2], Y[::2])], verbose=False)


XGBOOST: dict[str, Callable[[], Any]] = {
    "classifier": lambda: xgboost.XGBClassifier(n_estimators=15, n_jobs=1, learning_rate=0.4).fit(X, Y),
    "regressor that stopped early": stopped,
    "forest": lambda: xgboost.XGBRFClassifier(n_estimators=15, n_jobs=1, random_state=1).fit(X, Y),
    "ranker": lambda: xgboost.XGBRanker(n_estimators=8, n_jobs=1).fit(X, Y, qid=GROUPS),
    "booster": lambda: xgboost.train({"nthread": 1, "eta": 0.3}, xgboost.DMatrix(X, Y), 20),
    "dart": lambda: xgboost.train({"nthread": 1, "booster": "dart", "rate_drop": 0.1}, xgboost.DMatrix(X, Y), 8),
}

LIGHTGBM: dict[str, Callable[[], Any]] = {
    "classifier": lambda: lightgbm.LGBMClassifier(n_estimators=15, n_jobs=1, verbose=-1).fit(X, Y),
    "regressor": lambda: lightgbm.LGBMRegressor(n_estimators=15, n_jobs=1, verbose=-1).fit(X, Y),
    "booster": lambda: lightgbm.train({"verbose": -1, "num_threads": 1}, lightgbm.Dataset(X, Y), 15),
}


@pytest.mark.parametrize("name", XGBOOST)
def test_a_booster_of_xgboost_is_a_buffer_and_no_part_of_the_stream(name: str) -> None:
    found = dumped(XGBOOST[name]())
    assert found[0] == 2
    assert len(found[2]) == 1
    assert len(found[1]) < 2000 < len(found[2][0])


def test_a_booster_of_a_few_bytes_stays_in_the_stream() -> None:
    booster = xgboost.train({"nthread": 1, "booster": "gblinear"}, xgboost.DMatrix(X[:, :2], Y), 1)
    found = dumped(booster)
    assert (found[0], found[2]) == (1, [])
    assert np.array_equal(*(one.predict(xgboost.DMatrix(X[:, :2])) for one in (booster, loaded(found))))


# a forest draws its rows from a generator of the process, which no booster holds
@pytest.mark.parametrize("name", sorted({*XGBOOST} - {"forest"}))
def test_training_goes_on_equally_from_what_was_loaded(name: str) -> None:
    before = XGBOOST[name]()
    after = trip(before)
    boosters = [model if isinstance(model, xgboost.Booster) else model.get_booster() for model in (before, after)]
    assert boosters[0].save_config() == boosters[1].save_config()
    data = xgboost.DMatrix(X, Y)
    for booster in boosters:
        booster.update(data, booster.num_boosted_rounds())
    assert boosters[0].save_raw() == boosters[1].save_raw()
    assert np.array_equal(*(booster.predict(data) for booster in boosters))


@pytest.mark.parametrize("name", XGBOOST)
def test_loaded_copied_fitted_again_or_asked_it_is_the_same_version(name: str) -> None:
    before = XGBOOST[name]()
    assert found_again(before, trip(before))
    assert found_again(before, copy.deepcopy(before))
    assert found_again(before, XGBOOST[name]())
    asked = XGBOOST[name]()
    asked.predict(xgboost.DMatrix(X) if isinstance(asked, xgboost.Booster) else X)
    assert found_again(before, asked)


def test_another_fit_is_another_version() -> None:
    one, other = (xgboost.XGBClassifier(n_estimators=15, n_jobs=1, learning_rate=rate).fit(X, Y) for rate in (0.4, 0.5))
    assert not found_again(one, other)


@pytest.mark.parametrize("name", LIGHTGBM)
def test_of_lightgbm_loaded_fitted_again_or_asked_it_is_the_same_version(name: str) -> None:
    before = LIGHTGBM[name]()
    assert found_again(before, trip(before))
    assert found_again(before, LIGHTGBM[name]())
    asked = LIGHTGBM[name]()
    asked.predict(X)
    assert found_again(before, asked)


def test_a_deep_copy_by_lightgbm_is_another_version_as_it_has_other_parameters() -> None:
    before = LIGHTGBM["booster"]()
    after = copy.deepcopy(before)
    assert before.params != after.params
    assert not found_again(before, after)
