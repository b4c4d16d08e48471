"""gc beside writers, killed at any step, and two commands at once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg.errors import ConflictError
from modelreg.notebook import Notebook

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry

STRACE = os.environ.get("STRACE") or shutil.which("strace")


def again(registry: Registry, actor: str) -> Registry:
    """Return the same registry in another kernel."""
    return modelreg.connect(registry.location, notebook=Notebook(), actor=actor)


# checklist 28
def test_gc_without_grace_takes_nothing_from_a_writer_between_bytes_and_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn")
    collector = again(registry, "janitor")
    stored, collected = threading.Event(), threading.Event()
    from modelreg import contents

    pack = contents.pack

    def slow(*args: Any, **more: Any) -> Any:
        packed = pack(*args, **more)
        if not collected.is_set():
            stored.set()
            assert collected.wait(30)
        return packed

    monkeypatch.setattr(contents, "pack", slow)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(registry.register, {"n": 1, "w": bytes(50_000)}, "churn")
        assert stored.wait(30)
        time.sleep(0.01)
        collector.gc(run=True, grace=0)
        collected.set()
        version = answer.result().version
    assert registry.load(version.ref)["n"] == 1
    assert registry.check(read_data=True).ok


# checklist 28
@pytest.mark.timeout(120)
def test_writers_and_gc_at_once_lose_nothing_that_is_referred_to(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.create("churn")
    stop = threading.Event()

    def collect() -> None:
        collector = again(registry, "janitor")
        while not stop.is_set():
            collector.gc(run=True, grace=0)

    def write(who: int) -> None:
        mine = again(registry, f"writer-{who}")
        for number in range(12):
            weights = bytes([number % 3]) * 3000  # the same contents come, go and come back
            ref = mine.register(
                {"w": weights}, "churn", new_version=True, project=f"p{who}", artifact="clf"
            ).version.source
            if number % 2:
                mine.delete(ref, force=True)

    with ThreadPoolExecutor(4) as pool:
        janitor = pool.submit(collect)
        writers = [pool.submit(write, who) for who in range(3)]
        try:
            for writer in writers:
                writer.result()
        finally:
            stop.set()
        janitor.result()
    assert registry.check(read_data=True).ok
    versions = list(registry.versions("churn", limit=1000))
    assert len(versions) == 18
    assert all(len(registry.load(version.ref)["w"]) == 3000 for version in versions)


COLLECT = """
import sys, modelreg
report = modelreg.connect(sys.argv[1]).gc(run=True, grace=0)
print(report.summary)
"""


@pytest.mark.skipif(STRACE is None, reason="strace is missing; the Makefile installs it")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("call", ["unlink", "pwrite64", "fdatasync"])
def test_a_gc_that_is_killed_loses_nothing_and_goes_on_later(tmp_path: Path, call: str) -> None:
    assert STRACE is not None
    place = tmp_path / "registry"
    registry = modelreg.connect(place)
    for number in range(3):
        registry.register({"n": number, "w": bytes(2000)}, "churn", project="train", artifact="clf")
    registry.delete("train/clf:v1", force=True)
    registry.close()
    log = tmp_path / "trace.log"
    for when in range(1, 40, 1 if call == "unlink" else 4):
        time.sleep(0.005)
        done = subprocess.run(
            [STRACE, "-f", "-qq", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}",
             sys.executable, "-c", COLLECT, str(place)], capture_output=True, text=True, check=False,
        )  # fmt: skip
        registry = modelreg.connect(place)
        report = registry.check(read_data=True)
        assert report.ok, report.findings
        assert [registry.load(f"churn:v{n}", trust=True)["n"] for n in (0, 2)] == [0, 2]
        registry.close()
        if done.returncode == 0 and re.search(r"\d (B|KB|MB) freed", done.stdout):
            break
    for _ in range(2):
        time.sleep(0.01)
        modelreg.connect(place).gc(run=True, grace=0)
    known = {path for path in (place / "objects").rglob("*") if path.is_file()}
    assert len(known) == 3 * 2 + 1, "stream, layout and record of two versions, and the record of the deleted one"


# checklist 16
def test_of_eight_who_expect_the_same_one_moves_the_alias_and_the_others_are_told_who(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    for number in range(9):
        registry.register({"n": number}, "churn")
    registry.alias("churn:v8", "production")

    def move(who: int) -> str:
        try:
            return again(registry, f"user-{who}").alias(f"churn:v{who}", "production", expect=8).text
        except ConflictError as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(move, range(8)))
    (winner,) = [who for who, line in enumerate(said) if "production moved from v8" in line]
    others = [line for who, line in enumerate(said) if who != winner]
    assert all(f"moved meanwhile to v{winner} by user-{winner}; nothing was changed" in line for line in others)
    assert registry.model("churn").aliases == {"production": winner}


# checklist 15
@pytest.mark.timeout(120)
def test_eight_processes_move_one_alias_in_one_chain(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    for number in range(4):
        registry.register({"n": number}, "churn")
    code = """
