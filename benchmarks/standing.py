"""How the sides of a workload stand: tables of all of them, and the goals of the design that a workload tests."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from contenders import CONTENDERS, LARGE, OURS, UNFLUSHED, left_out
from gathered import large
from lines import ms, table
from report import Result, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gathered import Sides

TITLES: Final = {
    "W1": "W1: a small scikit-learn pipeline, 11 KB",
    "W2": "W2: a forest of 100 trees, 100 MB",
    "W3": "W3: a torch module, 512 MB",
    "W4": "W4: an object that holds one array, 1 GB",
    "W5": "W5: ten versions of a torch module of 209 MB, of which the head changes",
    "W6": "W6: the small pipeline again and again",
    "W7": "W7: look at many models",
    "W9": "W9: the first registration of a process",
    "W10": "W10: processes that write into one model",
}
HOW: Final = {
    **dict.fromkeys(
        LARGE,
        "Fresh processes in turns, two of modelreg, MLflow and the bare bytes, one of each other (W1: two); in each, one "
        "registration to get warm, then others, before each of which every large array changes; medians. *Serializer*: the "
        "same object through pickle 5 (`torch.save` for torch), before and after each registration in the same process. *On "
        "the disk*: with the flush of all new files; modelreg's are there when it answers, nobody else's. Memory and bytes "
        "are of the process, above what it had. Loads in another fresh process: again in one process; after every file was "
        "dropped from memory, each page touched.",
    ),
    "W5": "One process each. *Unique*: the first version and what the others changed.",
    "W6": "One process each, as many as the time allows; the medians of the first and of the last (up to 100) tell growth.",
    "W7": "modelreg and MLflow are filled by SQL; the others register each version, so they have fewer. First time / median "
    "of five more.",
    "W9": "Medians of fresh processes that have scikit-learn loaded; import, open, register twice. Memory, modules and seconds "
    "of computing are what came on top.",
    "W10": "Registrations a second from the common start to the last answer; the same of one process alone, which has made "
    "the store.",
}


def result(key: str, sides: Sides, scale: str, missing: Iterable[str]) -> Result:
    """Return a workload's outcome: a table of all sides, and rows with bars where the design has one."""
    title = TITLES[key] if scale == "full" else f"{TITLES[key].partition(',')[0]} (scale: {scale})"
    words = dict.fromkeys(CONTENDERS[name].words.partition(",")[0] for name in missing)
    return Result(
        title=title,
        how=HOW[key],
        tables=[table(key, sides)],
        rows=list(BARS.get(key, lambda _: [])(sides)),
        missing=[*(f"{name} (no environment of its own)" for name in words), *left_out(key)],
        details={**asdict(sides), "scale": scale},
    )


def _large_bars(sides: Sides) -> Iterable[Row]:
    """Yield the goals of contents: writing, the disk, the same again, memory, load and the first pass."""
    got = large(sides.found[OURS])
    bare = large(sides.found.get(UNFLUSHED, {"registered": [], "loaded": []}))
    raw, whole = "one file of the bare bytes", (got["raw"] or 0) + (got["raw flush"] or 0)
    rows = [
        ("register, nothing flushed, hash and catalog included", bare["seconds"], bare["raw"], raw, 1.0),
        ("register, durable", got["seconds"], whole, f"{raw}, flushed", 1.25),
        ("register, the same again", got["again"], got["raw"], raw, 0.5),
        ("first pass over what was loaded", got["pass"], got["pass in memory"], "the same in memory", 1.2),
    ]
    yield from (
        Row(work=work, ours=ours, theirs=theirs, against=words, bar=bar)
        for work, ours, theirs, words, bar in rows
        if ours
    )
    if got["load"]:
        note = f"first of a process {ms(got['first load'])}"
        yield Row(work="load, verified before", ours=got["load"], bar=0.010, note=note)
    if got["peak"]:
        yield Row(work="memory above the model's own", ours=got["peak"] / 1e6, unit="MB", bar=64.0)


def _versions_bars(sides: Sides) -> Iterable[Row]:
    """Yield the goal of what ten versions take."""
    found = sides.found[OURS]
    if "unique" in found:
        yield Row(
            work="bytes stored", ours=found["stored"] / 1e6, theirs=found["unique"] / 1e6, unit="MB", against="unique bytes",
            bar=1.05,
        )  # fmt: skip


BARS: Final[dict[str, Callable[[Sides], Iterable[Row]]]] = {"W3": _large_bars, "W4": _large_bars, "W5": _versions_bars}
