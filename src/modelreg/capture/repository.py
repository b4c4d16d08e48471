"""The repository of the code, as facts and files of a run."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from modelreg.capture import sources
from modelreg.capture.edited import edited
from modelreg.capture.moment import Captured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    known = _noted(moment, own)  # first of all: who registered goes on to edit them
    record = git.capture(moment.directory, modules=sorted({*own.values()}), apart=apart, budget=BUDGET)
    since = edited({name: own[name] for name in sources.reached(chain(*_leading(moment)), known)[0]})
    files = {MODULES + one.path: one.content for one in record.modules if one.content is not None}
    if record.patch:
        files[PATCH] = record.patch
    return Captured(
        facts={
            **_facts(record),
            "sources": [[*one] for one in known.items()],
            "edited": since,
            "unnoted": sorted({name.partition(".")[0] for name in {*own} - {*known, "__main__"}}),
        },
        files=files,
        said=_said(record),
        notes=(said_of(since),) if since else (),
        redactions=record.redactions,
        errors=record.errors,
    )


def _noted(moment: Moment, own: Mapping[str, str]) -> dict[str, str]:
    """Return what is in the user's modules; of many those first that the model leads to, then those that cells do."""
    return sources.digests(sources.first(own, *_leading(moment)))


def _leading(moment: Moment) -> tuple[Sequence[str], Sequence[str]]:
    """Return what the model imports, and what the cells do, the newest first."""
    return moment.imports, [name for one in reversed(moment.log) for name in sources.imported(one.source)]


def _facts(record: Git) -> dict[str, object]:
    told = asdict(record)
    for held in ("patch", "redactions", "errors"):  # kept as a file, or told with those of all captures
        told.pop(held)
    told["modules"] = [{"path": one.path, "size": one.size} for one in record.modules]
    return told


def said_of(modules: Sequence[str]) -> str:
    """Say that what is kept of modules is not what ran."""
    many = len(modules) > 1
    what = f"{', '.join(modules)} {'were' if many else 'was'} edited after {'they were' if many else 'it was'} imported"
    return f"{what}: what is kept is the file{'s' if many else ''}, not what ran"


def _said(record: Git) -> str:
    if record.commit is None:
        return ""
    return f"git {record.commit[:_SHORT]}" + (" +diff" if record.dirty or record.modules else "")
