"""What commands answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelreg.records.version import RegisteredModel, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasChange:
    """What a command did to one alias. ``after`` is None when it was removed, ``before`` when it was new."""

    home: str
    alias: str
    before: int | None
    after: int | None
    meant: str = ""
    """The alias or stage that a new alias is probably a misspelt form of."""

    @property
    def changed(self) -> bool:
        """Whether anything moved."""
        return self.before != self.after

    @property
    def doubt(self) -> str:
        """What makes one ask whether it was meant; empty where nothing does."""
        return doubted(self.alias, self.meant)


def doubted(alias: str, meant: str) -> str:
    """Say that an alias is new where another one was probably meant; empty where none was."""
    return f"{alias!r} is new; did you mean {meant!r}?" if meant else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What register or log did."""

    version: Version
    """As seen from the registered model; from the artifact when none was named."""
    outcome: str
    """``new``; ``identical`` (contents were there, a run was added); ``replayed`` (done before an interrupt)."""
    variable: str = ""
    created_home: bool = False
    """Whether the registered model was made by this."""
    linked: bool = False
    """Whether contents that the artifact had already were linked by this: a new number without a new version."""
    latest: int | None = None
    """The newest number after this, which differs from ``version.number`` when the contents were there."""
    aliases: tuple[AliasChange, ...] = ()
    metrics: tuple[MetricDelta, ...] = ()
    derived_from: str | None = None
    """Source of the version that the object was loaded from."""
    deleted: str | None = None
    """Reference of a deleted version with the same contents, which ``undelete`` would bring back."""
    notes: tuple[str, ...] = ()
    """Warnings, a line each."""
    facts: tuple[str, ...] = ()
    """What was captured, in a few words each (``data 2 frames``)."""
    duration: int = 0
    """Microseconds."""
    unsure: bool = False
    """Whether it is probably not what was meant to be kept, as the notes say: no promotion is offered."""
    held: str = ""
    """Class that the registered model held so far, where this is no model and of another class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricDelta:
    """A metric of a new version beside that of an older one."""

    name: str
    value: float
    before: float | None = None
    direction: str | None = None
    """``lower`` or ``higher`` is better; None when undeclared."""
    against: int | None = None
    """Number of the older version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an editing command did, in one line."""

    text: str
    changed: bool = True
    aliases: tuple[AliasChange, ...] = ()
    next: str | None = None
    """The line to type next, without ``%modelreg``."""
    version: Version | None = None
    model: RegisteredModel | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """The last change of a notebook, as undo would take it back."""

    operation: str
    """Its uid."""
    command: str
    sentences: tuple[str, ...]
    """What it did, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A live object with where it came from."""

    obj: Any
    version: Version
    note: str = ""
    """How the reference was resolved when it did not say which version."""
    warnings: tuple[str, ...] = ()
    next: str | None = None
    """The line that leads on from a warning."""
