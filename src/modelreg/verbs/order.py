"""What register or log was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.capture.metrics import Found
    from modelreg.records import DataUse, Json
    from modelreg.verbs.values import Series


class Kept(NamedTuple):
    """An attachment of a request: all that tells it from another."""

    name: str
    role: str
    media_type: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything that register or log was asked for, checked before any work is done."""

    command: str
    artifact: str
    name: str | None = None
    """The registered model to link to."""
    kind: str | None = None
    aliases: tuple[str, ...] = ()
    message: str = ""
    metrics: Mapping[str, Series] = field(default_factory=dict)
    params: Mapping[str, Json] = field(default_factory=dict)
    data: tuple[tuple[str, int], ...] = ()
    """(role, row id of the version) of each logged dataset."""
    used: tuple[DataUse, ...] = ()
    """Data that is no logged version."""
    given: tuple[Found, ...] = ()
    """The metrics with where each comes from."""
    tags: tuple[tuple[str, str], ...] = ()
    variable: str = ""
    new_version: bool = False
    expect: Mapping[str, int | None] = field(default_factory=dict)
    attachments: tuple[Kept, ...] = ()

    def asked(self) -> dict[str, Any]:
        """Return what tells this request from another, besides the contents."""
        return {slot: getattr(self, slot) for slot in self.__slots__}
