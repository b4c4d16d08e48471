"""What a process does with one side: each workload's part, timed; what was found is told as soon as it is known.

``tell`` takes a dict; a process that is stopped for the time that it took has told what it had found until then.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import probe
import workloads
from bare import Bare
from probe import seconds
from side import LOOKS, AbsentError, Facts, Side

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sizes import Size

LOADS: Final = 3
PATIENCE: Final = 2.0
"""Seconds that a look of W7 gets for its further times."""
LIBRARIES: Final = {"sklearn": ("sklearn.ensemble", "sklearn.pipeline"), "torch": ("torch",), "object": ()}
"""What a notebook that loads a model has imported."""
AT_A_TIME: Final = 100
"""Registrations at either end of W6 that are compared."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a stage is done with."""

    load: workloads.Workload
    size: Size
    open_side: Callable[[], Side]
    place: Path
    tell: Callable[[dict[str, Any]], None]


def register(task: Task, times: int, *, raw: bool) -> None:
    """Register W1 to W5 one time to get warm, then ``times`` with a change before each; a bare serializer before and after.

    ``raw``: one file of the bare bytes, and its way to the disk, is measured beside each too.
    """
    load, model = task.load, task.load.make(task.size)
    side, bare = task.open_side(), Bare(task.place.with_name(f"{task.place.name}.bare"), load.kind, raw=raw)
    told: dict[str, Any] = {"version": side.version(), "runs": []}
    if load.warm:
        load.change(model, 0)
        side.prepare(model, load.kind)
        told["first"] = seconds(lambda: side.register(model, load.kind, Facts()))
        probe.flush(task.place, {})
        task.tell(told)
    for turn in range(1, times + 1):
        load.change(model, turn)
        side.prepare(model, load.kind)
        before, files = bare.measure(model), probe.files(task.place)
        use = probe.Use.begin()
        took = seconds(lambda: told.update(name=side.register(model, load.kind, Facts())))
        run = {"seconds": took, **use.end()}
        run["flush"] = _flushed(task.place, files, run)
        bared = bare.measure(model)
        run |= {name: (value + bared[name]) / 2 for name, value in before.items()}
        told["runs"].append(run)
        told["mark"] = workloads.mark(model)
        task.tell(told)
    if raw:
        told["same again"] = seconds(lambda: side.register(model, load.kind, Facts()))
        task.tell(told)
    side.close()


def _flushed(place: Path, files: dict[str, tuple[int, int, int]], run: dict[str, Any]) -> float:
    started = time.perf_counter()
    run["files"] = probe.flush(place, files)
    return time.perf_counter() - started


def load(task: Task, name: str, mark: str) -> None:
    """Load what another process has registered: first, warm, each page touched, cold, and the first pass over all of it."""
    kind = task.load.kind
    for library in LIBRARIES[kind]:
        importlib.import_module(library)
    side = task.open_side()
    use, started = probe.Use.begin(), time.perf_counter()
    model = side.load(name, kind)
    told: dict[str, Any] = {"first": time.perf_counter() - started, "same": workloads.mark(model) == mark}
    told["peak"] = use.end()["peak"]
    if hasattr(model, "values") or hasattr(model, "parameters"):
        told["pass"] = seconds(lambda: workloads.total(model))
        copies = [array.copy() for array in workloads.arrays(model)]
        told["pass in memory"] = min(seconds(lambda: sum(float(array.sum()) for array in copies)) for _ in range(LOADS))
        del copies
    task.tell(told)
    warm, touched = [], []
    for _ in range(LOADS):
        del model
        started = time.perf_counter()
        model = side.load(name, kind)
        warm.append(time.perf_counter() - started)
        workloads.touch(model)
        touched.append(time.perf_counter() - started)
    del model
    task.tell(told | {"warm": warm, "touched": touched})
    if probe.evict(task.place):
        started = time.perf_counter()
        model = side.load(name, kind)
        cold = time.perf_counter() - started
        workloads.touch(model)
        task.tell(
            told | {"warm": warm, "touched": touched, "cold": cold, "cold touched": time.perf_counter() - started}
        )
    side.close()


def versions(task: Task) -> None:
    """Register W5: one module many times, its head drawn anew before each; the bytes that lie there afterwards."""
    load, model, side = task.load, task.load.make(task.size), task.open_side()
    told: dict[str, Any] = {"version": side.version(), "seconds": [], "flush": []}
    total = sum(array.nbytes for array in workloads.arrays(model))
    for turn in range(task.size.versions):
        load.change(model, turn)
        side.prepare(model, load.kind)
        before, run = probe.files(task.place), {}
        told["seconds"].append(seconds(lambda: side.register(model, load.kind, Facts())))
        told["flush"].append(_flushed(task.place, before, run))
        told |= {
            "stored": probe.size(task.place),
            "unique": total + turn * workloads.unique(model),
            "logical": (turn + 1) * total,
        }
        task.tell(told)
    side.close()


