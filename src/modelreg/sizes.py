"""Sizes of bytes as people read them."""

from __future__ import annotations

from typing import Final

_UNITS: Final = ("B", "KB", "MB", "GB", "TB", "PB", "EB")
_STEP: Final = 1000


def human(count: int) -> str:
    """Return bytes with three digits and a unit of 1000s.

    Examples
    --------
    >>> human(812), human(1_234_567), human(10**12)
    ('812 B', '1.23 MB', '1 TB')
    """
    amount = float(count)
    for unit in _UNITS[:-1]:
        if amount < _STEP - (0 if unit == "B" else 0.5):
            break
        amount /= _STEP
    else:
        unit = _UNITS[-1]
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.3g} {unit}"  # noqa: PLR2004
