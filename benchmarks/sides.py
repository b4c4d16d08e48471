"""One side of a comparison, in a process of its own: does the work, times it, prints one line of JSON.

    python benchmarks/sides.py register modelreg PLACE --times 5
    python benchmarks/sides.py session captured PLACE --times 5
    .venv-mlflow/bin/python benchmarks/sides.py write mlflow-given PLACE --times 50 --who 3 --start 1790000000.0

The other scripts start this one, with modelreg's Python or with MLflow's.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import workload

if TYPE_CHECKING:
    from collections.abc import Callable


def joblib_side(place: Path, *, durable: bool = False) -> Callable[[Any], Any]:
    """Return what writes a model with ``joblib.dump``; ``durable``: and flushes file and folder to the disk."""
    import joblib

    count = iter(range(1 << 30))

    def register(model: Any) -> None:
        path = place / f"{os.getpid()}-{next(count)}.joblib"
        joblib.dump(model, path)
        if durable:
            for name in (path, place):
                handle = os.open(name, os.O_RDONLY)
                os.fsync(handle)
                os.close(handle)

    return register


def modelreg_side(place: Path) -> Callable[[Any], Any]:
    """Return what registers through the Python API: params, metrics, tag and alias, durable."""
    import modelreg

    registry = modelreg.connect(place)

    def register(model: Any) -> None:
        registry.register(
            model, workload.NAME, aliases=[workload.ALIAS], params=workload.PARAMS, metrics=workload.METRICS,
            tags=["=".join(workload.TAG)], project="bench", artifact="clf",
        )  # fmt: skip

    return register


def mlflow_side(place: Path, *, given: bool) -> Callable[[Any], Any]:
    """Return what registers with MLflow on SQLite: run, params, metrics, tag, model, alias.

    ``given``: with ``pip_requirements``, which spares MLflow the finding out of them; else as its users call it.
    """
    os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", GIT_PYTHON_REFRESH="quiet")
    import mlflow
    import mlflow.sklearn

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    mlflow.set_tracking_uri(f"sqlite:///{place}/mlflow.db")
    client = mlflow.MlflowClient()
    if client.get_experiment_by_name("bench") is None:
        with contextlib.suppress(mlflow.exceptions.MlflowException):  # another process was faster
            client.create_experiment("bench", artifact_location=(place / "artifacts").as_uri())
    mlflow.set_experiment("bench")
    how = {"pip_requirements": ["scikit-learn"], "serialization_format": "cloudpickle"} if given else {}

    def register(model: Any) -> None:
        with mlflow.start_run():
            mlflow.log_params(workload.PARAMS)
            mlflow.log_metrics(workload.METRICS)
            mlflow.set_tag(*workload.TAG)
            logged = mlflow.sklearn.log_model(model, name="model", registered_model_name=workload.NAME, **how)
        client.set_registered_model_alias(workload.NAME, workload.ALIAS, logged.registered_model_version)

    return register


SIDES: dict[str, Callable[[Path], Callable[[Any], Any]]] = {
    "joblib": joblib_side,
    "joblib+fsync": lambda place: joblib_side(place, durable=True),
    "modelreg": modelreg_side,
    "mlflow-given": lambda place: mlflow_side(place, given=True),
    "mlflow-default": lambda place: mlflow_side(place, given=False),
}


def register(side: str, place: Path, times: int) -> dict[str, Any]:
    """Return the seconds of the first registration of this process, imports included, and of the next ``times``."""
    model = workload.fitted()
    workload.change(model, os.getpid() * 1e-9)
    place.mkdir(parents=True, exist_ok=True)
    loaded = set(sys.modules)
    started = time.perf_counter()
    do = SIDES[side](place)
    do(model)
    first, modules = time.perf_counter() - started, len(set(sys.modules) - loaded)
    warm = []
    for _ in range(times):
        workload.change(model)
        started = time.perf_counter()
        do(model)
        warm.append(time.perf_counter() - started)
    return {"first": first, "modules": modules, "warm": warm}


def write(side: str, place: Path, times: int, start: float, who: int) -> dict[str, Any]:
    """Return when ``times`` registrations began and ended; all writers begin at the instant ``start``."""
    model = workload.fitted()
    workload.change(model, (who + 1) * 1e-3)
    place.mkdir(parents=True, exist_ok=True)
    do = SIDES[side](place)
    time.sleep(max(0.0, start - time.time()))
    began, failed = time.time(), []
    for _ in range(times):
        workload.change(model)
        try:
            do(model)
        except Exception as error:  # noqa: BLE001  (a lost registration is a result)
            failed.append(f"{type(error).__name__}: {error}"[:200])
    return {"began": began, "ended": time.time(), "failed": failed, "late": began - start}


def look(place: Path, homes: int, versions: int, times: int) -> dict[str, Any]:
    """Fill MLflow's tables as ``fill.py`` fills modelreg's, and return the seconds of each look, first and median."""
    import sqlite3

    mlflow_side(place, given=True)
    from mlflow import MlflowClient

    connection = sqlite3.connect(place / "mlflow.db")
    names, stamp = [f"model-{2 * i + 2}" for i in range(homes)], 1_780_000_000_000
    rows = {
        "registered_models (name, creation_time, last_updated_time)": ((name, stamp, stamp) for name in names),
        "model_versions (name, version, creation_time, last_updated_time, current_stage, source, status)": (
            (name, number + 1, stamp + number, stamp + number, "None", "file:///nowhere", "READY")
            for number in range(versions)
            for name in names
        ),
        "model_version_tags (name, version, key, value)": (
            (name, number + 1, "team", ("ml", "ops", "web")[(number * homes + i) % 3])
            for number in range(versions)
            for i, name in enumerate(names)
        ),
        "registered_model_aliases (name, alias, version)": (
            (name, alias, number)
            for name in names
            for alias, number in (("staging", versions), ("production", versions // 2 + 1))
        ),
    }
    with connection:
        for table, values in rows.items():
            marks = ", ".join("?" * (table.count(",") + 1))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
    connection.close()
    client, name, turn = MlflowClient(), names[homes // 2], iter(range(1 << 30))
    looks = {
        "list": lambda: client.search_registered_models(max_results=1000),
        "page": lambda: client.search_model_versions(f"name = '{name}'", max_results=50),
        "tag": lambda: client.search_model_versions("tags.team = 'ml'", max_results=50),
        "get": lambda: client.get_model_version_by_alias(name, "production"),
        "move": lambda: client.set_registered_model_alias(name, "staging", 1 + next(turn) % versions),
    }
    took = {key: [_took(do) for _ in range(times + 1)] for key, do in looks.items()}
    if not all(looks[key]() for key in ("list", "page", "tag", "get")):
        sys.exit("a look found nothing")
    return took


def _took(do: Callable[[], Any]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def main() -> None:
    """Do one side's work; whatever a library prints goes nowhere, so that the last line is the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", choices=["register", "write", "look", "session"])
    parser.add_argument("side", choices=[*SIDES, "captured", "off"])
    parser.add_argument("place", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--start", type=float, default=0.0)
    parser.add_argument("--who", type=int, default=0)
    parser.add_argument("--homes", type=int, default=1000)
    parser.add_argument("--versions", type=int, default=100)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()):
        if given.work == "register":
            result = register(given.side, given.place, given.times)
        elif given.work == "session":
            import session  # modelreg's side only: MLflow's Python does not have what it imports

            result = session.register(given.place, given.times, capture=given.side == "captured")
        elif given.work == "look":
            given.place.mkdir(parents=True, exist_ok=True)
            result = look(given.place, given.homes, given.versions, given.times)
        else:
            result = write(given.side, given.place, given.times, given.start, given.who)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
