"""Whether the user's own modules, which the contents of a version lead to, are here as they were when it was registered."""

from __future__ import annotations

from pathlib import PurePosixPath
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.capture import sources
from modelreg.capture.edited import edited
from modelreg.capture.repository import MODULES
from modelreg.catalog import captured
from modelreg.verbs import makers, told

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.records import Run

_LOOKED: Final = 4
"""Runs among which the one is that made a version."""
_EDITED: Final = {True: " (edited after this kernel imported it)", False: " (as this kernel imported it)"}
"""What is said of a file that is not what the kernel runs: whether it is not what it was then either."""


class Other(NamedTuple):
    """A file of the user's own that is not as it was, or not what this kernel runs."""

    file: str
    remark: str = ""
    """What follows the file where it is spoken of."""

    @property
    def spelled(self) -> str:
        """The file with what is to be said of it."""
        return self.file + self.remark


def known(conn: Connection, version_id: int) -> Mapping[str, str]:
    """Return what was noted of the user's modules when a version was made: module -> digest of its file."""
    told_of = [git for facts in sorted(captured.oldest(conn, version_id), key=makers.rank) if (git := _git(facts))]
    if told_of and "sources" in told_of[0]:
        return _sources(told_of[0])
    return of(captured.of_versions(conn, [version_id], _LOOKED)[0]) if told_of and told_of[0].get("modules") else {}


def of(runs: Sequence[Run]) -> Mapping[str, str]:
    """Return the same of the runs of a version, newest first."""
    return next((_noted(run) for run in makers.first(runs) if _git(run.capture)), {})


def _git(capture: object) -> Mapping[str, Any]:
    return told.table(told.table(capture).get("git"))


def _sources(git: Mapping[str, Any]) -> dict[str, str]:
    return dict(told.pairs(git["sources"]))


def _noted(run: Run) -> dict[str, str]:
    facts, git = told.table(run.capture), _git(run.capture)
    if "sources" in git:
        return _sources(git)
    # earlier releases noted nothing beside the files that no commit holds; without their secrets they are not as they were
    if any(one.get("in") == "git" for one in told.tables(facts.get("redactions"))):
        return {}
    found: dict[str, set[str]] = {}
    for one in run.files:
        if one.name.startswith(MODULES) and one.name.endswith(".py"):
            for name in called(one.name.removeprefix(MODULES)):
                found.setdefault(name, set()).add(one.digest)
    return {name: digests.pop() for name, digests in found.items() if len(digests) == 1}


def called(path: str) -> list[str]:
    """Return the names that a module may have that lies there: what is on the way to it need not be a package."""
    words = PurePosixPath(path).with_suffix("").parts
    words = words[:-1] if words[-1:] == ("__init__",) else words
    return [".".join(words[start:]) for start in range(len(words))]


def compared(
    before: Mapping[str, str], imports: Iterable[str], beside: Collection[str] = ()
) -> tuple[tuple[Other, ...], bool]:
    """Return the files of the user's own that contents lead to and that are not as they were; what is gone is not told.

    Parameters
    ----------
    before : mapping
        What was noted: module -> digest.
    imports : iterable of str
        What the contents import.
    beside : collection of str
        The packages that more was loaded from than was noted.

    Returns
    -------
    tuple of Other
        The files.
    bool
        Whether all that they lead to was noted, and there was time to look at it.
    """
    if not before and not beside:
        return (), True
    until = monotonic() + sources.PATIENCE
    found, whole = sources.reached(imports, _Known(before, beside) if beside else before, until=until)
    files = {name: str(file) for name, file in found.items() if file is not None}
    now = sources.digests({name: file for name, file in files.items() if name in before}, until=until)
    imported = edited({name: files[name] for name in now}, until)
    others = tuple(
        Other(_file(name, files[name]), _EDITED[now[name] != before[name]] if name in imported else "")
        for name in sorted(now)
        if now[name] != before[name] or name in imported
    )
    return others, whole and len(now) == len(files) and monotonic() <= until


class _Known:
    """Modules that were noted, and those of packages that were not wholly."""

    def __init__(self, noted: Container[str], packages: Container[str]) -> None:
        self._noted, self._packages = noted, packages

    def __contains__(self, name: object) -> bool:
        return name in self._noted or str(name).partition(".")[0] in self._packages


def differing(before: Mapping[str, str], imports: Iterable[str]) -> tuple[str, ...]:
    """Return the files alone, each as it is spoken of."""
    return tuple(one.spelled for one in compared(before, imports)[0])


def unnoted(runs: Sequence[Run]) -> tuple[str, ...] | None:
    """Return the packages of which modules were loaded that were not noted: of many, only the first are; None: not known."""
    git = next((git for run in makers.first(runs) if (git := _git(run.capture))), {})
    if "unnoted" in git:
        return told.texts(git["unnoted"])
    return () if "sources" not in git or len(_sources(git)) < sources.MOST else None  # earlier releases did not say


def other(conn: Connection, version_id: int, imports: Iterable[str]) -> list[str]:
    """Return what to say of a model whose bytes are those of a version, made with modules that are others now."""
    files = differing(known(conn, version_id), imports)
    return [f"the same bytes, but {said(files)} from when that was registered: --new-version keeps it"] if files else []


def _file(module: str, file: str) -> str:
    inside = "/__init__" if PurePosixPath(file).stem == "__init__" else ""
    return f"{module.replace('.', '/')}{inside}.py"


def said(files: Iterable[str]) -> str:
    """Say that files differ: ``mymod.py differs``; nothing where there are none."""
    listed = list(files)
    return f"{', '.join(listed)} {'differs' if len(listed) == 1 else 'differ'}" if listed else ""
