"""Data that real models are trained on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def frame():
    """Return numbers and words, 60 rows of them."""
    rng = np.random.default_rng(0)
    return pd.DataFrame({**{name: rng.random(60) for name in "abc"}, "word": ["x", "y", "z"] * 20})


@pytest.fixture(scope="session")
def numbers(frame):
    return frame[["a", "b", "c"]]


@pytest.fixture(scope="session")
def target(frame):
    return (frame.a > 0.5).astype(int)
