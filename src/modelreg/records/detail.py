"""All of one version, all of one home, and versions side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.records.action import Action
    from modelreg.records.page import Json, Page
    from modelreg.records.replay import Mark
    from modelreg.records.run import Attachment, Run
    from modelreg.records.surroundings import Diff, Surroundings
    from modelreg.records.version import Collection, Version


Points: TypeAlias = "tuple[tuple[int, float], ...]"
"""A curve: (step, value)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Which metrics and params the newest versions of a home have, those of the newest first."""

    uid: str
    """Of the home."""
    metrics: tuple[str, ...] = ()
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """An attachment with its bytes, as they were attached."""

    version: Version
    attachment: Attachment
    data: bytes = field(repr=False)
    saved: str = ""
    """The file that it was written to, if it was."""


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
    """What loading imports (``module.name``), as it was read from the opcodes and recorded when it was registered: whoever can
    write the registry can write anything here. ``trust``, and a load that is refused, read the contents."""
    runs_code: bool
    trusted: str
    """Why it loads here: ``registered``, ``approved``, ``code-free``; empty when it does not."""
    derived: tuple[str, ...] = ()
    """Sources of versions that were derived from this one."""
    attachments: tuple[Attachment, ...] = ()
    """Of all runs, the newest run's first; of one name only the newest."""
    curves: Mapping[str, Points] = field(default_factory=dict)
    """Metrics of more than one point, of the newest run that gave them; thinned, so that peaks survive."""
    surroundings: Surroundings | None = None
    """What was captured around it; None where nothing was."""
    mark: Mark | None = None
    """What came of running its code again, the last time."""
    arrays: tuple[tuple[str, str], ...] = ()
    """Arrays, tensors and columns in it: how each is reached, and its type and shape."""


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
    """``version``, ``metrics``, ``params``, ``tags``, ``contents``, ``data``, ``code``, ``environment``, ``git``,
    ``attachments``."""
    name: str
    values: tuple[Json, ...]
    """One per version; ``MISSING`` where a version lacks it. Of an attachment: ``b3:`` and the first digits of its
    digest, so that what is equal compares equal; the pictures themselves are in ``Comparison.attachments``."""
    differs: bool
    best: tuple[int, ...] = ()
    """Positions of the best values, where a direction is known."""
    direction: str | None = None
    delta: float | None = None
    """Last minus first, for numbers of two versions."""
    minor: bool = False
    """Told only where everything is: a package that only another package needs, one of very many parts of the contents."""


MISSING = "\u2205"
"""Stands for a value that a version does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Versions side by side."""

    versions: tuple[Version, ...]
    rows: tuple[CompareRow, ...]
    note: str = ""
    attachments: tuple[tuple[Attachment, ...], ...] = ()
    """One entry per version, with the bytes of pictures and the beginnings of tables under the caps of views."""
    curves: Mapping[str, tuple[Points, ...]] = field(default_factory=dict)
    """Metric to its curve in each version, ``()`` where a version has none; only metrics that are a curve somewhere."""
    code: tuple[Diff, ...] = ()
    """How the statements that made each version differ from those of the one before; of equal ones nothing."""

    @property
    def differences(self) -> tuple[CompareRow, ...]:
        """Only the rows in which the versions differ, but for minor ones."""
        return tuple(row for row in self.rows if row.differs and not row.minor)
