"""What every benchmark shares: the machine in words, rows with a ratio and its bar, JSON and a Markdown table."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

HERE = Path(__file__).parent
SIDES = HERE / "sides.py"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison."""

    work: str
    ours: float
    """Seconds, bytes or a count per second, as ``unit`` says."""
    theirs: float | None = None
    against: str = ""
    unit: str = "ms"
    bar: float | None = None
    """What the ratio (of a row without ``theirs``: the figure) may be at most; at least, where ``more`` is better."""
    more: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours by theirs."""
        return None if not self.theirs else self.ours / self.theirs

    @property
    def holds(self) -> bool | None:
        """Whether the bar is met; None where there is none."""
        figure = self.ours if self.theirs is None else self.ratio
        if self.bar is None or figure is None:
            return None
        return figure >= self.bar if self.more else figure <= self.bar


@dataclass(kw_only=True)
class Result:
    """One benchmark's outcome."""

    title: str
    how: str
    rows: list[Row] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    """Tables of many sides: lines of cells, the first one the head."""
    missing: list[str] = field(default_factory=list)
    """What was not measured in this run, and why."""
    load: tuple[float, float] = (0.0, 0.0)
    """Load average of the last minute, before and after."""
    at: str = ""
    """When it was measured."""
    details: dict[str, Any] = field(default_factory=dict)


