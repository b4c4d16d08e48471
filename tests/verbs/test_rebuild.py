"""A lost catalog is made again in one step, from what is believed only after it was looked at."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg.blobs.local import LocalBlobs
from modelreg.catalog import backups, restore
from modelreg.contents.layout import Layout
from modelreg.digests import canonical
from modelreg.errors import RefusedError, StorageError
from tests.faults.tracing import STRACE, needs_strace

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.records import Finding
    from modelreg.registry import Registry

REBUILD = "import sys, modelreg; modelreg.connect(sys.argv[1]).check(rebuild=True)"


@pytest.fixture
def place(registry: Registry) -> Path:
    """Fill the registry with three versions, and lose nothing yet; return its directory."""
    for number in range(3):
        registry.register({"n": number}, "churn", aliases=["best"], project="train", artifact="clf")
    return Path(registry.location)


def copy(registry: Registry, label: str = "daily") -> Path:
    """Make a backup now."""
    with registry._context.read() as conn:
        conn.exec_driver_sql("COMMIT")
        return backups.make(conn, Path(registry.location), label=label)


def lose(place: Path, content: bytes | None = None) -> None:
    """Lose the catalog, or let it be ``content``."""
    for ending in ("", "-wal", "-shm"):
        place.joinpath(f"registry.db{ending}").unlink(missing_ok=True)
    if content is not None:
        place.joinpath("registry.db").write_bytes(content)


def rebuilt(registry: Registry) -> list[Finding]:
    """Lose the catalog and rebuild it; return what is said."""
    registry.close()
    lose(Path(registry.location))
    return list(registry.check(rebuild=True).findings)


def numbers(registry: Registry, name: str = "churn") -> list[int]:
    """Return the version numbers of a home."""
    return [version.number for version in registry.versions(name)]


def a_record(registry: Registry) -> dict[str, Any]:
    """Return what the record of the newest version says."""
    with registry._context.read() as conn:
        (name,) = conn.exec_driver_sql("SELECT record FROM versions ORDER BY id DESC LIMIT 1").one()
    told = json.loads(registry._context.blobs.read(name))
    assert canonical(told) == registry._context.blobs.read(name)
    return dict(told)


def texts(findings: list[Finding], severity: str) -> list[str]:
    """Return what the findings of one severity say."""
    return [f"{finding.subject}: {finding.text}" for finding in findings if finding.severity == severity]


def assert_comes_back(place: Path) -> None:
    """Assert that the registry is rebuilt now, or was already, and is whole."""
    registry = modelreg.connect(place)
    try:
        assert registry.check(rebuild=True).ok
        assert list(place.glob("tmp/rebuild-*")) == [], "what was killed is cleared away"
    except RefusedError as error:
        assert "is whole" in str(error)  # noqa: PT017  (both outcomes are fine)
    assert numbers(registry) == [2, 1, 0]
    assert registry.load("churn:v1") == {"n": 1}
    assert registry.check(read_data=True).ok
    registry.close()


def interrupt_at(wanted: int, work: Callable[[], object]) -> int:
    """Interrupt ``work`` at the call of our functions with this number; return how many calls there were."""
    seen = 0
    own = ("catalog/restore.py", "catalog/create.py", "catalog/transaction.py", "verbs/rebuild.py", "shutil.py")

    def profile(frame: Any, event: str, _arg: Any) -> None:
        nonlocal seen
        if event in ("call", "return") and frame.f_code.co_filename.endswith(own):
            seen += 1
            if seen == wanted:
                raise KeyboardInterrupt

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return seen


@pytest.mark.parametrize("backed_up", [False, True])
def test_an_interrupt_at_any_point_leaves_what_is_rebuilt_by_the_next_call(
    registry: Registry, place: Path, tmp_path: Path, backed_up: bool
) -> None:
    if backed_up:
        copy(registry)
    registry.close()
    lose(place, b"torn")
    scratch = tmp_path / "scratch"
    shutil.copytree(place, scratch)
    total = interrupt_at(-1, lambda: modelreg.connect(scratch).check(rebuild=True))
    assert total > 50
    for wanted in range(1, total + 1, max(1, total // 25)):
        shutil.rmtree(scratch)
        shutil.copytree(place, scratch)
        with pytest.raises(KeyboardInterrupt):
            interrupt_at(wanted, lambda: modelreg.connect(scratch).check(rebuild=True))
        assert_comes_back(scratch)


def traced(place: Path, log: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Rebuild in a process under strace."""
    assert STRACE is not None, "strace is missing: run scripts/tool.sh strace STRACE"
    line = [STRACE, "-f", "-qq", "-o", str(log), *options, sys.executable, "-c", REBUILD, str(place)]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(line, capture_output=True, text=True, check=False, env=env)


