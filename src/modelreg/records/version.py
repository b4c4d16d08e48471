"""Versions and what holds them: registered models and artifacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.records.page import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A model version as seen from one of its homes."""

    uid: str
    home: str
    """Name of the registered model, or ``project/name`` of the artifact, that this record is seen from."""
    number: int
    """The number in the home."""
    aliases: tuple[str, ...] = ()
    """Aliases in the home, sorted."""
    artifact: str
    """The source: ``project/name``."""
    artifact_number: int
    kind: str = "model"
    """``model`` or ``dataset``."""
    content_id: str
    """64 hex digits; trust refers to it."""
    flavor: str
    class_name: str
    """Qualified name of the class of the object (``sklearn.linear_model._logistic.LogisticRegression``)."""
    size: int
    """Logical bytes of the contents."""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Current values; may be nan or infinite."""
    params: Mapping[str, Json] = field(default_factory=dict)
    created_at: int
    created_by: str
    linked_at: int
    """When it became a member of the home (of the artifact: when it was logged)."""
    deleted_at: int | None = None

    @property
    def ref(self) -> str:
        """The reference in its home: ``churn:v3``."""
        return f"{self.home}:v{self.number}"

    @property
    def source(self) -> str:
        """The reference in its artifact: ``train/clf:v7``."""
        return f"{self.artifact}:v{self.artifact_number}"

    @property
    def class_label(self) -> str:
        """The bare name of the class: ``LogisticRegression``."""
        return self.class_name.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What a registered model and an artifact have in common."""

    uid: str
    name: str
    """``churn``, or ``project/name`` for an artifact."""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, int] = field(default_factory=dict)
    """Alias to version number."""
    versions: int = 0
    """How many live versions."""
    latest: int | None = None
    """Number of the newest live version."""
    created_at: int
    created_by: str
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredModel(Collection):
    """A named selection of linked versions."""

    stages: tuple[str, ...] = ("staging", "production")
    directions: Mapping[str, str] = field(default_factory=dict)
    """Metric to ``lower`` or ``higher``, where declared."""
    protected: tuple[str, ...] = ()
    """Protected aliases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact(Collection):
    """A sequence of logged versions."""

    kind: str = "model"
