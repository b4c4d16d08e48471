"""How many statements a question costs: as many for a hundred rows as for three."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

import modelreg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from modelreg.registry import Registry


@contextmanager
def statements(registry: Registry) -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    sent: list[str] = []
    registry._context.catalog.prepare()
    engine = registry._context.catalog._engine

    def note(_conn: Any, _cursor: Any, said: str, *_rest: Any) -> None:
        sent.append(said)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fill(registry: Registry, count: int) -> None:
    """Make ``count`` models, and one with ``count`` versions, all with aliases, tags, metrics and params."""
    for number in range(count):
        registry.register(
            {"n": number}, "many", aliases=[f"alias-{number}"], tags=[f"t={number}"], metrics={"auc": number, "f1": 1},
            params={"a": number}, project="train", artifact="clf",
        )  # fmt: skip
        registry.link(f"train/clf:v{number}", f"model-{number}", aliases=["production"])
        registry.protect(f"model-{number}", "production")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Registry, Registry]:
    """Return a registry with three of each and one with forty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        few, many = (modelreg.connect(tmp_path_factory.mktemp(name) / "registry") for name in ("few", "many"))
        fill(few, 3)
        fill(many, 40)
        return few, many


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda r: r.models(limit=100), id="models"),
        pytest.param(lambda r: r.models("'production' in aliases", limit=100), id="models-query"),
        pytest.param(lambda r: r.artifacts(), id="artifacts"),
        pytest.param(lambda r: r.versions("many", limit=100), id="versions"),
        pytest.param(lambda r: r.versions("many", order="-metrics.auc", limit=100), id="versions-by-metric"),
        pytest.param(lambda r: r.versions(limit=1000), id="versions-of-all"),
        pytest.param(lambda r: r.show("many"), id="overview"),
        pytest.param(lambda r: r.history("many", limit=1000), id="history"),
        pytest.param(lambda r: r.moment("many", "now"), id="moment"),
        pytest.param(lambda r: r.du(), id="du"),
        pytest.param(lambda r: r.compare("many:v0", "many:v1", "many:v2"), id="compare"),
    ],
)
def test_a_list_costs_as_many_statements_however_long_it_is(
    filled: tuple[Registry, Registry], ask: Callable[[Registry], Any]
) -> None:
    counted = []
    for registry in filled:
        with statements(registry) as sent:
            ask(registry)
        counted.append(len(sent))
    assert counted[0] == counted[1]
    assert counted[1] <= 18


def test_lists_carry_what_belongs_to_each_row(filled: tuple[Registry, Registry]) -> None:
    _, many = filled
    versions = {v.number: v for v in many.versions("many", limit=100)}
    assert all(
        (v.aliases, dict(v.tags), dict(v.metrics), dict(v.params))
        == ((f"alias-{n}",), {"t": str(n)}, {"auc": float(n), "f1": 1.0}, {"a": n})
        for n, v in versions.items()
    )
    models = {m.name: m for m in many.models(limit=100)}
    assert all(
        (models[f"model-{n}"].aliases, models[f"model-{n}"].protected) == ({"production": 0}, ("production",))
        for n in range(40)
    )


# more than a statement may bind: SQLite's default limit is lowered to show it
def test_gc_of_more_objects_than_a_statement_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelreg.catalog.stored.BOUND", 20)
    registry = modelreg.connect(tmp_path / "registry")
    for number in range(30):
        registry.log({"n": number}, "train/clf")
    engine = registry._context.catalog._engine
    assert engine is not None
    event.listen(engine, "checkout", lambda driver, *_rest: driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 30))
    registry.delete("train/clf", force=True)
    time.sleep(0.01)
    registry.gc(run=True, grace=0)
    time.sleep(0.01)
    report = registry.gc(run=True, grace=0)
    assert next(row["count"] for row in report.rows if row["what"] == "objects deleted") >= 60
    assert registry.check(read_data=True).ok


def test_registering_again_reads_nothing_of_the_new_version_that_it_wrote_itself(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    for number in range(2):
        registry.register({"n": number}, "churn", metrics={"auc": number}, params={"a": number}, tags=["t=1"])
    with statements(registry) as sent:
        registry.register({"n": 2}, "churn", metrics={"auc": 2}, params={"a": 2}, tags=["t=1"])
    writing = sent[sent.index("BEGIN IMMEDIATE") :]
    made = next(place for place, said in enumerate(writing) if said.startswith("INSERT INTO versions"))
    recorded = next(place for place, said in enumerate(writing) if said.startswith("UPDATE versions SET record"))
    between = writing[made:recorded]
    assert not any(said.startswith(("UPDATE params", "SELECT metrics")) for said in between)
    assert len(sent) - sent.index("BEGIN", 1) <= 47  # what comes first asks what was kept so far: a dict is no model


def test_the_digests_before_are_read_at_once(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn")
    with statements(registry) as sent:
        registry.register({"n": 1}, "churn")
    assert sum("actions.digest" in said and said.startswith("SELECT") for said in sent) == 1
