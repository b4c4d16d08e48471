"""The repository of the code, as facts and files of a run."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from modelreg.capture import sources
from modelreg.capture.moment import Captured

if TYPE_CHECKING:
    from modelreg.capture.git import Git
    from modelreg.capture.moment import Moment

PATCH: Final = "git.patch"
BUDGET: Final = 10.0
"""Seconds: nobody waits for it, and a busy machine needs them."""
MODULES: Final = "modules/"
_SHORT: Final = 7


def capture(moment: Moment) -> Captured:
    """Return commit, branch and patch, and the user's own modules that the commit does not hold."""
    from modelreg.capture import git

    apart = () if moment.registry is None else (moment.registry,)
    own = sources.own()
    known = sources.digests(own)  # first of all: who registered goes on to edit them
    record = git.capture(moment.directory, modules=sorted({*own.values()}), apart=apart, budget=BUDGET)
    files = {MODULES + one.path: one.content for one in record.modules if one.content is not None}
    if record.patch:
        files[PATCH] = record.patch
    return Captured(
        facts={**_facts(record), "sources": [[*one] for one in known.items()]},
        files=files,
        said=_said(record),
        redactions=record.redactions,
        errors=record.errors,
    )


def _facts(record: Git) -> dict[str, object]:
    told = asdict(record)
    for held in ("patch", "redactions", "errors"):  # kept as a file, or told with those of all captures
        told.pop(held)
    told["modules"] = [{"path": one.path, "size": one.size} for one in record.modules]
    return told


def _said(record: Git) -> str:
    if record.commit is None:
        return ""
    return f"git {record.commit[:_SHORT]}" + (" +diff" if record.dirty or record.modules else "")
