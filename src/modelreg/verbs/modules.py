"""The user's own modules that versions were made with, side by side: which are others, and line by line how."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from modelreg.capture.repository import MODULES
from modelreg.records import MISSING, CompareRow
from modelreg.verbs import attach, diff, makers, sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelreg.blobs.base import BlobStore
    from modelreg.records import Attachment, Diff, Run

_MARK: Final = 8


def beside(blobs: BlobStore, refs: Sequence[str], runs: Sequence[Sequence[Run]]) -> tuple[list[CompareRow], list[Diff]]:
    """Return a row for each module that any version was made with, and how those differ of which the text was kept.

    Parameters
    ----------
    blobs : BlobStore
        Where the texts are.
    refs : sequence of str
        What the versions are called.
    runs : sequence of sequence of Run
        The runs of each version.
    """
    noted = [sources.of(each) for each in runs]
    found, told = [], []
    for name in sorted({name for each in noted for name in each}):
        digests = [each.get(name, "") for each in noted]
        differs = len(set(filter(None, digests))) > 1  # who did not import it says nothing of what is in it
        texts = (
            [_text(blobs, each, name, digest) for each, digest in zip(runs, digests, strict=True)] if differs else []
        )
        values = [_said(digest, text) for digest, text in zip(digests, texts or [None] * len(digests), strict=True)]
        found.append(CompareRow(section="code", name=f"module {name}", values=tuple(values), differs=differs))
        known = [(ref, text) for ref, text in zip(refs, texts, strict=True) if text is not None] if differs else []
        told += [diff.of(*one, *other, file=_file(name, runs)) for one, other in pairwise(known) if one[1] != other[1]]
    return found, told


def _said(digest: str, text: list[str] | None) -> str:
    if not digest:
        return MISSING
    mark = f"b3:{digest.rpartition(':')[2][:_MARK]}"
    return mark if text is None else f"{len(text):,} line{'' if len(text) == 1 else 's'} {mark}"


def _text(blobs: BlobStore, runs: Sequence[Run], name: str, digest: str) -> list[str] | None:
    """Return the lines of a module as a version was made with it; None where they were not kept: a commit may hold them."""
    kept = _kept(runs, name) if digest else {}
    one = next((one for one in kept.values() if one.digest == digest), None)
    if one is None and len(kept) == 1:
        (one,) = kept.values()  # without its secrets it is not as it was
    data = None if one is None else attach.load(blobs, one).data
    return None if data is None else data.decode("utf-8", "replace").splitlines()


def _kept(runs: Sequence[Run], name: str) -> Mapping[str, Attachment]:
    return {
        one.name: one
        for run in list(makers.first(runs))[:1]
        for one in run.files
        if one.name.startswith(MODULES) and name in sources.called(one.name.removeprefix(MODULES))
    }


def _file(name: str, runs: Sequence[Sequence[Run]]) -> str:
    """Return where a module lies in the folder of the notebook."""
    found: Iterator[str] = (path.removeprefix(MODULES) for each in runs for path in _kept(each, name))
    return next(found, name)
