"""MLflow on SQLite: a run with params, metrics and a tag, the logged model, its registered version, the alias.

``given``: with ``pip_requirements`` and a pickle, which spares MLflow the finding out of requirements; else as its users
call it.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import logging
import os
import sqlite3
from typing import TYPE_CHECKING, Any

import workloads
from side import TOP, Facts, Side, listed, model_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STAMP = 1_780_000_000_000
TABLES = {
    "runs (run_uuid, name, user_id, source_type, status, start_time, end_time, lifecycle_stage, experiment_id)": "run",
    "params (key, value, run_uuid)": "params",
    "metrics (key, value, timestamp, step, is_nan, run_uuid)": "metrics",
    "latest_metrics (key, value, timestamp, step, is_nan, run_uuid)": "metrics",
    "model_versions (name, version, creation_time, last_updated_time, current_stage, source, run_id, status)": "version",
    "model_version_tags (name, version, key, value)": "tag",
    "registered_model_aliases (name, alias, version)": "alias",
}
"""Table and columns -> what of :func:`_row` fills it."""


class Mlflow(Side):
    """A tracking store and registry in one SQLite file, artifacts beside it."""

    filled = "many"

    def __init__(self, place: Path, *, given: bool) -> None:
        super().__init__(place)
        os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", GIT_PYTHON_REFRESH="quiet")
        import mlflow

        for name in ("mlflow", "alembic"):
            logging.getLogger(name).setLevel(logging.ERROR)
        self._mlflow, self._given = mlflow, given
        mlflow.set_tracking_uri(f"sqlite:///{place}/mlflow.db")
        self._client = mlflow.MlflowClient()
        if self._client.get_experiment_by_name("bench") is None:
            with contextlib.suppress(mlflow.exceptions.MlflowException):  # another process was faster
                self._client.create_experiment("bench", artifact_location=(place / "artifacts").as_uri())
        mlflow.set_experiment("bench")

    def version(self) -> str:
        """Return the version of the library."""
        return importlib.metadata.version("mlflow")

    def register(self, model: Any, kind: str, facts: Facts) -> str:
        """Log and register a version in a run of its own."""
        mlflow = self._mlflow
        with mlflow.start_run():
            mlflow.log_params(dict(facts.params))
            mlflow.log_metrics(dict(facts.metrics))
            mlflow.set_tag(*facts.tag)
            logged = self._log(model, kind, facts.name)
        if facts.alias:
            self._client.set_registered_model_alias(facts.name, facts.alias, logged.registered_model_version)
        return f"models:/{facts.name}/{logged.registered_model_version}"

    def _log(self, model: Any, kind: str, name: str) -> Any:
        mlflow, how = self._mlflow, {"name": "model", "registered_model_name": name}
        if kind == "sklearn":
            import mlflow.sklearn

            more = {"pip_requirements": ["scikit-learn"], "serialization_format": "cloudpickle"}
            return mlflow.sklearn.log_model(model, **how, **(more if self._given else {}))
        if kind == "torch":
            import mlflow.pytorch

            more = {"pip_requirements": ["torch"], "serialization_format": "pickle"}
            return mlflow.pytorch.log_model(model, **how, **(more if self._given else {}))
        from mlflow_holder import Held

        more = {"pip_requirements": ["numpy"]} if self._given else {}
        return mlflow.pyfunc.log_model(python_model=Held(model), **how, **more)

    def load(self, name: str, kind: str) -> Any:
        """Return the model of a version."""
        if kind == "sklearn":
            import mlflow.sklearn

            return mlflow.sklearn.load_model(name)
        if kind == "torch":
            import mlflow.pytorch

            return mlflow.pytorch.load_model(name)
        return self._mlflow.pyfunc.load_model(name).unwrap_python_model().held

    def count(self) -> int:
        """Return how many versions there are."""
        return len(self._client.search_model_versions(f"name = '{workloads.NAME}'", max_results=1000))

    def fill(self, models: int, versions: int) -> None:
        """Fill the tables."""
        experiment = int(self._client.get_experiment_by_name("bench").experiment_id)
        connection = sqlite3.connect(self.place / "mlflow.db")
        with connection:
            connection.executemany(
                "INSERT INTO registered_models (name, creation_time, last_updated_time) VALUES (?, ?, ?)",
                [(model_name(which), STAMP, STAMP) for which in range(models)],
            )
            for table, key in TABLES.items():
                marks = ", ".join("?" * (table.count(",") + 1))
                connection.executemany(
                    f"INSERT INTO {table} VALUES ({marks})", _rows(key, models, versions, experiment)
                )
        connection.close()

    def looks(self, models: int, versions: int) -> dict[str, Callable[[], int]]:
        """Return the five looks; metrics are of runs, so these are searched."""
        client, name = self._client, model_name(models // 2)
        return {
            "list": lambda: len(client.search_registered_models(max_results=1000)),
            "page": lambda: len(client.search_model_versions(f"name = '{name}'", max_results=20)),
            "tag": lambda: len(client.search_model_versions("tags.`group` = 't7'", max_results=1000)),
            "metric": lambda: len(self._runs(f"metrics.acc > {TOP}")),
            "alias": lambda: int(int(client.get_model_version_by_alias(name, "production").version) == versions),
        }

    def _runs(self, query: str) -> list[Any]:
        experiment = self._client.get_experiment_by_name("bench").experiment_id
        return self._client.search_runs([experiment], query, max_results=20)


def _rows(key: str, models: int, versions: int, experiment: int) -> Iterator[tuple[Any, ...]]:
    for number in range(versions):
        for which in range(models):
            yield from _row(key, which, number, versions, experiment)


def _row(key: str, which: int, number: int, versions: int, experiment: int) -> Iterator[tuple[Any, ...]]:
    """Yield what one version has in one table."""
    facts, run = listed(which, number, versions), f"{which:016x}{number:016x}"
    if key == "run":
        yield run, "run", "ann", "LOCAL", "FINISHED", STAMP + number, STAMP + number, "active", experiment
    elif key == "params":
        yield from ((name, str(value), run) for name, value in facts.params.items())
    elif key == "metrics":
        yield from ((name, value, STAMP, 0, False, run) for name, value in facts.metrics.items())
    elif key == "version":
        yield facts.name, number + 1, STAMP + number, STAMP + number, "None", "file:///nowhere", run, "READY"
    elif key == "tag":
        yield facts.name, number + 1, *facts.tag
    elif facts.alias:
        yield facts.name, facts.alias, number + 1


def open_side(place: Path, option: str) -> Mlflow:
    """Return the side; ``given`` or ``default``."""
    return Mlflow(place, given=option == "given")
