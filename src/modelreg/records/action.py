"""The history: its entries, and what aliases meant over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.records.page import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One entry of the append-only history."""

    sequence: int
    uid: str
    at: int
    actor: str
    kind: str
    """What was done: a key of :data:`SENTENCES`."""
    subject: str
    """Name of the home it was done to, as it was called then."""
    number: int | None = None
    """The version in that home, where one is concerned."""
    alias: str | None = None
    before: Json = None
    after: Json = None
    reason: str = ""
    operation: str = ""

    @property
    def sentence(self) -> str:
        """What was done, as a human says it: ``production moved from v2 to v3``; a kind of a newer release says itself."""
        return SENTENCES.get(self.kind, "{kind}").format(
            kind=self.kind,
            subject=self.subject,
            version="" if self.number is None else f"v{self.number}",
            alias=self.alias,
            before=f"v{self.before}" if isinstance(self.before, int) else self.before,
            after=f"v{self.after}" if isinstance(self.after, int) else self.after,
        )


SENTENCES: Mapping[str, str] = {
    "created": "{subject} created",
    "logged": "{version} logged",
    "linked": "{version} linked from {after}",
    "unlinked": "{version} unlinked (source {before})",
    "run-added": "{version} registered again unchanged",
    "alias-added": "{alias} added to {version}",
    "alias-removed": "{alias} removed from {version}",
    "alias-moved-away": "{alias} taken from {version} (moved to {after})",
    "alias-moved-here": "{alias} moved from {before} to {version}",
    "alias-protected": "{alias} protected",
    "alias-unprotected": "{alias} no longer protected",
    "described": "description of {subject} {version} changed",
    "tagged": "tag {after} set on {subject} {version}",
    "untagged": "tag {before} removed from {subject} {version}",
    "renamed": "renamed from {before} to {after}",
    "stages-set": "stages set to {after}",
    "metric-directed": "metric {after}",
    "metric-changed": "metric of {version} changed from {before} to {after}",
    "deleted": "{subject} {version} deleted",
    "undeleted": "{subject} {version} undeleted",
    "captured": "capture of {subject} {version} {after}",
    "replayed": "replay of {version}: {after}",
    "concurrent": "{version} changed while it was written: {after}",
    "purged": "contents of {version} purged",
}
"""Action kind to its sentence. ``alias-moved-away`` and ``alias-moved-here`` are the two ends of one move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """What an alias meant over a span of time."""

    home: str
    alias: str
    number: int
    since: int
    until: int | None
    """None: still."""
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What every alias of a home meant at one instant."""

    home: str
    at: int
    latest: int | None
    aliases: tuple[Tenure, ...]
