"""What a capture may look at, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from modelreg.capture.secrets import Found
    from modelreg.notebook import Execution

__all__ = ["Captured", "Moment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The moment of a register: nothing of it that outlives the answer changes, or keeps the model alive."""

    log: tuple[Execution, ...] = ()
    variable: str = ""
    """What the object is called: a name, attribute or subscript; empty when it has no name."""
    path: str = ""
    """Of the notebook, empty when unknown."""
    directory: Path
    """Where the notebook is, else where Python runs."""
    session: str = ""
    kernel: str = ""
    actor: str = ""
    host: str = ""
    scope: Mapping[str, object] = field(default_factory=dict, repr=False)
    """The variables; for what is captured before the answer only."""
    imports: tuple[str, ...] = ()
    """What the stored model imports, as dotted names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What one capture found; every secret is taken out."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    """Plain JSON."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name -> bytes to keep with the run."""
    said: str = ""
    """What the answer says of it, in a few words."""
    redactions: tuple[Found, ...] = ()
    errors: tuple[str, ...] = ()
