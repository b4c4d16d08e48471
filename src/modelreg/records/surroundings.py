"""What surrounded a version when it was registered, as it is read back: code, repository, environment, data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelreg.records.house import Finding
    from modelreg.records.version import Version

__all__ = ["Beside", "Column", "Dataset", "Diff", "Environment", "Package", "Repository", "Statements", "Surroundings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The statements that made the object, out of all that ran."""

    cells: int = 0
    """Executions that something was kept of."""
    of: int = 0
    """Executions in the session."""
    uncertain: tuple[tuple[str, str], ...] = ()
    """Why the statements may not be all: pairs of reason and place."""
    outside: tuple[str, ...] = ()
    """Names that they need and do not bind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The state of the code on disk."""

    commit: str = ""
    """Empty where there was no repository, or no commit in it."""
    branch: str = ""
    """Empty when HEAD was detached."""
    remote: str = ""
    dirty: bool | None = None
    """Whether tracked files differed from the commit; None where git did not tell."""
    pushed: bool | None = None
    """Whether a remote branch held the commit; None where that is not known."""
    changed: tuple[tuple[str, str], ...] = ()
    """Tracked files that differed: pairs of path and git's letter."""
    modules: tuple[tuple[str, int], ...] = ()
    """Imported files that the commit does not hold: pairs of path and size."""
    untracked: int = 0
    """Files that git did not know."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that the model needs."""

    name: str
    version: str
    direct: bool = False
    """Needed by the model itself, not only by another package."""
    origin: str = ""
    """Where it was installed from when that was no index."""
    here: str | None = None
    """The version in this kernel, empty where there is none; None where nobody has looked."""
    severity: str = ""
    """How much the difference matters: ``error``, ``warning``, ``note``; empty where nothing differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The Python that ran, and what the model needs of it."""

    python: str = ""
    """``CPython 3.11.9``."""
    machine: str = ""
    """``Linux x86_64``."""
    packages: tuple[Package, ...] = ()
    """Those that the model needs itself first, each kind by name."""
    modules: tuple[tuple[str, str], ...] = ()
    """Needed modules that were in no package: pairs of name and file."""
    missing: tuple[str, ...] = ()
    """Needed modules that were not installed."""
    variables: tuple[tuple[str, str], ...] = ()
    """Environment variables that change what a training gives."""
    warnings: tuple[str, ...] = ()

    @property
    def direct(self) -> tuple[Package, ...]:
        """The packages that the model needs itself."""
        return tuple(one for one in self.packages if one.direct)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The environment of a version beside this kernel."""

    version: Version
    environment: Environment
    """Each package with what is here."""
    findings: tuple[Finding, ...] = ()
    """How this kernel differs, the worst first: ``error``, ``warning``, ``note``."""
    requirements: str = ""
    """What pip takes to have it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a dataset, in figures."""

    name: str
    type: str = ""
    """The logical type, the same for every library: ``float64``, ``string``."""
    nulls: int | None = None
    min: str = ""
    max: str = ""
    mean: str = ""
    digest: str = ""
    """Of its contents alone, so that a renamed column is known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Data that flowed into the training."""

    role: str
    """``train``, ``target``, ``eval``, …"""
    name: str = ""
    """How it was written: ``df[cols]``."""
    shape: tuple[int, ...] = ()
    digest: str = ""
    """``mrfp1:`` and hex digits; empty where it could not be had."""
    partial: bool = False
    """The digest is of some rows only."""
    origin: str = ""
    """Where it came from, in a few words: ``read_csv data/train.csv``."""
    state: str = ""
    """``changed`` since the fit, ``unchanged``, ``sampled`` (compared at some places), ``unknown``; empty: nobody looked."""
    columns: tuple[Column, ...] = ()
    fault: str = ""
    """Why no more is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What was captured around a version: of each kind what the run that made it has, else the next."""

    state: str = "complete"
    """``complete``; ``pending``: the rest is still being captured, or never was; ``partial``: some of it failed."""
    waiting: tuple[str, ...] = ()
    """Kinds that have not landed."""
    errors: tuple[str, ...] = ()
    redactions: int = 0
    """Secrets that were taken out."""
    statements: Statements | None = None
    repository: Repository | None = None
    environment: Environment | None = None
    data: tuple[Dataset, ...] = ()
    metrics: tuple[tuple[str, str], ...] = ()
    """Pairs of the name of a metric and where it comes from: ``evaluated on X_test, y_test``."""
    took: int = 0
    """Microseconds of the cell that trained and registered in one; 0 where no whole cell did."""
    unsaved: bool | None = None
    """Whether a cell ran otherwise than the notebook was saved; None where that is not known."""
    kept: tuple[tuple[str, int], ...] = ()
    """What was kept as files: pairs of name and size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """How the statements that made one version, or a module of the user's, differ from another's, line by line."""

    before: str
    """Reference of the one."""
    after: str
    file: str = ""
    """The module; empty for the statements."""
    lines: tuple[tuple[str, str], ...] = ()
    """Pairs of mark and text: ``+`` came, ``-`` went, a blank is the same in both, ``@`` is where lines were left out."""
    added: int = 0
    removed: int = 0
    fault: str = ""
    """Why they cannot be compared."""