def rate(task: Task) -> None:
    """Register W6: the small model again and again, params and metrics changing, until the number or the time is reached."""
    load, model, side = task.load, task.load.make(task.size), task.open_side()
    many, limit = task.size.rate
    side.register(model, load.kind, Facts())
    took: list[float] = []
    began = time.perf_counter()
    while len(took) < many and time.perf_counter() - began < limit:
        turn = len(took)
        load.change(model, turn)
        facts = Facts(
            params={"lr": 0.1 + turn, "depth": turn % 9}, metrics={"acc": turn / many, "loss": 1 / (turn + 1)}
        )
        side.prepare(model, load.kind)
        took.append(seconds(lambda: side.register(model, load.kind, facts)))  # noqa: B023  (called at once)
    whole = time.perf_counter() - began
    ends = min(AT_A_TIME, len(took) // 2)
    found = {"rate": len(took) / whole, "count": len(took), "seconds": sum(took)}
    task.tell({"version": side.version(), **found, "ends": ends, "took": [*took[:ends], *took[len(took) - ends :]]})
    side.close()


def look(task: Task) -> None:
    """Fill the catalog of W7 and look at it: each look's first time, and five more."""
    side = task.open_side()
    models, each = task.size.many if side.filled == "many" else task.size.few
    started = time.perf_counter()
    side.fill(models, each)
    told: dict[str, Any] = {"version": side.version(), "models": models, "versions": each, "looks": {}}
    told |= {"found": {}, "firsts": {}}
    told["filling"] = time.perf_counter() - started
    looks = side.looks(models, each)
    for name in LOOKS:
        if name in looks:
            started = time.perf_counter()
            told["found"][name] = looks[name]()
            told["firsts"][name] = time.perf_counter() - started
            told["looks"][name] = _again(looks[name])
            task.tell(told)
    side.close()


def _again(do: Callable[[], Any]) -> list[float]:
    """Return the seconds of five calls, of fewer where they take long."""
    took: list[float] = []
    while len(took) < 5 and sum(took) < PATIENCE:
        took.append(seconds(do))
    return took


def fresh(task: Task) -> None:
    """Open and register twice in a fresh process that has scikit-learn loaded: time, memory and modules."""
    load, model = task.load, task.load.make(task.size)
    load.change(model, os.getpid())
    model[-1].coef_ += os.getpid() * 1e-9  # no process finds what another has registered
    resident, modules, cpu = probe.memory("VmRSS"), len(sys.modules), time.process_time()
    started = time.perf_counter()
    side = task.open_side()
    told: dict[str, Any] = {"open": time.perf_counter() - started, "version": side.version()}
    for name in ("first", "second"):
        load.change(model, 0)
        side.prepare(model, load.kind)
        told[name] = seconds(lambda: side.register(model, load.kind, Facts()))
        if name == "first":
            told["open and first"] = time.perf_counter() - started
    told |= {"cpu": time.process_time() - cpu, "modules": len(sys.modules) - modules}
    told["memory"] = None if resident is None else (probe.memory("VmRSS") or 0) - resident
    task.tell(told)
    side.close()


def write(task: Task, who: int) -> None:
    """Register the small model many times into one store that others write at the same time, all from one instant on."""
    load, model, side = task.load, task.load.make(task.size), task.open_side()
    times, limit = task.size.writes
    model[-1].coef_ += (who + 1) * 1e-3
    task.tell({"ready": True})
    sys.stdin.readline()
    began, names, failed = time.time(), [], []
    for turn in range(times):
        if time.time() - began > limit:
            break
        load.change(model, turn)
        side.prepare(model, load.kind)
        try:
            names.append(side.register(model, load.kind, Facts()))
        except Exception as error:  # noqa: BLE001  (a lost registration is a result)
            failed.append(f"{type(error).__name__}: {error}".replace(tempfile.gettempdir() + os.sep, "")[:200])
    task.tell({"began": began, "ended": time.time(), "names": names, "failed": failed, "version": side.version()})
    side.close()


def count(task: Task) -> None:
    """Count what a store lists."""
    side = task.open_side()
    try:
        task.tell({"listed": side.count()})
    except AbsentError:
        task.tell({"listed": None})
    side.close()


STAGES: Final = {
    "register": register, "load": load, "versions": versions, "rate": rate, "look": look, "fresh": fresh, "write": write,
    "count": count,
}  # fmt: skip
