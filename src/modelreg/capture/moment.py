"""What a capture may look at, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from modelreg.capture.metrics import Found as Metric
    from modelreg.capture.secrets import Found
    from modelreg.notebook import Execution, Watching
    from modelreg.records import DataUse

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
    registry: Path | None = None
    """Its directory, which is no part of the code where it lies in the same repository."""
    session: str = ""
    kernel: str = ""
    actor: str = ""
    host: str = ""
    scope: Mapping[str, object] = field(default_factory=dict, repr=False)
    """The variables; for what is captured before the answer only, as the four below."""
    obj: object = field(default=None, repr=False)
    """What is registered; None for a file."""
    dataset: bool = False
    """It is data, and no model."""
    watcher: Watching | None = field(default=None, repr=False)
    """Knows what data was when a cell trained on it."""
    metrics: tuple[Metric, ...] = ()
    """Those that the user gives."""
    known: dict[str, Any] = field(default_factory=dict, repr=False)
    """What one capture has found out that another one needs as well."""
    meant: Callable[[str, object], str | None] = field(default=lambda _ref, _obj: None, repr=False)
    """Returns the version, by a name that stays, as which a reference was loaded, given what its variable holds."""
    outputs: tuple[Mapping[str, Any], ...] | None = field(default=None, repr=False)
    """What the cell showed that registers as a whole, as a notebook keeps it; None where no whole cell does."""
    imports: tuple[str, ...] = ()
    """What the stored model imports, as dotted names."""
    code: str = ""
    """The statements that made the object, once they are found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What one capture found; every secret is taken out."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    """Plain JSON."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name -> bytes to keep with the run."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Params that the run gets, where the user gave none of the name."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """The same for metrics."""
    data: tuple[DataUse, ...] = ()
    """Data that the run used."""
    said: str = ""
    """What the answer says of it, in a few words."""
    notes: tuple[str, ...] = ()
    """What the answer must not leave out."""
    redactions: tuple[Found, ...] = ()
    errors: tuple[str, ...] = ()
    more: Callable[[], Captured] | None = field(default=None, repr=False)
    """Finds, after the answer, what takes the place of this; its files are new ones."""
