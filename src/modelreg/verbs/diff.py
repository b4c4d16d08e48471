"""How the statements that made one version differ from those of the next."""

from __future__ import annotations

import difflib
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from modelreg.records import Diff
from modelreg.verbs import attach, makers
from modelreg.verbs.code import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.blobs.base import BlobStore
    from modelreg.records import Run

LONGEST: Final = 2000
"""Lines of the longest code that is compared: what it takes grows with their square."""
_PLACE: Final = re.compile(r"\n?^# cell \d+, line \d+\n", re.MULTILINE)
"""Where the statements below it stood in the session: another number there is no other code."""


def sources(blobs: BlobStore, runs: Sequence[Run]) -> list[str] | None:
    """Return the lines of the statements that made a version; None where they were not kept, or are lost."""
    kept = next((one for run in makers.first(runs) for one in run.files if one.name == KINDS["slice"]), None)
    data = None if kept is None else attach.load(blobs, kept).data
    return None if data is None else _PLACE.sub("", data.decode("utf-8", "replace")).splitlines()


def between(refs: Sequence[str], codes: Sequence[list[str] | None]) -> tuple[Diff, ...]:
    """Return how the code of each version differs from that of the one before; of equal ones nothing."""
    known = [(ref, code) for ref, code in zip(refs, codes, strict=True) if code is not None]
    return tuple(of(*one, *other) for one, other in pairwise(known) if one[1] != other[1])


def of(before: str, old: list[str], after: str, new: list[str], *, file: str = "") -> Diff:
    """Return how some code, or a file of it, differs from what it was before."""
    if max(len(old), len(new)) > LONGEST:
        return Diff(before=before, after=after, file=file, fault=f"more than {LONGEST:,} lines are not compared")
    lines = tuple(_lines(old, new))
    return Diff(
        before=before,
        after=after,
        file=file,
        lines=lines,
        added=sum(mark == "+" for mark, _ in lines),
        removed=sum(mark == "-" for mark, _ in lines),
    )


def _lines(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    hunks = 0
    for line in list(difflib.unified_diff(old, new, lineterm=""))[2:]:  # after the names of two files
        if not line.startswith("@@"):
            yield line[0], line[1:]
            continue
        hunks += 1
        if hunks > 1:
            yield "@", ""
