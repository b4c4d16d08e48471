"""modelreg against other registries and bare files: the workloads W1 to W7, W9 and W10, each side in fresh processes.

    python benchmarks/run.py --environments . --workload W1 W6 --peers mlflow pins
    python benchmarks/run.py --environments . --workload W3 --scale small

The sides take turns. What they register is in ``peer/workloads.py``, what their processes do in ``peer/work.py``; a side
that fails or takes too long is a row that says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import contenders
import standing
from contenders import CONTENDERS, OURS
from gathered import Sides

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from report import Result

PROCESS: Final = Path(__file__).parent / "peer" / "process.py"
ROUNDS: Final = {"W1": (2, 5), "W2": (2, 2), "W3": (2, 2), "W4": (2, 2)}
"""Workload -> processes of a side that others are held against (of the others one), and registrations of each."""
QUICK_LIMIT: Final = 30.0
"""Seconds that one process of a side may take where everything is small."""
WRITERS: Final = {"full": 4, "small": 4, "tiny": 2}
"""Scale -> processes of W10."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One process of one side."""

    key: str
    name: str
    place: Path
    given: argparse.Namespace

    @property
    def limit(self) -> float:
        """Seconds that the process may take."""
        return CONTENDERS[self.name].limit if self.given.scale == "full" else QUICK_LIMIT

    def start(self, stage: str, more: dict[str, Any]) -> subprocess.Popen[str]:
        """Start the process."""
        side = CONTENDERS[self.name]
        python = side.python(self.given.environments)
        assert python is not None
        line = [python, str(PROCESS), side.side, self.key, stage, str(self.place), "--scale", self.given.scale]
        line += [f"--option={side.option}", "--with", json.dumps(more)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(line, text=True, start_new_session=True, **pipes)

    def run(self, stage: str, **more: Any) -> dict[str, Any]:
        """Run the process to its end, or to the end of its time, and return what it told."""
        return self.end(self.start(stage, more))

    def end(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """Return what a process told until its end."""
        limit, stopped = self.limit, False
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # the helpers of a library too; the group is of this process alone
            out, err = process.communicate()
            stopped = True
        lines = [line for line in out.splitlines() if line.startswith("{")]
        told = json.loads(lines[-1]) if lines else {}
        if stopped:
            told["stopped"] = limit
        elif process.returncode or not lines:
            told["error"] = (err.strip().splitlines() or [f"ended with {process.returncode}"])[-1][:200]
        return told


def measure(key: str, given: argparse.Namespace) -> Result:
    """Return what one workload found; what an earlier run found of sides that are not asked for now stands."""
    names = contenders.chosen(key, given.peers)
    missing = [name for name in names if CONTENDERS[name].python(given.environments) is None]
    names = [name for name in names if name not in missing]
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder:
        found = WORK[key](key, names, Path(folder), given)
    at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    before = given.earlier[key].details if given.peers is not None and key in given.earlier else {}
    if before.get("scale") != given.scale:
        before = {"found": {}, "at": {}, "ours": {}}
    every = before["found"] | found
    return standing.result(
        key,
        Sides(
            found={name: every[name] for name in CONTENDERS if name in every},
            at=before["at"] | dict.fromkeys(found, at),
            ours=before["ours"] | {at: found[OURS]},
        ),
        given.scale,
        missing,
    )


def _large(key: str, names: Sequence[str], folder: Path, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Register and load W1 to W4, the sides in turns; each round has stores of its own."""
    found: dict[str, dict[str, Any]] = {name: {"registered": [], "loaded": []} for name in names}
    rounds, times = ROUNDS[key] if given.scale == "full" else (1, 2)
    for turn in range(rounds):
        for name in (*names[turn % len(names) :], *names[: turn % len(names)]):
            slow = key in CONTENDERS[name].slow
            if turn and (slow or not (CONTENDERS[name].often or key == "W1")):
                continue
            place = folder / f"{name}-{turn}"
            one = Turn(key=key, name=name, place=place, given=given)
            told = one.run("register", times=1 if slow else times, raw=CONTENDERS[name].side == "modelreg")
            found[name]["registered"].append(told)
            if CONTENDERS[name].loads and "mark" in told:
                found[name]["loaded"].append(one.run("load", name=told["name"], mark=told["mark"]))
            _clear(place)
    return found


def _once(stage: str) -> Callable[..., dict[str, dict[str, Any]]]:
    """Return what runs one process of each side."""

    def run(key: str, names: Sequence[str], folder: Path, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
        found = {}
        for name in names:
            found[name] = Turn(key=key, name=name, place=folder / name, given=given).run(stage)
            _clear(folder / name)
        return found

    return run


def _fresh(key: str, names: Sequence[str], folder: Path, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Open and register in fresh processes, in turns: in a new store, then in the one that is there."""
    found: dict[str, dict[str, Any]] = {name: {"new": [], "existing": []} for name in names}
    rounds = 3 if given.scale == "full" else 1
    for turn in range(rounds):
        for name in (*names[turn % len(names) :], *names[: turn % len(names)]):
            one = Turn(key=key, name=name, place=folder / f"{name}-{turn}", given=given)
            told = {"new": one.run("fresh"), "existing": one.run("fresh")}
            for state, each in told.items():
                found[name][state].append(each)
    return found


def _writers(key: str, names: Sequence[str], folder: Path, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Let one process write into a store, then several at once; count what the store lists in the end."""
    found = {}
    for name in names:
        one = Turn(key=key, name=name, place=folder / name, given=given)
        alone = _race(one, 1, 0)
        together = _race(one, WRITERS[given.scale], 1)
        found[name] = {"alone": alone, "together": together, **one.run("count")}
        _clear(folder / name)
    return found


def _race(turn: Turn, processes: int, who: int) -> list[dict[str, Any]]:
    """Start writers, which begin together once all of them are ready."""
    writers = [turn.start("write", {"who": who + number}) for number in range(processes)]
    for writer in writers:
        assert writer.stdout is not None
        if select.select([writer.stdout], [], [], turn.limit)[0]:
            writer.stdout.readline()
    for writer in writers:
        assert writer.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has failed, and says so
            writer.stdin.write("go\n")
            writer.stdin.flush()
    return [turn.end(writer) for writer in writers]


def _clear(place: Path) -> None:
    """Remove a store, and let what is on its way to the disk get there."""
    for folder in (place, place.with_name(f"{place.name}.bare")):
        shutil.rmtree(folder, ignore_errors=True)
    os.sync()


WORK: Final = {
    **dict.fromkeys(contenders.LARGE, _large),
    "W5": _once("versions"),
    "W6": _once("rate"),
    "W7": _once("look"),
    "W9": _fresh,
    "W10": _writers,
}