def machine() -> dict[str, str]:
    """Return what the figures depend on, without names of users or hosts."""
    cpu = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    packages = ("modelreg", "SQLAlchemy", "cloudpickle", "blake3", "ipython", "joblib", "scikit-learn", "numpy")
    return {
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "processor": f"{cpu or platform.processor()} × {os.cpu_count()}",
        "memory": f"{memory / 1e9:.0f} GB",
        "disk": f"commit of 4 KB to the disk {1000 * flush():.2f} ms (fsync, median of 20)",
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def version(package: str) -> str:
    """Return the installed version of a package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def flush() -> float:
    """Return the median seconds of one small write that reaches the disk."""
    with tempfile.TemporaryFile() as file:
        return median(list(timed(lambda: (file.write(bytes(4096)), file.flush(), os.fsync(file.fileno())), 20)))


def timed(do: Callable[[], Any], times: int) -> Iterable[float]:
    """Yield the seconds that each of ``times`` calls takes."""
    for _ in range(times):
        started = time.perf_counter()
        do()
        yield time.perf_counter() - started


def median(values: Iterable[float]) -> float:
    """Return the middle value, the upper one of two."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def side(python: str, *words: object) -> dict[str, Any]:
    """Run one side in a fresh process and return what it measured."""
    return read(start(python, *words), str(words[1]))


def start(python: str, *words: object) -> subprocess.Popen[str]:
    """Start one side in a fresh process."""
    line = [python, str(SIDES), *map(str, words)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def read(process: subprocess.Popen[str], name: str) -> dict[str, Any]:
    """Return what a side printed."""
    out, err = process.communicate()
    if process.returncode:
        sys.exit(f"{name} failed:\n{err[-2000:]}")
    return json.loads(out.splitlines()[-1])


def script(name: str, given: argparse.Namespace) -> Result:
    """Run another benchmark of this folder in a fresh process and return its outcome."""
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder:
        wanted = Path(folder) / "result.json"
        line = [sys.executable, str(HERE / f"{name}.py"), "--json", str(wanted), *(["--quick"] if given.quick else [])]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
        (result,) = json.loads(wanted.read_text(encoding="utf-8"))["results"]
    return from_json(result)


def from_json(told: dict[str, Any]) -> Result:
    """Return a benchmark's outcome as :func:`as_json` wrote it."""
    known, names = {each.name for each in fields(Result)}, {each.name for each in fields(Row)}
    rows = [Row(**{name: value for name, value in row.items() if name in names}) for row in told["rows"]]
    parts = {name: value for name, value in told.items() if name in known}
    return Result(**{**parts, "rows": rows, "load": tuple(told["load"])})


@contextmanager
def home() -> Iterator[None]:
    """Give this process, and those that it starts, a home of their own: no benchmark touches the user's trust or settings.

    And let Python keep what it compiles: it has compiled what pip installed, and would else compile modelreg each time.
    """
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-home-") as folder:
        names = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "IPYTHONDIR")
        absent = ("MODELREG_REGISTRY", "PYTHONDONTWRITEBYTECODE")
        before = {name: os.environ.get(name) for name in (*names, *absent)}
        os.environ |= {name: f"{folder}/{name.lower()}" for name in names}
        for name in absent:
            os.environ.pop(name, None)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                os.environ |= {} if value is None else {name: value}


def figure(value: float, unit: str) -> str:
    """Return a figure with three digits: seconds as milliseconds, everything else as it is."""
    if unit == "ms":
        return f"{number(1000 * value)} ms"
    return f"{number(value)} {unit}".strip()


def number(value: float) -> str:
    """Return a number with three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def share(ratio: float) -> str:
    """Return a ratio as it is read: ``3.2 ×``, ``1/23``."""
    return f"{number(ratio)} ×" if ratio >= 0.5 else f"1/{number(1 / ratio)}"


def table(rows: Iterable[Row]) -> str:
    """Return rows as a Markdown table; a bar that is not met is bold."""
    lines = ["| work | modelreg | against | ratio | bar | |", "|---|---:|---:|---:|---:|---|"]
    for row in rows:
        against = f"{row.against} {figure(row.theirs, row.unit)}" if row.theirs is not None else row.against
        ratio = share(row.ratio) if row.ratio is not None else ""
        sign = "≥" if row.more else "≤"
        bar = "" if row.bar is None else f"{sign} {figure(row.bar, row.unit) if row.theirs is None else share(row.bar)}"
        verdict = {True: "holds", False: "**missed**", None: ""}[row.holds]
        note = f"{verdict}; {row.note}" if verdict and row.note else verdict or row.note
        lines.append(f"| {row.work} | {figure(row.ours, row.unit)} | {against} | {ratio} | {bar} | {note} |")
    return "\n".join(lines)


def grid(lines: list[list[str]]) -> str:
    """Return lines of cells as a Markdown table: words at both ends, figures between them."""
    head, *others = lines
    rule = ["---", *["---:"] * (len(head) - 2), "---"]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *others))


def markdown(result: Result) -> str:
    """Return a benchmark as a section."""
    loads = f"Load average {result.load[0]:.1f} before, {result.load[1]:.1f} after, {result.at}."
    parts = [f"## {result.title}", f"{result.how} {loads}", *map(grid, result.tables)]
    parts += [table(result.rows)] if result.rows else []
    parts += [f"Not measured here: {'; '.join(result.missing)}."] if result.missing else []
    return "\n\n".join(parts) + "\n"


def as_json(result: Result) -> dict[str, Any]:
    """Return a benchmark as plain data, ratios and verdicts included."""
    rows = [asdict(row) | {"ratio": row.ratio, "holds": row.holds} for row in result.rows]
    return {**asdict(result), "rows": rows}


def options(doc: str) -> argparse.ArgumentParser:
    """Return a parser with what every benchmark takes."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="tiny sizes: whether the script works, not how fast")
    parser.add_argument("--mlflow", help="a Python that has MLflow; without it MLflow's rows are left out")
    parser.add_argument("--environments", type=Path, help="folder of .venv-mlflow, .venv-pins and so on")
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    return parser


def measured(measure: Callable[[argparse.Namespace], Result], given: argparse.Namespace) -> Result:
    """Run a benchmark, with the load before and after it."""
    before = os.getloadavg()[0]
    result = measure(given)
    result.load = (before, os.getloadavg()[0])
    result.at = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    return result


def run(measure: Callable[[argparse.Namespace], Result], parser: argparse.ArgumentParser) -> None:
    """Run a benchmark from the command line: print its table, write its JSON."""
    given = parser.parse_args()
    with home():
        result = measured(measure, given)
    print(markdown(result))
    if given.json:
        text = json.dumps({"machine": machine(), "results": [as_json(result)]}, indent=1)
        given.json.write_text(text + "\n", encoding="utf-8")
