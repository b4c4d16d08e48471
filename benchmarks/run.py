"""Runs every benchmark and writes ``RESULTS.md`` and ``results.json`` beside this file. ``make bench`` calls it.

    python benchmarks/run.py --environments .           everything
    python benchmarks/run.py --environments . --only register lists --million
    python benchmarks/run.py --environments . --workload W1 W6 --peers mlflow pins
    python benchmarks/run.py --environments . --workload W3 --scale small

What is not of full scale is printed, and written only where ``--to`` says.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import contenders
import lists
import load_ext
import panel  # noqa: ICN001  (the one beside this file)
import peers
import register
import report
import writers

import capture

if TYPE_CHECKING:
    import argparse

    from report import Result

ALL: Final = {
    "load_ext": load_ext,
    "register": register,
    "capture": capture,
    "lists": lists,
    "writers": writers,
    "panel": panel,
}
WORKLOADS: Final = {key: partial(peers.measure, key) for key in contenders.ALL}
MEASURES: Final = {name: module.measure for name, module in ALL.items()} | WORKLOADS
INTRODUCTION: Final = """# Results

`make bench` wrote this; `results.json` has every figure. Ratios are of one run on one machine and mean more than
milliseconds. A ratio is modelreg's figure by that of what stands beside it: below 1 × modelreg is quicker (for rates a second,
above 1 ×). Bars are the goals of the design; rows that miss theirs stay in, and so do those in which another is quicker.
"""


def main() -> None:
    """Measure, print, write."""
    given = _given()
    machine = report.machine()
    found = given.earlier if given.only else {}
    with report.home():
        for name in given.only or MEASURES:
            found[name] = report.measured(MEASURES[name], given)
            print(report.markdown(found[name]), flush=True)
            _write(given, machine, [(name, found[name]) for name in MEASURES if name in found])


def _write(given: argparse.Namespace, machine: dict[str, str], results: list[tuple[str, Result]]) -> None:
    """Write what there is so far: a run takes minutes, and may be stopped."""
    told = [{"name": name, **report.as_json(result)} for name, result in results]
    figures = json.dumps({"machine": machine, "results": told}, indent=1)
    if given.json:
        given.json.write_text(figures + "\n", encoding="utf-8")
    if given.to:
        (given.to / "results.json").write_text(figures + "\n", encoding="utf-8")
        (given.to / "RESULTS.md").write_text(_page(machine, [result for _, result in results]), encoding="utf-8")


def _given() -> argparse.Namespace:
    parser = report.options(__doc__)
    parser.add_argument("--million", action="store_true", help="also a million versions: takes minutes")
    parser.add_argument(
        "--only", "--workload", nargs="*", choices=MEASURES, help="some benchmarks; what the others found stands"
    )
    parser.add_argument(
        "--peers", nargs="*", choices=contenders.CONTENDERS, help="of the workloads, some sides beside modelreg"
    )
    parser.add_argument("--scale", choices=["full", "small", "tiny"], help="how large the workloads are")
    parser.add_argument("--to", type=Path, help="folder of RESULTS.md and results.json; by default that of this file")
    given = parser.parse_args()
    given.scale = given.scale or ("tiny" if given.quick else "full")
    if given.to is None and given.scale == "full":
        given.to = report.HERE
    if given.environments and not given.mlflow:
        given.mlflow = contenders.CONTENDERS["mlflow"].python(given.environments)
    given.earlier = _earlier(given.to or report.HERE)
    return given


def _earlier(folder: Path) -> dict[str, Result]:
    """Return what every benchmark found before."""
    file = folder / "results.json"
    told = json.loads(file.read_text(encoding="utf-8"))["results"] if file.exists() else []
    return {one["name"]: report.from_json(one) for one in told if "name" in one}  # those of the first release have none


def _page(machine: dict[str, str], results: list[Result]) -> str:
    facts = "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine.items())])
    return "\n".join([INTRODUCTION, facts + "\n", *map(report.markdown, results)])


if __name__ == "__main__":
    main()
