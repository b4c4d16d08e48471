"""Writers that die at any moment: a version is whole or not there, and what was acknowledged stays."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

import modelreg
from tests.faults.invariants import assert_whole
from tests.faults.tracing import CALLS, command, counts, needs_strace, spread, traced

if TYPE_CHECKING:
    from pathlib import Path


# checklist 1
@pytest.mark.timeout(300)
def test_a_killed_writer_leaves_no_half_version(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    draw = random.Random(seed)
    place, lines = tmp_path / "registry", []
    for round_ in range(8):
        writer = subprocess.Popen(command(place, f"round-{round_}", 1000), stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        first = writer.stdout.readline()  # it is at work now
        time.sleep(draw.uniform(0, 0.2))
        writer.send_signal(signal.SIGKILL)
        out, _ = writer.communicate()
        lines += [line for line in (first + out).splitlines() if re.fullmatch(r"\d+ [0-9a-f]{64}", line)]
        assert_whole(place, "churn", lines), f"seed {seed}"
    assert lines


# checklist 1
@needs_strace
@pytest.mark.timeout(900)
@pytest.mark.parametrize("most", [6, pytest.param(None, marks=pytest.mark.slow)])
@pytest.mark.parametrize("call", CALLS)
def test_a_writer_killed_at_each_system_call_leaves_all_or_nothing(tmp_path: Path, call: str, most: int | None) -> None:
    # `when=N` counts each call of each thread apart, so every call is walked alone up to its own number
    place = tmp_path / "registry"
    modelreg.connect(place).register(
        {"first": 0, "weights": bytes(100_000)}, "churn", aliases=["staging"], project="train", artifact="clf"
    )
    total = counts(place, tmp_path)[call]
    versions = assert_whole(place, "churn", [])
    for number in spread(total, most):
        done = traced(
            place, tmp_path / "trace.log", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}",
            who=f"{call}-{number}",
        )  # fmt: skip
        after = assert_whole(place, "churn", done.stdout.splitlines())
        assert after - versions in (0, 1)
        versions = after
    again = traced(place, tmp_path / "trace.log", "-e", f"trace={call}", who="again")
    assert again.returncode == 0, again.stderr
    assert assert_whole(place, "churn", again.stdout.splitlines()) == versions + 1


# checklist 4, 5
@needs_strace
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("call", "error"), [("fsync", "EIO"), ("write", "ENOSPC"), ("rename", "EIO")])
def test_a_refusing_disk_is_said_and_nothing_is_acknowledged(tmp_path: Path, call: str, error: str) -> None:
    place = tmp_path / "registry"
    modelreg.connect(place).register(
        {"first": 0, "weights": bytes(100_000)}, "churn", aliases=["staging"], project="train", artifact="clf"
    )
    done = traced(
        place,
        tmp_path / "trace.log",
        "-e",
        f"trace={call}",
        "-e",
        f"inject={call}:error={error}:when=1+",
        who="refused",
    )
    assert done.returncode != 0
    assert done.stdout == ""
    assert assert_whole(place, "churn", []) == 1
