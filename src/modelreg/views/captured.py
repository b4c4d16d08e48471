"""What was captured around a version, in few lines."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from modelreg import sizes
from modelreg.views import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from modelreg.records import Dataset, Environment, Repository, Statements, Surroundings

SHORT: Final = 10
"""Digits of a commit."""
MARK: Final = 12
"""Digits of a digest."""
FEW: Final = 4
"""How many of a kind a line names."""
_STEADY: Final = frozenset({"code", "data"})
_DOUBTS: Final = {
    "changed": "changed since the fit",
    "sampled": "compared with what the fit saw at some places only",
    "unknown": "not known to be what the model saw",
}


def lines(found: Surroundings) -> Iterator[tuple[str, str]]:
    """Yield what was captured as names beside words; what there is not is left out."""
    if found.statements:
        yield "code", fmt.sentence([cells(found.statements), *doubts(found.statements)])
    if found.data:
        yield "data", _few(map(dataset, found.data), "; ")
    if measured := [(name, source) for name, source in found.metrics if source != "user"]:
        yield "measured", _few((f"{name} {source}" for name, source in measured), ", ")
    if found.took:
        yield "training", f"the cell took {fmt.duration(found.took)}"
    if found.repository:
        yield "git", repository(found.repository)
    if found.environment:
        yield "environment", environment(found.environment)
    if found.kept:
        yield "kept", _few((f"{name} {sizes.human(size)}" for name, size in found.kept), ", ", 2 * FEW)
    if said := state(found):
        yield "capture", said


def steady(found: Surroundings | None) -> frozenset[str]:
    """Return which of the lines a notebook keeps in its text: what is alike wherever it runs, and that something is lost.

    Commits, packages and sizes of files are in full text only.
    """
    return _STEADY | {"capture"} if found is not None and found.state == "partial" else _STEADY


def cells(found: Statements) -> str:
    """Return how much of the session made the object: ``14 of 32 cells``."""
    return f"{found.cells:,} of {fmt.count(found.of, 'cell')}" if found.cells else ""


def doubts(found: Statements) -> Iterator[str]:
    """Yield why the statements may not be all that it takes."""
    for reason, place in found.uncertain:
        yield f"uncertain: {reason}{f' ({place})' if place else ''}"
    if found.outside:
        yield f"needs {', '.join(found.outside)}, which nothing that ran has bound"


def repository(found: Repository) -> str:
    """Return commit and branch, and what keeps somebody else from having the same; else why there is none."""
    where = f"{found.commit[:SHORT]}{f' on {found.branch}' if found.branch else ''}" if found.commit else ""
    return fmt.sentence([where, *apart(found)]) or fmt.sentence(found.warnings)


def apart(found: Repository) -> Iterator[str]:
    """Yield what of the code is not in the commit, or not elsewhere."""
    if found.dirty:
        yield f"{fmt.count(len(found.changed), 'file')} uncommitted" if found.changed else "uncommitted changes"
    if found.modules:
        yield f"{fmt.count(len(found.modules), 'module')} kept that git does not hold"
    if found.commit and found.pushed is False:
        yield "not on a remote"


def machine(found: Environment) -> str:
    """Return the Python, and where it ran."""
    return fmt.sentence([found.python, found.machine])


def environment(found: Environment) -> str:
    """Return the Python and the packages that the model needs itself."""
    needed = [f"{one.name} {one.version}" for one in found.direct]
    return fmt.sentence([found.python, _few(needed, ", ")])


def dataset(found: Dataset) -> str:
    """Return the role of data, its name, how large it is, where it came from: ``train df 1,000 × 12, read_csv a.csv``."""
    size = extent(found)
    head = " ".join(part for part in (found.role, found.name, size) if part)
    return fmt.sentence([head, found.origin, doubt(found), found.fault if not size else ""], ", ")


def doubt(found: Dataset) -> str:
    """Return why data may not be what the model saw; empty where it is."""
    if found.state == "unknown" and (found.digest or found.fault):  # its cell told what it was, or nothing can
        return ""
    return _DOUBTS.get(found.state, "")


def extent(found: Dataset) -> str:
    """Return how large data is: ``1,000 × 12``, ``1,000 rows``."""
    if len(found.shape) == 1:
        return fmt.count(found.shape[0], "row")
    return " × ".join(f"{many:,}" for many in found.shape)


def short(digest: str) -> str:
    """Return a digest as it is told: its scheme and first digits."""
    scheme, colon, digits = digest.rpartition(":")
    return f"{scheme}{colon}{digits[:MARK]}"


def state(found: Surroundings) -> str:
    """Return what is still to come, what went wrong, and what was taken out; empty when all is there."""
    waiting = f"pending: {', '.join(found.waiting) or 'the rest'}" if found.state == "pending" else ""
    failed = f"partial: {_few(found.errors, '; ')}" if found.errors else ""
    taken = f"{fmt.count(found.redactions, 'secret')} taken out" if found.redactions else ""
    return fmt.sentence([waiting, failed, taken])


def _few(words: Iterable[str], separator: str, most: int = FEW) -> str:
    """Return the first words, and how many more there are."""
    every = [word for word in words if word]
    more = f"{len(every) - most:,} more" if len(every) > most else ""
    return fmt.sentence([*islice(every, most), more], separator)
