"""The story of a version: what one run of it captured, ready to be had again as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.git import Git, Kept
from modelreg.capture.repository import MODULES, PATCH
from modelreg.catalog import facts
from modelreg.errors import IntegrityError, NotFoundError
from modelreg.names import quote
from modelreg.verbs import attach, capturing, makers, target, told
from modelreg.verbs.uncertain import uncertain
from modelreg.verbs.vouching import SLICE, key, means

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.records import Run, Version
    from modelreg.verbs.context import Context
    from modelreg.verbs.target import Target
    from modelreg.verbs.vouching import Means

PATIENCE: Final = 30.0
"""Seconds to wait for what still captures: without it there is nothing to begin with."""
NOTEBOOK_FILES: Final = (SLICE, "session.ipynb", "requirements.txt")
"""What a checkout has beside the notebook's own files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What one run captured."""

    version: Version
    found: Target
    run: Run
    files: Mapping[str, bytes]
    """Name -> bytes, as they were kept."""

    def facts(self, kind: str) -> Mapping[str, Any]:
        """Return the facts of one capture; empty where there are none."""
        return told.table(told.table(self.run.capture).get(kind))

    @property
    def uncertain(self) -> tuple[tuple[str, str], ...]:
        """What the slice is not sure of, and where."""
        return uncertain(self.facts("code"), self.facts("git"))

    @property
    def means(self) -> Means:
        """What a rerun takes from the facts."""
        return means(self.run.capture)

    @property
    def git(self) -> Git:
        """The state of the repository."""
        facts, have = self.facts("git"), self.means
        kept = {name.removeprefix(MODULES): text for name, text in self.files.items() if name.startswith(MODULES)}
        listed = {
            told.path(one.get("path")): told.number(one.get("size")) or 0 for one in told.tables(facts.get("modules"))
        }
        listed |= {path: len(text) for path, text in kept.items()}
        dirty = told.choice(facts.get("dirty"))
        return Git(
            commit=have.commit or None,
            remote=told.text(facts.get("remote")) or None,
            top=have.top or None,
            relative=have.relative,
            dirty=dirty,
            patch=self.files.get(PATCH, b"" if dirty is False else None),
            modules=tuple(Kept(path=path, size=size, content=kept.get(path)) for path, size in listed.items() if path),
        )

    @property
    def key(self) -> str:
        """What an approval of this code names."""
        return key(self.run.capture, ((one.name, one.digest) for one in self.run.files))


def story(ctx: Context, ref: str) -> Story:
    """Return what the run that made a version captured; of a version without code, one that has any file.

    Raises
    ------
    NotFoundError
        Nothing was captured.
    IntegrityError
        A file is missing, or not what was kept.
    """
    capturing.wait(ctx.notebook, PATIENCE)
    with ctx.read() as conn:
        found = target.find(conn, ref)
        version = found.record(conn)
        runs = [run for run in makers.first(facts.runs(conn, found.member.version_id)) if run.files]
    coded = (run for run in runs if any(one.name == SLICE for one in run.files))
    run = next(coded, runs[0] if runs else None)
    if run is None:
        msg = f"nothing was captured with {version.ref}: it was registered with capture off, or outside of a notebook"
        raise NotFoundError(msg, tries=(f"show {quote(version.ref)}",))
    files = {}
    for one in run.files:
        loaded = attach.load(ctx.blobs, one)
        if loaded.data is None:
            msg = f"{one.name} of {version.ref} cannot be read: {loaded.fault}"
            raise IntegrityError(msg, tries=("check --read-data",))
        files[one.name] = loaded.data
    return Story(version=version, found=found, run=run, files=files)
