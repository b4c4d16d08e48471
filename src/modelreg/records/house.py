"""What keeping house tells: live models, findings, reports, approvals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.records.page import Json
    from modelreg.records.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveModel:
    """A model in this kernel and how it stands to the registry."""

    variable: str
    class_name: str
    state: str
    """``unchanged``, ``changed``, ``never``, ``large`` (not checked) or ``unknown`` (cannot be checked)."""
    version: Version | None = None
    """What it was registered as, or loaded from."""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that ``check`` found."""

    severity: str
    """``error`` (something is lost or wrong), ``repaired`` or ``note``."""
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of keeping house: check, gc, du, backup."""

    title: str
    rows: Sequence[Mapping[str, Json]] = ()
    findings: tuple[Finding, ...] = ()
    summary: str = ""
    next: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One line of the private allow-list."""

    content_id: str
    how: str
    """``registered`` or ``approved``."""
    at: int
    label: str = ""
    """What it was called when it was allowed."""
