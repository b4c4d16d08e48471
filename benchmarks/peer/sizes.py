"""How large everything is that the sides register, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large everything is."""

    rows: int
    """Of the forest's data."""
    trees: int
    wide: int
    """Of a layer of the module of W3."""
    numbers: int
    """In the array of W4."""
    layer: int
    """Width of a layer of the module of W5."""
    versions: int
    """Of W5."""
    rate: tuple[int, float]
    """Registrations of W6 at most, and seconds."""
    many: tuple[int, int]
    """Models and versions of each in W7, where a catalog can be filled at once."""
    few: tuple[int, int]
    """The same where each version must be registered."""
    writes: tuple[int, float]
    """Registrations of each process of W10, and seconds after which it stops."""


SIZES: Final = {
    "full": Size(
        rows=7900, trees=100, wide=4000, numbers=125_000_000, layer=2048, versions=10, rate=(1000, 5.0), many=(1000, 100),
        few=(50, 10), writes=(50, 10.0),
    ),
    "small": Size(
        rows=800, trees=100, wide=1264, numbers=12_500_000, layer=640, versions=10, rate=(200, 2.0), many=(100, 100),
        few=(20, 5), writes=(10, 5.0),
    ),
    "tiny": Size(
        rows=60, trees=3, wide=32, numbers=10_000, layer=16, versions=3, rate=(4, 2.0), many=(4, 5), few=(2, 2),
        writes=(2, 5.0),
    ),
}  # fmt: skip
"""Scale -> sizes; ``full`` is what the results are of."""
