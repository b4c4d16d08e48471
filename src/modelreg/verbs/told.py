"""What JSON of a record tells, each part as what it should be: what is of another kind counts as not there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any


def table(value: object) -> Mapping[str, Any]:
    """Return an object with its keys."""
    return value if isinstance(value, Mapping) else {}


def tables(value: object) -> tuple[Mapping[str, Any], ...]:
    """Return the objects in a list."""
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()


def text(value: object) -> str:
    """Return a text."""
    return value if isinstance(value, str) else ""


def path(value: object) -> str:
    """Return a text that the system takes, as the name of a file or the value of a variable."""
    said = text(value)
    try:
        return said if b"\0" not in os.fsencode(said) else ""
    except UnicodeEncodeError:  # half a character
        return ""


def texts(value: object) -> tuple[str, ...]:
    """Return the texts in a list."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def number(value: object) -> int | None:
    """Return a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def choice(value: object) -> bool | None:
    """Return yes, no, or that nobody knows."""
    return value if isinstance(value, bool) else None


def pairs(value: object) -> tuple[tuple[str, str], ...]:
    """Return the pairs of texts in a list."""
    held = [one for one in value if isinstance(one, list)] if isinstance(value, list) else []
    return tuple((one[0], one[1]) for one in held if len(texts(one)) == len(one) == 2)  # noqa: PLR2004  (a pair)