@needs_strace
@pytest.mark.timeout(300)
def test_a_rebuild_that_is_killed_is_made_by_the_next_call(registry: Registry, place: Path, tmp_path: Path) -> None:
    registry.close()
    lose(place, b"torn")
    scratch, log = tmp_path / "scratch", tmp_path / "trace.log"
    calls = ("rename", "link", "fsync", "pwrite64")
    shutil.copytree(place, scratch)
    done = traced(scratch, log, "-e", f"trace={','.join(calls)}")
    assert done.returncode == 0, done.stderr
    made = Counter(re.findall(r"^\d+ +(\w+)\(", log.read_text(errors="replace"), flags=re.MULTILINE))
    points = [(call, n) for call in ("rename", "link") for n in range(1, made[call] + 1)]
    points += [(call, n) for call in ("fsync", "pwrite64") for n in {1, made[call] // 2, made[call]}]
    assert len(points) >= 8, made
    for call, number in points:
        shutil.rmtree(scratch)
        shutil.copytree(place, scratch)
        done = traced(scratch, log, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
        assert done.returncode != 0, f"{call} {number} was never reached"
        assert_comes_back(scratch)


def test_a_disk_that_refuses_leaves_the_lost_catalog_as_it_was(registry: Registry, place: Path) -> None:
    registry.close()
    lose(place, b"torn")
    shutil.rmtree(place / "tmp")
    (place / "tmp").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"no registry can be made at .*tmp/rebuild-"):
        registry.check(rebuild=True)
    assert (place / "registry.db").read_bytes() == b"torn"
    (place / "tmp").unlink()
    assert_comes_back(place)


def test_a_catalog_that_somebody_else_put_there_meanwhile_is_left_alone(registry: Registry, place: Path) -> None:
    registry.close()
    before = (place / "registry.db").read_bytes()
    with (
        restore.aside(registry._context.catalog, None, registry=None) as built,
        pytest.raises(RefusedError, match="somebody else has put another catalog"),
    ):
        restore.publish(built, registry._context.catalog, lost=None)
    assert (place / "registry.db").read_bytes() == before
    assert list(place.glob("*.damaged-*")) == list(place.glob("tmp/*.db")) == list(place.glob("tmp/rebuild-*")) == []


def test_the_journal_of_the_lost_catalog_is_not_read_into_the_new_one(registry: Registry, place: Path) -> None:
    lost = sqlite3.connect(place / "registry.db", isolation_level=None)
    lost.execute("UPDATE homes SET description = 'from the lost journal'")
    journal = (place / "registry.db-wal").read_bytes()
    lost.close()
    registry.close()
    lose(place)
    (place / "registry.db-wal").write_bytes(journal)  # as a kill between the two moves would leave it
    assert registry.check(rebuild=True).ok
    assert registry.model("churn").description == ""
    (kept,) = place.glob("registry.db.damaged-*-wal")
    assert kept.read_bytes() == journal


# what is believed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2), ("v", True), ("registry", "zz"), ("version", 5), ("version", "f" * 31), ("artifact", "churn"),
        ("artifact", "a/b:c"), ("artifact", " a/b"), ("kind", "cat"), ("number", -1), ("number", "0"), ("number", True),
        ("number", 1 << 63), ("number", 0.5), ("content", "f" * 63), ("layout", "../../etc/passwd"), ("layout", "f" * 64),
        ("flavor", ["python"]), ("flavor", ["python", 1 << 40]), ("flavor", None), ("runs_code", 1), ("class", None),
        ("size", -5), ("imports", "os"), ("imports", [1]), ("objects", [["x", 1]]), ("objects", {}), ("objects", 3),
        ("link", ["a/b", 0]), ("link", ["churn", -1]), ("link", ["churn"]), ("link", 7), ("run", {}), ("run", None),
        ("run", {"kind": "use", "variable": "", "message": ""}), ("run", {"kind": "log", "variable": 1, "message": ""}),
        ("params", []), ("params", {"a=b": 1}), ("params", {"a": "\x00"}), ("metrics", {"auc": []}), ("metrics", [1]),
        ("metrics", {"auc": [[0, "much"]]}), ("metrics", {"auc": [[0, 0.5]]}), ("metrics", {"auc": [["0", "0.5"]]}),
        ("metrics", {"a=b": [[0, "0.5"]]}), ("metrics", {"auc": [[1 << 64, "0.5"]]}), ("tags", [["", "x"]]),
        ("tags", [["a"]]), ("tags", 1), ("at", "now"), ("at", 1 << 62), ("by", None), ("missing", None),
    ],
)  # fmt: skip
def test_a_record_with_a_field_that_cannot_be_is_told_and_left_out(
    registry: Registry, place: Path, field: str, value: Any
) -> None:
    told = {**a_record(registry), "version": "e" * 32, "number": 7, "artifact": "aa/bb", "link": None}
    if field == "missing":
        del told["by"]
    else:
        told[field] = value
    registry._context.blobs.put(canonical(told))
    said = texts(rebuilt(registry), "error")
    assert len(said) == 1, said
    assert "looks like a version record, but " in said[0]
    assert numbers(registry) == [2, 1, 0]
    assert [home.name for home in registry.artifacts()] == ["train/clf"]
    assert registry.check(read_data=True).ok


