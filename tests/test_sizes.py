"""Sizes as people read them."""

from __future__ import annotations

import pytest

from modelreg import sizes


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (812, "812 B"), (999, "999 B"), (1000, "1 KB"), (1_234_567, "1.23 MB"), (999_999, "1 MB"), (5 * 10**11, "500 GB")],
)  # fmt: skip
def test_sizes_have_a_unit(count: int, text: str) -> None:
    assert sizes.human(count) == text
