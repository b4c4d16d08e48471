"""What is known of the Python that ran, and how another one differs from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from modelreg.capture.secrets import Found

__all__ = ["Distribution", "Drift", "Environment", "Homeless"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """An installed distribution."""

    name: str
    """As pip takes it."""
    version: str
    modules: tuple[str, ...] = ()
    """The needed top-level modules that it brings."""
    direct: bool = False
    """Needed itself by the model, not only by another distribution."""
    code: bool = False
    """Imported by the code that made the model: to run that again takes it, to load the model does not."""
    origin: str | None = None
    """Where it was installed from when that was no index; without user, query and fragment."""
    commit: str | None = None
    editable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Homeless:
    """A needed module that no distribution brings: the user's own."""

    module: str
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The Python that ran, and what it had installed."""

    python: str = ""
    implementation: str = ""
    system: str = ""
    release: str = ""
    arch: str = ""
    needed: tuple[Distribution, ...] = ()
    """What the named modules and the code come from, and what that needs in turn; by name."""
    loaded: tuple[Distribution, ...] = ()
    """What was imported in the session; by name."""
    homeless: tuple[Homeless, ...] = ()
    missing: tuple[str, ...] = ()
    """Needed modules that are not installed."""
    variables: tuple[tuple[str, str], ...] = ()
    redactions: tuple[Found, ...] = ()
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    """What could not be found out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference between the environment of a version and this one."""

    severity: Literal["error", "warning", "note"]
    """An error keeps the model from loading; a note is only for who looks."""
    rank: int
    """1 a module is missing, 2 another version of a library, 3 another Python, 4 another numpy, 5 another machine, 6 other."""
    what: str
    then: str
    now: str
    message: str
    pip: str | None = None
    """What to give to ``pip install`` to have it as it was."""