@pytest.mark.parametrize(
    "text",
    [
        b'{"artifact":"', b'{"artifact":"a"}', b'{"artifact":"a","modelreg":"version-record"',
        b'{"artifact":"a", "modelreg":"version-record"}', b'{"artifact":"' + b"[" * 100_000,
        b'{"artifact":"a","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"artifact":"\xff"}',
        b'{"artifact":"a","n":' + b"9" * 5000 + b"}", b'{"buffers":[', b'{"buffers":[],"v":9}', b"",
        b'{"artifact":"a","modelreg":"version-record","x":NaN}',
    ],
)  # fmt: skip
def test_an_object_that_was_not_written_as_a_record_is_none(registry: Registry, place: Path, text: bytes) -> None:
    registry._context.blobs.put(text)
    assert texts(rebuilt(registry), "error") == []
    assert numbers(registry) == [2, 1, 0]


@pytest.mark.parametrize("broken", [False, True])
def test_a_registered_file_that_looks_like_a_record_makes_no_version(
    registry: Registry, place: Path, tmp_path: Path, broken: bool
) -> None:
    told = {**a_record(registry), "version": "e" * 32, "number": 7}
    (tmp_path / "notes.json").write_bytes(canonical({**told, "at": "now"} if broken else told))
    registry.register(None, "notes", path=tmp_path / "notes.json", project="train", artifact="notes")
    findings = rebuilt(registry)
    assert texts(findings, "error") == []
    assert sum("part of what was registered" in text for text in texts(findings, "note")) == (not broken)
    assert numbers(registry) == numbers(registry, "train/clf") == [2, 1, 0]
    assert numbers(registry, "notes") == [0]


