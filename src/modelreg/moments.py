"""Instants: integers of microseconds since 1970 in UTC, read from text and written as text."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from modelreg.errors import InvalidError, Slip

STARTED: Final = time.time()
"""Seconds since 1970 when modelreg was imported in this process: ``%load_ext modelreg`` imports this early."""
SECOND: Final = 1_000_000
_UNITS: Final = {
    "second": SECOND,
    "minute": 60 * SECOND,
    "hour": 3600 * SECOND,
    "day": 86_400 * SECOND,
    "week": 7 * 86_400 * SECOND,
}
_FIRST: Final = -62_135_596_800 * SECOND
_LAST: Final = 253_402_300_799 * SECOND
_AGO = re.compile(r"(\d{1,9}) *(second|minute|hour|day|week)s? ago", re.ASCII)
_STEPS: Final = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def now() -> int:
    """Return the present instant."""
    return time.time_ns() // 1000


def parse(text: str | int, *, at: int | None = None) -> int:
    """Read an instant.

    Parameters
    ----------
    text : str or int
        ISO 8601 (``2026-10-01``, ``2026-10-01 14:30``; local time unless it names a zone), ``now``, ``today``,
        ``yesterday``, ``3 hours ago``; an integer is already an instant.
    at : int, optional
        What ``now`` is.

    Raises
    ------
    InvalidError
        The text is no time.
    """
    if isinstance(text, int) and not isinstance(text, bool):
        return _checked(text, text)
    if not isinstance(text, str):
        msg = f"a time is text or a whole number of microseconds, not {type(text).__name__}"
        raise InvalidError(msg)
    words = text.strip().lower()
    present = now() if at is None else at
    if words == "now":
        return present
    if words in {"today", "yesterday"}:
        midnight = (
            datetime.fromtimestamp(present / SECOND, UTC)
            .astimezone()
            .replace(hour=0, minute=0, second=0, microsecond=0)
        )
        return _instant(midnight - timedelta(days=words == "yesterday"))
    if ago := _AGO.fullmatch(words):
        return _checked(present - int(ago[1]) * _UNITS[ago[2]], text)
    try:
        return _instant(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        msg = f"{text!r} is no time; write 2026-10-01, '2026-10-01 14:30', yesterday or '3 hours ago'"
        raise InvalidError(msg, slip=Slip(None, text, "yesterday")) from None


def iso(instant: int) -> str:
    """Return ``2026-10-01 14:30:00 UTC``."""
    return f"{datetime.fromtimestamp(instant // SECOND, UTC):%Y-%m-%d %H:%M:%S} UTC"


def age(instant: int, *, at: int | None = None) -> str:
    """Return how long ago an instant was: ``just now``, ``5 min ago``, ``3 d ago``, ``2026-10-01``."""
    seconds = ((now() if at is None else at) - instant) // SECOND
    if seconds < 0:
        return iso(instant)
    if seconds >= 30 * 86_400:
        return f"{datetime.fromtimestamp(instant // SECOND, UTC):%Y-%m-%d}"
    for unit, length in _STEPS:
        if seconds >= length * (5 if unit == "s" else 1):
            return f"{seconds // length} {unit} ago"
    return "just now"


def _checked(instant: int, said: object) -> int:
    """Return an instant of the years that can be written down (1 to 9999)."""
    if not _FIRST <= instant <= _LAST:
        msg = f"{str(said)[:40]} lies outside the years 1 to 9999"
        raise InvalidError(msg)
    return instant


def _instant(moment: datetime) -> int:
    """Return a datetime as an instant; one without a zone is local time."""
    aware = moment.astimezone() if moment.tzinfo is None else moment
    return int(aware.timestamp()) * SECOND + aware.microsecond
