"""The suite of every flavor on libraries whose models are of the flavor ``python``, where they are installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from modelreg.flavors.python import PYTHON
from modelreg.testing import FlavorTests

X = np.random.default_rng(0).random((60, 4))
Y = (X.sum(1) > 2).astype(int)


class TestCatboost(FlavorTests):
    flavor = PYTHON

    @pytest.fixture
    def model(self) -> Any:
        catboost = pytest.importorskip("catboost")
        model = catboost.CatBoostClassifier(iterations=5, verbose=0, thread_count=1, allow_writing_files=False)
        return model.fit(X, Y)

    def same(self, before: Any, after: Any) -> bool:
        assert before.get_params() == after.get_params()
        return np.array_equal(before.predict_proba(X), after.predict_proba(X))


class TestStatsmodels(FlavorTests):
    flavor = PYTHON

    @pytest.fixture
    def model(self) -> Any:
        return pytest.importorskip("statsmodels.api").OLS(Y, X).fit()

    def same(self, before: Any, after: Any) -> bool:
        return np.array_equal(before.predict(X), after.predict(X)) and np.array_equal(
            before.cov_params(), after.cov_params()
        )
