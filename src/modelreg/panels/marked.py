"""What came of running the code of a version again, as the front end gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.panels.rows import moment
from modelreg.views.replay import label

if TYPE_CHECKING:
    from modelreg.records import Json
    from modelreg.records.replay import Mark


def mark(record: Mark | None) -> Json:
    """Return a mark; None where nobody ran the code again."""
    if record is None:
        return None
    return {
        "outcome": record.outcome,
        "label": label(record.outcome),
        "text": record.text,
        "at": moment(record.at),
        "by": record.actor,
    }
