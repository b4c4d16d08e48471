"""Runs every benchmark and writes ``RESULTS.md`` and ``results.json`` beside this file. ``make bench`` calls it.

python benchmarks/run.py --mlflow .venv-mlflow/bin/python [--million] [--only register lists]
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import lists
import load_ext
import panel  # noqa: ICN001  (the one beside this file)
import register
import report
import writers

import capture

if TYPE_CHECKING:
    from report import Result

ALL: Final = {
    "load_ext": load_ext,
    "register": register,
    "capture": capture,
    "lists": lists,
    "writers": writers,
    "panel": panel,
}
INTRODUCTION: Final = """# Results

`make bench` wrote this; `results.json` has every figure. Ratios are of one run on one machine and mean more than
milliseconds. modelreg / peer: below 1 × modelreg is quicker (for rates a second, above 1 ×). Bars are the goals of the design; rows
that miss theirs stay in.
"""


def main() -> None:
    """Measure, print, write."""
    parser = report.options(__doc__)
    parser.add_argument("--million", action="store_true", help="also a million versions: takes minutes")
    parser.add_argument("--only", nargs="*", choices=ALL, help="some benchmarks; what the others found stands")
    parser.add_argument("--to", type=Path, default=report.HERE, help="folder of RESULTS.md and results.json")
    given = parser.parse_args()
    machine, found = report.machine(), _earlier(given.to) if given.only else {}
    with report.home():
        for name in given.only or ALL:
            found[name] = report.measured(ALL[name].measure, given)
            print(report.markdown(found[name]), flush=True)
    results = {name: found[name] for name in ALL if name in found}
    told = [{"name": name, **report.as_json(result)} for name, result in results.items()]
    figures = json.dumps({"machine": machine, "results": told}, indent=1)
    for path in filter(None, (given.json, given.to / "results.json")):
        path.write_text(figures + "\n", encoding="utf-8")
    (given.to / "RESULTS.md").write_text(_page(machine, list(results.values())), encoding="utf-8")


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
