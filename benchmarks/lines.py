"""The tables of the workloads: a line for each side, whose cells are figures gathered from its processes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import report
from contenders import CONTENDERS, LARGE, OURS
from gathered import fresh, large, middle, pace, told

if TYPE_CHECKING:
    from gathered import Sides

Line = Callable[[str, dict[str, Any], dict[str, Any]], list[str]]
"""From a side's name, what it found and what modelreg found beside it, to cells."""
LARGE_HEAD: Final = (
    "register", "modelreg / it", "by serializer", "on the disk", "load", "load, cold", "memory", "written", "files",
)  # fmt: skip
HEADS: Final = {
    **dict.fromkeys(LARGE, LARGE_HEAD),
    "W5": ["stored", "by unique", "a later version", "modelreg / it", "on the disk", "versions"],
    "W6": ["a second", "modelreg / it", "first → last", "number"],
    "W7": ["catalog", "all models", "versions of one", "a tag", "acc > 0.95", "an alias"],
    "W9": [
        "open, new", "open, there", "first", "second", "open and first, new", "modelreg / it", "memory", "modules", "computing",
    ],
    "W10": ["a second", "modelreg / it", "one alone", "kept", "failed", "names", "listed"],
}  # fmt: skip
CELL: Final = "–"
WORDS: Final = 100
"""Letters of what a library says of its failure."""


def table(key: str, sides: Sides) -> list[list[str]]:
    """Return a workload's table: the head, and a line for each side."""
    lines = [["", *HEADS[key], ""]]
    for name, found, ours in sides.pairs():
        lines.append([_label(name, sides), *LINES[key](name, found, ours), _note(found)])
    return lines


def _label(name: str, sides: Sides) -> str:
    """Return a side's words, with the version of its library and, where it was not measured with modelreg, when."""
    version = next((one["version"] for one in told(sides.found[name]) if one.get("version")), "")
    words, comma, rest = CONTENDERS[name].words.partition(",")
    later = f" ({sides.at[name]})" if sides.at[name] != sides.at[OURS] else ""
    return f"{words} {version}".strip() + f"{comma}{rest}{later}"


def _note(found: dict[str, Any]) -> str:
    """Return what went wrong, each thing once."""
    said = []
    for one in told(found):
        said += [f"stopped after {one['stopped']:.0f} s"] if "stopped" in one else []
        said += [f"none: {one['absent']}"] if "absent" in one else []
        errors = [one.get("error"), *one.get("failed", [])[:1]]
        said += [f"failed: {_quoted(error)}" for error in errors if error]
        said += ["came back as something else"] if one.get("same") is False else []
    if "registered" in found and not any(one.get("runs") for one in found["registered"]) and middle(_firsts(found)):
        said.append("only its first one, imports included")
    return "; ".join(dict.fromkeys(said))


def _quoted(text: str) -> str:
    """Return a library's own words as code: no marks of a terminal in them, and nothing that would end the cell."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text).replace("`", "'").replace("|", "/").strip()
    return f"`{plain if len(plain) <= WORDS else plain[:WORDS] + '…'}`"


def _firsts(found: dict[str, Any]) -> list[float | None]:
    return [one.get("first") for one in found["registered"]]


def ms(value: float | None) -> str:
    """Return seconds as a cell."""
    if value is None:
        return CELL
    return f"{report.number(value)} s" if value >= 10 else report.figure(value, "ms")


def _mb(value: float | None) -> str:
    return CELL if value is None else f"{report.number(value / 1e6)} MB"


def _count(value: float | None) -> str:
    return CELL if value is None else f"{value:,.0f}"


def _rate(value: float | None) -> str:
    return CELL if value is None else report.number(value)


def _share(one: float | None, other: float | None) -> str:
    return report.share(one / other) if one and other else CELL


def _by_it(name: str, ours: float | None, its: float | None) -> str:
    """Return modelreg's figure by a side's: nothing on modelreg's own line."""
    return CELL if name == OURS else _share(ours, its)


def _large(name: str, found: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    got = large(found)
    took = got["seconds"] or middle(_firsts(found))
    flushed = took if CONTENDERS[name].durable else got["flushed"]
    cells = [ms(took), _by_it(name, large(ours)["seconds"], took)]
    cells += [CELL if got["by serializer"] is None else report.share(got["by serializer"]), ms(flushed)]
    return [
        *cells,
        ms(got["load"]),
        ms(got["cold touched"]),
        _mb(got["peak"]),
        _mb(got["written"]),
        _count(got["files"]),
    ]


def _versions(name: str, found: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    took, flush = found.get("seconds", [])[1:], found.get("flush", [])[1:]
    later, mine = middle(took), middle(ours.get("seconds", [])[1:])
    flushed = later if CONTENDERS[name].durable else middle(map(sum, zip(took, flush, strict=False)))
    cells = [
        _mb(found.get("stored")),
        _share(found.get("stored"), found.get("unique")),
        ms(later),
        _by_it(name, mine, later),
    ]
    return [*cells, ms(flushed), _count(len(found.get("seconds", [])))]


def _rates(name: str, found: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    took, ends = found.get("took", []), found.get("ends", 0)
    growth = f"{ms(report.median(took[:ends]))} → {ms(report.median(took[ends:]))}" if ends else CELL
    rate = found.get("rate")
    return [_rate(rate), _by_it(name, ours.get("rate"), rate), growth, _count(found.get("count"))]


def _looks(name: str, found: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    cells = [f"{found['models']:,} × {found['versions']:,}" if "models" in found else CELL]
    for look in ("list", "page", "tag", "metric", "alias"):
        times = found.get("looks", {}).get(look)
        cells.append(f"{ms(found['firsts'][look])} / {ms(report.median(times))}" if times else CELL)
    return cells


def _fresh(name: str, found: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    new, there, mine = fresh(found["new"]), fresh(found["existing"]), fresh(ours["new"])
    both = "open and first"
    cells = [ms(new["open"]), ms(there["open"]), ms(new["first"]), ms(new["second"]), ms(new[both])]
    return [*cells, _by_it(name, mine[both], new[both]), _mb(new["memory"]), _count(new["modules"]), ms(new["cpu"])]


def _writers(name: str, found: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    together, alone = found["together"], found["alone"]
    kept = [each for one in together for each in one.get("names", [])]
    failed = sum(len(one.get("failed", [])) for one in together)
    before = [each for one in alone for each in one.get("names", [])]
    rates = [_rate(pace(together)), _by_it(name, pace(ours["together"]), pace(together)), _rate(pace(alone))]
    listed = CELL if found.get("listed") is None else f"{found['listed']} of {len(kept) + len(before)}"
    return [*rates, str(len(kept)), str(failed), f"{len({*kept, *before})} unique", listed]


LINES: Final[dict[str, Line]] = {
    **dict.fromkeys(LARGE, _large),
    "W5": _versions,
    "W6": _rates,
    "W7": _looks,
    "W9": _fresh,
    "W10": _writers,
}
