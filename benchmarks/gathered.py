"""The figures of a side, gathered from what its processes told: medians over all of them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROCESSES = ("registered", "loaded", "new", "existing", "alone", "together")
"""Where the results of several processes stand in what was found of a side."""


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What a workload found of each side."""

    found: dict[str, Any]
    """Side -> what its processes told."""
    at: dict[str, str]
    """Side -> when."""
    ours: dict[str, Any]
    """Time -> what modelreg's processes told then: what a side is held against."""

    def pairs(self) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Yield each side's name, what it found, and what modelreg found in the same run."""
        for name, one in self.found.items():
            yield name, one, self.ours[self.at[name]]


def told(found: Any) -> list[dict[str, Any]]:
    """Return what each process of a side told."""
    if isinstance(found, list):
        return [one for each in found for one in told(each)]
    inner = [one for name in PROCESSES for one in found.get(name, [])]
    return [*inner, found]


def middle(values: Iterable[float | None]) -> float | None:
    """Return the median of those that there are: of two, what lies between them."""
    there = [value for value in values if value is not None]
    return statistics.median(there) if there else None


def large(found: dict[str, Any]) -> dict[str, float | None]:
    """Return the figures of one side of W1 to W4."""
    runs = [run for one in found["registered"] for run in one.get("runs", [])]
    loads = found["loaded"]
    got: dict[str, float | None] = {
        name: middle(run.get(name) for run in runs)
        for name in ("seconds", "written", "files", "raw", "raw flush", "serializer")
    }
    got["flushed"] = middle(run["seconds"] + run["flush"] for run in runs)
    got["peak"] = max((run["peak"] for run in runs if run["peak"] is not None), default=None)
    got["by serializer"] = middle(run["seconds"] / run["serializer"] for run in runs)
    got["again"] = middle(one.get("same again") for one in found["registered"])
    got["load"] = middle(value for one in loads for value in one.get("warm", []))
    for name in ("cold touched", "pass", "pass in memory"):
        got[name] = middle(one.get(name) for one in loads)
    got["first load"] = middle(one.get("first") for one in loads)
    return got


def fresh(processes: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Return the figures of W9, in a new store or in one that is there."""
    names = ("open", "first", "second", "open and first", "memory", "modules", "cpu")
    return {name: middle(one.get(name) for one in processes) for name in names}


def pace(writers: Sequence[dict[str, Any]]) -> float | None:
    """Return registrations a second over all writers."""
    there = [one for one in writers if "began" in one]
    if not there:
        return None
    took = max(one["ended"] for one in there) - min(one["began"] for one in there)
    return sum(len(one["names"]) for one in there) / took
