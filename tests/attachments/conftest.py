"""Figures without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

mpl.use("Agg")
from matplotlib import pyplot as plt


@pytest.fixture(autouse=True)
def no_figure_stays_open() -> Iterator[None]:
    """Close what a test opens."""
    yield
    plt.close("all")
