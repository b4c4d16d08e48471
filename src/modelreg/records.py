"""The nouns, frozen: what reads return and what views show.

Instants are integers: microseconds since 1970 in UTC. A *home* is where a version is looked at from: a registered
model (``churn``) or its artifact (``train/clf``); ``number`` and ``aliases`` are those of the home.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Item_co = TypeVar("Item_co", covariant=True)


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
    "purged": "contents of {version} purged",
}
"""Action kind to its sentence. ``alias-moved-away`` and ``alias-moved-here`` are the two ends of one move."""


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
    duration: int = 0
    """Microseconds from the request to the commit."""
    params: Mapping[str, Json] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    """Sources (``train/clf:v7``) that this run derived its version from or used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item_co]):
    """One page of a list: a sequence, plus the token of the next page."""

    items: tuple[Item_co, ...]
    next: str | None = None
    total: int | None = None
    """How many there are in all, where counting is cheap."""

    def __iter__(self) -> Iterator[Item_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Item_co:
        return self.items[index]


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasChange:
    """What a command did to one alias. ``after`` is None when it was removed, ``before`` when it was new."""

    home: str
    alias: str
    before: int | None
    after: int | None

    @property
    def changed(self) -> bool:
        """Whether anything moved."""
        return self.before != self.after


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """All that the catalog knows of one version."""

    version: Version
    links: tuple[Version, ...]
    """The same version seen from each registered model that it is linked to."""
    runs: tuple[Run, ...]
    files: tuple[tuple[str, int], ...]
    """Stored parts: path or role, and size in bytes."""
    imports: tuple[str, ...]
    """What loading imports (``module.name``), read from the opcodes without loading."""
    runs_code: bool
    trusted: str
    """Why it loads here: ``registered``, ``approved``, ``code-free``; empty when it does not."""
    derived: tuple[str, ...] = ()
    """Sources of versions that were derived from this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDetail:
    """A registered model (or artifact) with the first page of its versions and its newest actions."""

    model: Collection
    versions: Page[Version]
    history: Page[Action]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRow:
    """One fact of the compared versions."""

    section: str
    """``version``, ``metrics``, ``params``, ``tags``."""
    name: str
    values: tuple[Json, ...]
    """One per version; ``MISSING`` where a version lacks it."""
    differs: bool
    best: tuple[int, ...] = ()
    """Positions of the best values, where a direction is known."""
    direction: str | None = None
    delta: float | None = None
    """Last minus first, for numbers of two versions."""


MISSING = "\u2205"
"""Stands for a value that a version does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Versions side by side."""

    versions: tuple[Version, ...]
    rows: tuple[CompareRow, ...]
    note: str = ""

    @property
    def differences(self) -> tuple[CompareRow, ...]:
        """Only the rows in which the versions differ."""
        return tuple(row for row in self.rows if row.differs)


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
