"""Data that real models are trained on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def numbers():
    rng = np.random.default_rng(0)
    return pd.DataFrame(rng.random((80, 3)), columns=list("abc"))


@pytest.fixture(scope="session")
def target(numbers):
    noise = np.random.default_rng(1).random(80)
    return (numbers.a + 0.4 * noise > 0.7).astype(int)


@pytest.fixture(scope="session")
def three(numbers):
    """Return one of three classes a row."""
    noise = np.random.default_rng(2).random(80)
    return pd.Series(np.digitize(numbers.a + 0.3 * noise, [0.4, 0.8]))
