"""Many processes, one registry that does not exist yet."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

import modelreg
from modelreg.errors import LockedError
from tests.faults.invariants import assert_whole

WRITER = Path(__file__).with_name("writer.py")


@pytest.mark.timeout(300)
def test_eight_processes_register_fifty_each_without_a_gap(tmp_path: Path) -> None:
    place = tmp_path / "registry"
    command = [sys.executable, str(WRITER), str(place), "churn"]
    writers = [
        subprocess.Popen([*command, f"writer-{who}", "50"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for who in range(8)
    ]
    outputs = [writer.communicate() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 8, [err for _, err in outputs]
    lines = [line for out, _ in outputs for line in out.splitlines()]
    assert len(lines) == 400
    assert assert_whole(place, "churn", lines) == 400


def test_eight_threads_move_one_alias_in_one_chain(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    for number in range(4):
        registry.register({"n": number}, "churn")

    def move(number: int) -> None:
        registry.alias(f"churn:v{number % 4}", "production")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(move, range(80)))
    entries = list(registry.history("churn", limit=1000, newest_first=False, kinds=["alias-added", "alias-moved-here"]))
    assert all(later.before == earlier.after for earlier, later in pairwise(entries))
    assert registry.model("churn").aliases == {"production": entries[-1].after}


def test_a_forked_child_has_connections_of_its_own(tmp_path: Path) -> None:
    code = """
import os, sys, modelreg
registry = modelreg.connect(sys.argv[1])
registry.register({"n": 0}, "churn")
child = os.fork()
if child == 0:
    registry.register({"n": 1}, "churn")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
registry.register({"n": 2}, "churn")
assert [v.number for v in registry.versions("churn")] == [2, 1, 0]
assert registry.check(read_data=True).ok
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "registry")], check=True)


def test_a_lock_held_elsewhere_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn")
    other = modelreg.connect(tmp_path / "registry")
    other._context.catalog.patience = 0.3
    with registry._context.catalog.write(), pytest.raises(LockedError, match="locked"):
        other.alias("churn:v0", "production")
    assert registry.model("churn").aliases == {}
    other.alias("churn:v0", "production")


def test_reading_goes_on_while_somebody_writes(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register({"n": 0}, "churn")
    other = modelreg.connect(tmp_path / "registry")
    with registry._context.catalog.write():
        assert [version.number for version in other.versions("churn")] == [0]
        assert other.load("churn") == {"n": 0}