def test_a_registered_file_that_looks_like_a_layout_hides_no_record(
    registry: Registry, place: Path, tmp_path: Path
) -> None:
    objects = tuple((name, size) for name, size, _ in registry._context.blobs.iterate())
    fake = Layout(content="a" * 64, flavor=("files", 1), objects=objects, stream=None, buffers=(), files=())
    (tmp_path / "fake.json").write_bytes(fake.encoded())
    registry.register(None, "notes", path=tmp_path / "fake.json")
    assert texts(rebuilt(registry), "error") == []
    assert numbers(registry) == [2, 1, 0]
    assert numbers(registry, "notes") == [0]


def test_a_record_that_gives_known_contents_another_layout_is_left_out(registry: Registry, place: Path) -> None:
    first, last = registry.get("churn:v0"), a_record(registry)
    forged = {**last, "version": "e" * 32, "number": 7, "content": first.content_id}
    registry._context.blobs.put(canonical(forged))
    assert "its layout leads to other contents" in texts(rebuilt(registry), "error")[0]
    assert registry.load("churn:v0") == {"n": 0}
    assert numbers(registry) == [2, 1, 0]


def test_a_damaged_record_and_the_gap_that_it_leaves_are_told(registry: Registry, place: Path) -> None:
    with registry._context.read() as conn:
        (name,) = conn.exec_driver_sql("SELECT record FROM versions WHERE number = 1").one()
    path = LocalBlobs(place).path(name)
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[:-2] + b"!}")
    findings = rebuilt(registry)
    assert "its bytes have another digest" in texts(findings, "error")[0]
    assert any(text.startswith("train/clf: 1 lower numbers have no version") for text in texts(findings, "note"))
    assert numbers(registry) == [2, 0]


def test_records_of_another_registry_are_counted_and_left_out(registry: Registry, place: Path) -> None:
    told = {**a_record(registry), "version": "e" * 32, "number": 7, "registry": "d" * 32}
    registry._context.blobs.put(canonical(told))
    assert "records: 1 are of another registry and were left out" in texts(rebuilt(registry), "note")
    assert numbers(registry) == [2, 1, 0]


def test_two_records_for_one_number_are_told(registry: Registry, place: Path) -> None:
    told = a_record(registry)
    registry._context.blobs.put(canonical({**told, "version": "e" * 32, "at": told["at"] + 1}))
    said = texts(rebuilt(registry), "error")
    assert len(said) == 1
    assert said[0].startswith("train/clf:v2: not put back: the number is taken")
    assert numbers(registry) == [2, 1, 0]


def test_everything_that_a_record_holds_comes_back(registry: Registry) -> None:
    values = {"loss": [0.5, math.nan, math.inf], "auc": 0.25}
    params = {"deep": {"er": [1, None, True, "ü"]}, "n": 1 << 70, "x": -0.5}
    registry.register({"n": 1}, "churn", metrics=values, params=params, tags=["gpu", "team=a=b"], message="why")
    registry.log([1, 2], "train/rows", kind="dataset", metrics={"long": [n / 7 for n in range(200_000)]})
    before = registry.show("churn:v0"), registry.show("train/rows:v0")
    assert rebuilt(registry)
    after = registry.show("churn:v0"), registry.show("train/rows:v0")
    for old, new in zip(before, after, strict=True):
        for field in (
            "uid",
            "content_id",
            "metrics",
            "params",
            "tags",
            "created_at",
            "created_by",
            "kind",
            "class_name",
        ):
            assert repr(getattr(new.version, field)) == repr(getattr(old.version, field)), field
        assert [(run.kind, run.message) for run in new.runs] == [(run.kind, run.message) for run in old.runs]


# backups


