"""What the captured code of a version is not sure of, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.capture.repository import said_of
from modelreg.verbs import told

if TYPE_CHECKING:
    from collections.abc import Mapping


def uncertain(capture: object) -> tuple[tuple[str, str], ...]:
    """Return the reasons that a record gives, each with the cell that it is about: those of the slice, those of modules."""
    facts: Mapping[str, object] = told.table(capture)
    since = told.texts(told.table(facts.get("git")).get("edited"))
    return (*told.pairs(told.table(facts.get("code")).get("uncertain")), *([(said_of(since), "")] if since else []))
