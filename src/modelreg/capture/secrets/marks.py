"""The marks that stand where a secret stood."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from modelreg.digests import digest

__all__ = ["MARK", "Span", "mark", "name_mark", "without_marks"]

MARK: Final = re.compile(
    r"(?:«|\\xc2\\xab)redacted:[a-z0-9-]+:[0-9a-f]{6}(?:»|\\xc2\\xbb)|redacted_[a-z0-9_]+_[0-9a-f]{6}\b"
)
"""A mark in text, the same in a bytes literal, and the name that stands for a secret used as a name."""


class Span(NamedTuple):
    """A piece of text that must go."""

    start: int
    end: int
    kind: str
    seed: str
    """What the six digits are made of: a random token itself, else the name of the place. A digest of a password that
    somebody thought of would let a dictionary find it again."""


def _six(seed: str) -> str:
    return digest(seed.encode("utf-8", "surrogatepass"))[:6]


def mark(kind: str, seed: str, *, ascii_only: bool = False) -> str:
    """Return the mark of a secret; ``ascii_only`` writes it as a bytes literal can hold it."""
    text = f"redacted:{kind}:{_six(seed)}"
    return f"\\xc2\\xab{text}\\xc2\\xbb" if ascii_only else f"«{text}»"


def name_mark(kind: str, seed: str) -> str:
    """Return the mark as an identifier."""
    return f"redacted_{kind.replace('-', '_')}_{_six(seed)}"


def without_marks(text: str) -> str:
    """Return ``text`` with its marks taken out."""
    return MARK.sub("", text) if "redacted" in text else text
