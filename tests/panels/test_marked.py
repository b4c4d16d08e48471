"""The mark of a version as the page gets it."""

from __future__ import annotations

from modelreg.panels.marked import mark
from modelreg.records.replay import Mark


def test_a_version_that_nobody_ran_again_has_no_mark() -> None:
    assert mark(None) is None


def test_a_mark_has_its_label_reason_time_and_person() -> None:
    told = mark(Mark(outcome="reproduced", text="equal contents · 4 s", at=1_790_000_000_000_000, actor="anna"))
    assert (told["label"], told["text"], told["by"]) == ("reproduced ✓", "equal contents · 4 s", "anna")
    assert told["at"]["exact"].startswith("2026-09-21")
    assert mark(Mark(outcome="<new>", text="", at=0, actor=""))["label"] == "<new>"
