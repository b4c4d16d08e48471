"""Fills a catalog file with many models and versions, straight into the tables, as fast as SQLite takes them.

    python benchmarks/fill.py catalog.db --homes 1000 --versions 100

Each version has one param, two metrics, a tag, and on every tenth a label; it is in its artifact and linked
to one registered model, whose newest version is ``staging`` and whose middle one is ``production``.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from modelreg.catalog import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

START = 1_780_000_000_000_000
Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Said:
    """The facts of one version."""

    params: Mapping[str, int]
    metrics: Mapping[str, float]
    tags: Sequence[tuple[str, str]]
    aliases: Sequence[str]


Facts = Callable[[int, int], Said]
"""From the model's place in the list and the version's number to its facts."""


def fill(path: str | Path, *, homes: int, versions: int, seed: int = 0, facts: Facts | None = None) -> None:
    """Add ``homes`` registered models of ``versions`` versions each to the catalog at ``path``.

    ``facts`` says params, metrics, tag and alias of a version by its model and number; without it they are as told above.
    """
    engine = sa.create_engine(f"sqlite:///{path}")
    schema.tables.create_all(engine)
    engine.dispose()
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-1000000")
        connection.execute("BEGIN")
        _fill(connection, homes, versions, seed, facts)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, homes: int, versions: int, seed: int, facts: Facts | None) -> None:
    def first(table: str) -> int:
        return connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0]

    base, row, member, run = first("homes"), first("versions"), first("members"), first("runs")
    chance = random.Random(f"{seed}-{base}")
    uid = _uids(chance)
    count = homes * versions
    project = connection.execute("SELECT id FROM projects WHERE name = 'bench'").fetchone()
    if project is None:
        _insert(
            connection,
            "projects",
            "uid name description created_at created_by",
            [(next(uid), "bench", "", START, "ann")],
        )
        project = connection.execute("SELECT id FROM projects WHERE name = 'bench'").fetchone()
    _insert(
        connection,
        "homes",
        "id uid kind name description members created_at created_by updated_at",
        _homes(base, homes, versions, uid),
    )
    _insert(
        connection,
        "registered_models",
        "id stages",
        ((base + 2 * i + 1, '["staging", "production"]') for i in range(homes)),
    )
    _insert(
        connection,
        "artifacts",
        "id project_id kind",
        ((base + 2 * i, project[0], "model") for i in range(homes)),
    )
    _insert(
        connection,
        "counters",
        "name next",
        ((name, versions) for i in range(homes) for name in (f"bench/clf-{base + 2 * i}", f"model-{base + 2 * i + 1}")),
    )
    contents = [f"{chance.getrandbits(256):064x}" for _ in range(count)]
    _insert(
        connection,
        "contents",
        "id flavor flavor_format runs_code layout size imports created_at",
        ((content, "python", 1, 1, content, 1000 + i, "[]", START + i) for i, content in enumerate(contents)),
    )
    uids = [next(uid) for _ in range(count)]
    # the versions of all models come in turn, as they would
    _insert(
        connection,
        "versions",
        "id uid artifact_id number content_id class_name description created_at created_by",
        (
            (
                row + i,
                uids[i],
                base + 2 * (i % homes),
                i // homes,
                contents[i],
                "sklearn.ensemble._forest.RandomForestClassifier",
                f"version {i}",
                START + i,
                "ann",
            )
            for i in range(count)
        ),
    )
    _insert(
        connection,
        "members",
        "id uid home_id number version_id created_at created_by",
        (
            (
                member + 2 * i + side,
                next(uid),
                base + 2 * (i % homes) + side,
                i // homes,
                row + i,
                START + i,
                "ann",
            )
            for i in range(count)
            for side in (0, 1)
        ),
    )
    _insert(
        connection,
        "runs",
        "id uid version_id kind operation session actor host notebook variable capture_state duration at",
        (
            (
                run + i,
                next(uid),
                row + i,
                "register",
                "0" * 32,
                "0" * 32,
                "ann",
                "",
                "",
                "clf",
                "complete",
                1,
                START + i,
            )
            for i in range(count)
        ),
    )
    said = facts or _random(chance, versions)
    told = [said(i % homes, i // homes) for i in range(count)]
    _insert(
        connection,
        "params",
        "run_id key version_id current json number",
        (
            (run + i, key, row + i, 1, str(value), float(value))
            for i in range(count)
            for key, value in told[i].params.items()
        ),
    )
    _insert(
        connection,
        "metrics",
        "version_id key run_id step value",
        ((row + i, key, run + i, 0, value) for i in range(count) for key, value in told[i].metrics.items()),
    )
    _insert(connection, "tags", "owner key value", ((uids[i], *tag) for i in range(count) for tag in told[i].tags))
    _insert(
        connection,
        "aliases",
        "home_id name number protected set_at set_by",
        (
            (base + 2 * (i % homes) + 1, name, i // homes, 0, START, "ann")
            for i in range(count)
            for name in told[i].aliases
        ),
    )


def _random(chance: random.Random, versions: int) -> Facts:
    """Return the facts of this benchmark itself."""
    count = iter(range(1 << 60))

    def said(_which: int, number: int) -> Said:
        i = next(count)  # over all models, as the versions come
        aliases = {versions - 1: ["staging"], versions // 2: ["production"]}
        return Said(
            params={"max_depth": i % 20},
            metrics={key: chance.random() for key in ("auc", "loss")},
            tags=[("team", ("ml", "ops", "web")[i % 3]), *([("gpu", "")] if i % 10 == 0 else [])],
            aliases=aliases.get(number, []) if versions > 1 else ["staging", "production"],
        )

    return said


def _homes(base: int, homes: int, versions: int, uid: Iterator[str]) -> Iterator[Row]:
    for i in range(homes):
        stamps = (START, "ann", START + i)
        yield (base + 2 * i, next(uid), "artifact", f"bench/clf-{base + 2 * i}", "", versions, *stamps)
        yield (
            base + 2 * i + 1,
            next(uid),
            "registered",
            f"model-{base + 2 * i + 1}",
            "a model",
            versions,
            *stamps,
        )


def _uids(chance: random.Random) -> Iterator[str]:
    while True:
        yield f"{chance.getrandbits(128):032x}"


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: Any) -> None:
    names = columns.split()
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def main() -> None:
    """Fill the file that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--homes", type=int, default=1000)
    parser.add_argument("--versions", type=int, default=100)
    given = parser.parse_args()
    started = time.perf_counter()
    fill(given.path, homes=given.homes, versions=given.versions)
    print(f"{given.homes} x {given.versions} in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
