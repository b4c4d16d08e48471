"""Looking: list, page, filter and alias at 1,000 registered models of 100 versions each; MLflow beside it.

    python benchmarks/lists.py --mlflow .venv-mlflow/bin/python
    python benchmarks/lists.py --million        and the same at 1,000 versions each

Both catalogs are filled by SQL, in the same shape. Times are of the calls that a user makes, records included.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fill
import report
from report import Result, Row

import modelreg
from modelreg.catalog import create

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

WORK = {
    "list": ("list all registered models, with aliases", 0.010),
    "page": ("newest 50 versions of one, with aliases, metrics, params, tags", 0.002),
    "metric": ("first 50 of one with `metrics.auc > 0.5 and metrics.loss < 0.8`", 0.002),
    "sort": ("first 50 of one, `metrics.auc` falling", 0.002),
    "tag": ('first 50 of all with `tags.team == "ml"`', 0.002),
    "wide": ("first 50 of all with `metrics.auc > 0.95`", 0.002),
    "get": ("the version that an alias means", 0.002),
    "move": ("move an alias, to the disk", 0.002),
}
"""What is done -> its words and bar in seconds."""


def measure(given: argparse.Namespace) -> Result:
    """Return the median of each look, warm."""
    homes, versions, times = (20, 10, 3) if given.quick else (1000, 100, 51)
    result = Result(
        title=f"Look at {homes:,} registered models × {versions:,} versions",
        how=f"Medians of {times} calls in one process after one that is not counted.",
    )
    theirs: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder:
        ours = _looks(Path(folder) / "registry", homes, versions, times)
        if given.mlflow:
            words = ("--homes", homes, "--versions", versions, "--times", 5)
            theirs = report.side(given.mlflow, "look", "mlflow-given", Path(folder) / "mlflow", *words)
        else:
            result.missing.append("MLflow (give --mlflow)")
        many = _looks(Path(folder) / "many", homes, 10 * versions, times) if given.million else {}
        if not given.million:
            result.missing.append("ten times as many versions (give --million)")
    result.details = {"modelreg": ours, "mlflow": theirs, "modelreg, ten times as many": many}
    for key, (words, bar) in WORK.items():
        took = report.median(ours[key][1:])
        result.rows.append(Row(work=words, ours=took, bar=bar, note=f"first call {report.figure(ours[key][0], 'ms')}"))
        if key in theirs:
            peer = report.median(theirs[key][1:])
            result.rows.append(Row(work=words, ours=took, theirs=peer, against="MLflow"))
        if key in many:
            much = report.median(many[key][1:])
            label = f"{homes * versions:,} versions"
            result.rows.append(
                Row(work=f"{words}; at {10 * homes * versions:,}", ours=much, theirs=took, against=label, bar=3.0)
            )
    return result


def _looks(place: Path, homes: int, versions: int, times: int) -> dict[str, list[float]]:
    """Fill a registry and return the seconds of each look."""
    create.create(place)
    fill.fill(place / create.DATABASE, homes=homes, versions=versions)
    registry = modelreg.connect(place)
    every = registry.models(limit=1000)
    name = every.items[len(every) // 2].name
    turn = iter(range(1 << 30))
    looks: dict[str, Callable[[], Any]] = {
        "list": lambda: registry.models(limit=1000),
        "page": lambda: registry.versions(name, limit=50),
        "metric": lambda: registry.versions(name, "metrics.auc > 0.5 and metrics.loss < 0.8", limit=50),
        "sort": lambda: registry.versions(name, order="-metrics.auc", limit=50),
        "tag": lambda: registry.versions(None, 'tags.team == "ml"', limit=50),
        "wide": lambda: registry.versions(None, "metrics.auc > 0.95", limit=50),
        "get": lambda: registry.get(f"{name}:production"),
        "move": lambda: registry.alias(f"{name}:v{next(turn) % versions}", "staging"),
    }
    took = {key: list(report.timed(do, times + 1)) for key, do in looks.items()}
    found = [
        bool(do()) and len(do()) > 0 for do in (looks[key] for key in ("list", "page", "metric", "sort", "tag", "wide"))
    ]
    if not all(found):
        sys.exit(f"a look found nothing: {found}")  # an empty answer is quick, and no answer
    return took


if __name__ == "__main__":
    parser = report.options(__doc__)
    parser.add_argument("--million", action="store_true", help="also ten times as many versions: takes minutes")
    report.run(measure, parser)
