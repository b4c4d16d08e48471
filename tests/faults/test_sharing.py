"""Writers that share parts with each other, and gc at the same time: nothing goes that somebody needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg import contents
from modelreg.errors import IntegrityError, StorageError
from modelreg.notebook import Notebook
from tests.faults import sharer
from tests.faults.invariants import objects

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.registry import Registry

SHARER = Path(sharer.__file__)


# checklist 28
@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [4, pytest.param(40, marks=pytest.mark.slow)])
def test_eight_processes_that_share_parts_and_two_that_collect_lose_nothing(tmp_path: Path, count: int) -> None:
    place, stop = tmp_path / "registry", tmp_path / "stop"
    modelreg.connect(place).create("churn")

    def start(*words: str | Path) -> subprocess.Popen[str]:
        line = [sys.executable, str(SHARER), str(place), *map(str, words)]
        return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    janitors = [start("gc", stop) for _ in range(2)]
    writers = []
    for who in range(8):
        (tmp_path / f"folder-{who}").mkdir()
        writers.append(start(f"writer-{who}", str(count), tmp_path / f"folder-{who}"))
    said = [writer.communicate() for writer in writers]
    stop.touch()
    collected = [janitor.communicate() for janitor in janitors]
    assert [process.returncode for process in (*writers, *janitors)] == [0] * 10, [err for _, err in said + collected]
    assert sum(int(out) for out, _ in collected) > 0, "something was deleted meanwhile"
    registry = modelreg.connect(place)
    report = registry.check(read_data=True)
    assert report.ok, report.findings
    refs = [ref for out, _ in said for ref in out.split()]
    assert sorted(refs) == sorted(version.ref for version in registry.versions("churn", limit=1000))
    assert len(refs) == 8 * count / 2
    assert all(sharer.is_whole(registry.load(ref, trust=True)) for ref in refs)


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen once, between the bytes of a model and its commit."""
    pack, done = contents.pack, []

    def interrupted(*args: Any, **more: Any) -> Any:
        packed = pack(*args, **more)
        if not done:
            done.append(True)
            act()
        return packed

    monkeypatch.setattr(contents, "pack", interrupted)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Return a registry with a model that shares parts with later ones, and is deleted and condemned."""
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn")
    registry.register(sharer.model("first", 1), "churn", project="train", artifact="clf")
    registry.delete("train/clf:v0", force=True)
    registry.gc(run=True, grace=0)  # purges, and condemns what it needed
    return registry


def janitor(registry: Registry) -> Registry:
    """Return the same registry in another kernel."""
    return modelreg.connect(registry.location, notebook=Notebook(), actor="janitor")


def folder(tmp_path: Path) -> Path:
    """Return files that hold the shared bytes."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "shared").write_bytes(sharer.shared(1))
    (tmp_path / "model" / "own").write_text("second 1")
    return tmp_path / "model"


# checklist 28
@pytest.mark.parametrize("kind", ["model", "files"])
@pytest.mark.parametrize("taken", ["condemned", "deleted", "all"])
def test_parts_that_gc_takes_between_bytes_and_commit_are_written_anew(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, taken: str
) -> None:
    place = Path(registry.location)
    gone: list[int] = []

    def collect() -> None:
        before = objects(place)
        if taken != "condemned":
            janitor(registry).gc(run=True, grace=0)
        if taken == "all":
            for path in [path for path in (place / "objects").rglob("*") if path.is_file()]:
                path.unlink()
        gone.append(len(before - objects(place)))

    between(monkeypatch, collect)
    if kind == "files":
        answer = registry.register(None, "churn", path=folder(tmp_path))
    else:
        answer = registry.register(sharer.model("second", 1), "churn")
    assert gone[0] >= {"condemned": 0, "deleted": 3, "all": 4}[taken]
    janitor(registry).gc(run=True, grace=0)
    janitor(registry).gc(run=True, grace=0)
    assert sharer.is_whole(registry.load(answer.version.ref))
    if taken != "all":
        report = registry.check(read_data=True)
        assert report.ok
        assert report.summary.startswith(f"{len(objects(place))} objects checked"), "each lives again"


class Refusing:
    """Progress of a model whose disk refuses the rest, once somebody else has used the parts that are there."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act, self._label = act, ""

    def begin(self, label: str, total: int) -> None:
        """Note which stretch begins."""
        self._label = label

    def advance(self, amount: int) -> None:
        """Go on."""

    def end(self) -> None:
        """Fail once all parts are in their places."""
        if self._label == "storing":
            self._act()
            msg = "the disk is full; nothing was registered"
            raise StorageError(msg)


# checklist 4
def test_a_model_that_fails_takes_no_part_back_that_another_has_come_to_need(registry: Registry) -> None:
    other, place = janitor(registry), Path(registry.location)
    other.gc(run=True, grace=0)
    refs: list[str] = []

    def use() -> None:
        refs.append(other.register(sharer.model("other", 1), "churn").version.ref)

    before = objects(place)
    with pytest.raises(StorageError, match="the disk is full"):
        registry.register(sharer.model("second", 1), "churn", progress=Refusing(use))
    assert sharer.is_whole(other.load(refs[0]))
    assert other.check(read_data=True).ok
    other.delete(other.get(refs[0]).source, force=True)
    for _ in range(2):
        other.gc(run=True, grace=0)
    assert len(objects(place) - before) == 1, "but the record of the deleted version nothing is left"


# checklist 46
@pytest.mark.parametrize("kind", ["model", "files"])
def test_what_changed_since_cannot_be_written_anew_and_is_not_registered(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    model, files = sharer.model("second", 1), folder(tmp_path)
    model["shared"] = model["shared"].copy()

    def change() -> None:
        janitor(registry).gc(run=True, grace=0)
        model["shared"][-1] = 7
        (files / "own").write_text("changed meanwhile")

    between(monkeypatch, change)
    before = registry.model("churn").versions
    with pytest.raises(IntegrityError, match=r"changed while it was being registered; nothing was registered"):
        registry.register(model if kind == "model" else None, "churn", path=files if kind == "files" else None)
    assert registry.model("churn").versions == before
    assert registry.check(read_data=True).ok
