"""Runs: the acts that produced or used versions, and what is kept with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelreg import media

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.records.page import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture, table or file kept with a run."""

    uid: str
    name: str
    """What it is called: at most one of a name in a run, and in a version the newest run's."""
    media_type: str
    """One of :data:`modelreg.media.MEDIA`, by what the object was; never what somebody claimed."""
    size: int
    digest: str
    role: str
    """``picture``, ``table`` or ``file``."""
    data: bytes | None = field(default=None, repr=False, compare=False)
    """What a view needs of it: a whole picture, the beginning of a table. None where that was not read."""
    fault: str = field(default="", compare=False)
    """Why its bytes cannot be had: missing, or not those that were attached."""

    @property
    def filename(self) -> str:
        """What it is called as a file: the name with the ending of its media type."""
        return media.filename(self.name, self.media_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataUse:
    """Data that a run used, by its contents; whether it is logged does not matter."""

    role: str
    """``train``, ``target``, ``eval``, or what the user called it."""
    name: str
    """The expression that it was in the notebook."""
    digest: str | None = None
    """Of the contents, the same whichever library holds them; None where it is not known."""
    kind: str = ""
    rows: int | None = None
    columns: int | None = None
    partial: bool = False
    """Only some rows were read, of it or of what the model saw: very likely the same data, no proof of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One act that produced or used a version."""

    uid: str
    kind: str
    """``register``, ``log`` or ``use``."""
    at: int
    actor: str
    host: str
    notebook: str
    """Path or name of the notebook, empty when unknown."""
    variable: str
    """What the object was called, empty when unnamed."""
    message: str = ""
    capture_state: str = "complete"
    """``complete``; ``pending``: the rest is still being captured, or never was; ``partial``: some of it failed."""
    capture: Mapping[str, Any] | None = field(default=None, repr=False)
    """What was captured: facts by kind, ``redactions``, ``errors``. None where nothing was."""
    files: tuple[Attachment, ...] = ()
    """What was captured as files: the slice, the session, the patch."""
    duration: int = 0
    """Microseconds from the request to the commit."""
    params: Mapping[str, Json] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    data: tuple[DataUse, ...] = ()
    inputs: tuple[str, ...] = ()
    """Sources (``train/clf:v7``) that this run derived its version from or used."""
    attachments: tuple[Attachment, ...] = ()
    """In the order they were given."""