def test_a_backup_that_is_none_gives_way_to_an_older_one(registry: Registry, place: Path) -> None:
    good = copy(registry, "good")
    folder = place / "backups"
    (folder / "registry-1-empty.db").touch()
    (folder / "registry-2-text.db").write_text("shopping list " * 100)
    with closing(sqlite3.connect(folder / "registry-3-foreign.db")) as driver:
        driver.execute("CREATE TABLE mine (x)")
        driver.commit()
    for name, statement in {
        "registry-4-other.db": f"UPDATE meta SET value = '{'d' * 32}' WHERE key = 'registry'",
        "registry-5-newer.db": "UPDATE schema_revision SET version_num = '9999'",
        "registry-6-bare.db": "DELETE FROM meta",
        "registry-7-torn.db": "DROP TABLE schema_revision",
    }.items():
        shutil.copyfile(good, folder / name)
        with closing(sqlite3.connect(folder / name)) as driver:
            driver.execute(statement)
            driver.commit()
    (folder / "registry-8-folder.db").mkdir()
    for age, path in enumerate(sorted(folder.iterdir(), key=lambda path: (path != good, path.name))):
        os.utime(path, (age, age))
    findings = rebuilt(registry)
    skipped = [text for text in texts(findings, "note") if text.startswith("backups/")]
    assert [text.partition(":")[0][-9:] for text in skipped] == [
        "folder.db", "7-torn.db", "6-bare.db", "-newer.db", "-other.db", "oreign.db", "2-text.db", "-empty.db",
    ]  # fmt: skip
    assert registry.model("churn").aliases == {"best": 2}
    assert numbers(registry) == [2, 1, 0]


def test_without_a_record_any_backup_of_a_registry_is_taken(registry: Registry, place: Path) -> None:
    copy(registry)
    uid = registry._context.catalog.uid
    shutil.rmtree(place / "objects")
    rebuilt(registry)
    assert registry._context.catalog.uid == uid
    assert registry.model("churn").aliases == {"best": 2}


# what is lost


def test_all_that_does_not_come_back_is_named(registry: Registry, place: Path) -> None:
    registry.link("churn:v0", "second")
    (lost,) = [text for text in texts(rebuilt(registry), "note") if text.startswith("lost: ")]
    assert "there was no backup" in lost
    for what in (
        "links made by link", "registering contents that were there already", "registered models without versions",
        "renames", "stages", "metric directions", "aliases", "tags", "descriptions", "unlinks", "deletions", "history",
        "may be given again",
    ):  # fmt: skip
        assert what in lost, what
    assert [home.name for home in registry.models()] == ["churn"]
    assert registry.link("train/clf:v0", "second").version.number == 0, "given again, as was said"


def test_what_is_lost_since_a_backup_is_said_with_its_name_and_time(registry: Registry, place: Path) -> None:
    name = copy(registry).name
    registry.register({"n": 9}, "churn", project="train", artifact="clf")
    findings = rebuilt(registry)
    (lost,) = [text for text in texts(findings, "note") if text.startswith("lost: ")]
    assert re.match(rf"lost: since the backup \({name}, 20\d\d-.* UTC\): links made by link", lost)
    assert texts(findings, "repaired") == ["train/clf:v3: put back from its record"]


def test_a_link_whose_number_is_taken_is_told(registry: Registry, place: Path) -> None:
    told = a_record(registry)
    forged = {**told, "version": "e" * 32, "artifact": "train/other", "number": 0, "at": told["at"] + 1}
    registry._context.blobs.put(canonical(forged))
    said = texts(rebuilt(registry), "error")
    assert said == ["train/other:v0: its link churn:v2 was not put back: the number is taken by another version"]
    assert numbers(registry, "train/other") == [0]
    assert numbers(registry) == [2, 1, 0]


def test_a_version_whose_bytes_are_gone_comes_back_and_is_told(registry: Registry, place: Path) -> None:
    told = a_record(registry)
    LocalBlobs(place).delete(told["objects"][0][0])
    said = texts(rebuilt(registry), "error")
    assert said == ["train/clf:v2: 1 of its 2 objects are missing: it was purged, or they are lost"]
    assert numbers(registry) == [2, 1, 0]
