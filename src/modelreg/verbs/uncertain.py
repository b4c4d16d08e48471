"""What the captured code of a version is not sure of, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.capture.repository import said_of
from modelreg.verbs import told

if TYPE_CHECKING:
    from collections.abc import Mapping


def uncertain(code: Mapping[str, object], git: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return the reasons that the facts of two captures give, each with the cell that it is about: first those of the slice."""
    since = told.texts(git.get("edited"))
    return (*told.pairs(code.get("uncertain")), *([(said_of(since), "")] if since else []))
