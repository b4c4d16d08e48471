"""The repository of the code, as facts and files of a run."""

from __future__ import annotations

import sys
import sysconfig
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import modelreg
from modelreg.capture.modules import file_of
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
    record = git.capture(moment.directory, modules=_own_modules(), apart=apart, budget=BUDGET)
    files = {MODULES + one.path: one.content for one in record.modules if one.content is not None}
    if record.patch:
        files[PATCH] = record.patch
    return Captured(
        facts=_facts(record), files=files, said=_said(record), redactions=record.redactions, errors=record.errors
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


def _own_modules() -> list[str]:
    """Return the files of the imported modules that no installation brought."""
    places = [sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    places.append(str(Path(modelreg.__file__).parent))  # a checkout of ours is no code of the user's either
    installed = tuple(spelled for place in places if place for spelled in {place, str(Path(place).resolve())})
    files = {file_of(module) for module in list(sys.modules.values())}
    return sorted(
        file
        for file in files
        if file is not None
        and file.endswith(".py")
        and Path(file).is_absolute()  # torch calls modules that it makes in memory `_ops.py`
        and not file.startswith(installed)  # most of them: a look at the disk for each would take long
        and not str(Path(file).resolve()).startswith(installed)
    )