import sys, modelreg
registry = modelreg.connect(sys.argv[1])
for number in range(15):
    registry.alias(f"churn:v{(number + int(sys.argv[2])) % 4}", "production")
"""
    movers = [subprocess.Popen([sys.executable, "-c", code, registry.location, str(who)]) for who in range(8)]
    assert [mover.wait() for mover in movers] == [0] * 8
    moves = list(registry.history("churn", limit=1000, newest_first=False, kinds=["alias-added", "alias-moved-here"]))
    away = list(registry.history("churn", limit=1000, newest_first=False, kinds=["alias-moved-away"]))
    assert all(later.before == earlier.after for earlier, later in pairwise(moves))
    assert [(a.before, a.after) for a in away] == [(m.before, m.after) for m in moves[1:]]
    assert registry.model("churn").aliases == {"production": moves[-1].after}
    assert registry.check().ok


# checklist 14
def test_the_same_contents_from_many_at_once_are_one_version(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    kernels = [again(registry, f"user-{who}") for who in range(8)]

    def register(kernel: Registry) -> tuple[str, int]:
        answer = kernel.register({"w": bytes(10_000)}, "churn", metrics={"auc": 0.5}, project="p", artifact="clf")
        return answer.outcome, answer.version.number

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(register, kernels))
    assert sorted(said) == [("identical", 0)] * 7 + [("new", 0)]
    assert registry.model("churn").versions == 1


# checklist 16
def test_a_promotion_from_two_kernels_ends_in_one_production(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    for number in range(8):
        registry.register({"n": number}, "churn")
    kernels = [again(registry, f"user-{who}") for who in range(8)]

    def promote(who: int) -> None:
        kernels[who].promote(f"churn:v{who}")
        kernels[who].promote(f"churn:v{who}", "production")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(promote, range(8)))
    aliases = registry.model("churn").aliases
    assert set(aliases) == {"production"} or set(aliases) == {"production", "staging"}
    with pytest.raises(ConflictError):
        registry.alias("churn:v0", "production", expect=99)
    assert registry.check().ok


# checklist 21
def test_workers_of_a_pool_that_forks_write_each_on_their_own(tmp_path: Path) -> None:
    code = """
import multiprocessing, sys, warnings, modelreg
warnings.simplefilter("ignore", DeprecationWarning)  # a fork of a process with threads is what is tested
registry = modelreg.connect(sys.argv[1])
registry.register({"n": -1}, "churn")
def work(number):
    registry.register({"n": number}, "churn")
    return registry.load(f"churn:v0")["n"]
with multiprocessing.get_context("fork").Pool(4) as pool:
    assert pool.map(work, range(12)) == [-1] * 12
registry.register({"n": 99}, "churn")
assert [v.number for v in registry.versions("churn")] == list(range(13, -1, -1))
assert registry.check(read_data=True).ok
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "registry")], check=True, timeout=100)
