"""Instants: read from what people write, and back."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from modelreg import moments
from modelreg.errors import InvalidError

NOON = int(datetime(2026, 10, 1, 12, tzinfo=UTC).timestamp()) * moments.SECOND


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let local time be UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-10-01", "2026-10-01 00:00:00 UTC"),
        ("2026-10-01 14:30", "2026-10-01 14:30:00 UTC"),
        ("2026-10-01T14:30:05+02:00", "2026-10-01 12:30:05 UTC"),
        ("2026-10-01T14:30:05Z", "2026-10-01 14:30:05 UTC"),
        ("now", "2026-10-01 12:00:00 UTC"),
        ("today", "2026-10-01 00:00:00 UTC"),
        ("Yesterday", "2026-09-30 00:00:00 UTC"),
        ("3 hours ago", "2026-10-01 09:00:00 UTC"),
        ("1 day ago", "2026-09-30 12:00:00 UTC"),
    ],
)
def test_a_time_is_read(text: str, said: str) -> None:
    assert moments.iso(moments.parse(text, at=NOON)) == said


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "yesterday evening", "9999999999 days ago", "-5"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidError, match="2026-10-01"):
        moments.parse(text)


def test_an_instant_is_an_instant_already() -> None:
    assert moments.parse(NOON) == NOON


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (4, "just now"),
        (50, "50 s ago"),
        (300, "5 min ago"),
        (7200, "2 h ago"),
        (3 * 86400, "3 d ago"),
        (40 * 86400, "2026-08-22"),
    ],
)
def test_an_age_is_said_roughly(seconds: int, said: str) -> None:
    assert moments.age(NOON - seconds * moments.SECOND, at=NOON) == said
