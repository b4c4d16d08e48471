"""Writers that die at any moment: a version is whole or not there, and what was acknowledged stays."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import modelreg
from tests.faults.invariants import assert_whole

WRITER = Path(__file__).with_name("writer.py")
STRACE = os.environ.get("STRACE") or shutil.which("strace")
CALLS = (
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "link",
    "unlink",
    "ftruncate",
    "mkdir",
    "fchmod",
)
INSTALLABLE = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None
"""Whether strace could be had here: then its absence is a fault of the set-up, and no reason to skip."""
needs_strace = pytest.mark.skipif(
    STRACE is None and not INSTALLABLE, reason="strace is missing and cannot be installed here"
)


def command(place: Path, who: str, count: int) -> list[str]:
    """Return the command line of a writer."""
    return [sys.executable, str(WRITER), str(place), "churn", who, str(count)]


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


def traced(place: Path, log: Path, *options: str, who: str, count: int = 1) -> subprocess.CompletedProcess[str]:
    """Run a writer under strace."""
    assert STRACE is not None, "strace is missing: run scripts/tool.sh strace STRACE"
    line = [STRACE, "-f", "-qq", "-o", str(log), *options, *command(place, who, count)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def counts(place: Path, tmp_path: Path) -> dict[str, int]:
    """Return how often a writer makes each call that changes something, before it is acknowledged, in an existing registry."""
    log = tmp_path / "clean.log"
    done = traced(place, log, "-e", f"trace={','.join(CALLS)}", who="clean")
    assert done.returncode == 0, done.stderr
    found = dict.fromkeys(CALLS, 0)
    for line in log.read_text(errors="replace").splitlines():
        called = re.match(r"\d+ +(\w+)\(", line)
        if called and called[1] in found:
            found[called[1]] += 1
    return found


def spread(total: int, most: int | None) -> list[int]:
    """Return the numbers from 1 to the total: all, or so many of them, the first and the last among them."""
    if most is None or total <= most:
        return list(range(1, total + 1))
    return sorted({1 + round(at * (total - 1) / (most - 1)) for at in range(most)})


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


@needs_strace
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("call", "error"), [("fsync", "EIO"), ("write", "ENOSPC"), ("rename", "EIO")])
def test_a_refusing_disk_is_said_and_nothing_is_acknowledged(tmp_path: Path, call: str, error: str) -> None:
    place = tmp_path / "registry"
    modelreg.connect(place).register(
        {"first": 0, "weights": bytes(100_000)}, "churn", aliases=["staging"], project="train", artifact="clf"
    )
    done = traced(
        place, tmp_path / "trace.log", "-e", f"trace={call}", "-P", str(place / "objects"),
        "-e", f"inject={call}:error={error}:when=1+", who="refused",
    )  # fmt: skip
    if done.returncode == 0:  # strace matched no path below the folder: inject by call alone
        done = traced(
            place,
            tmp_path / "trace.log",
            "-e",
            f"trace={call}",
            "-e",
            f"inject={call}:error={error}:when=1+",
            who="refused-2",
        )
    assert done.returncode != 0
    assert done.stdout == ""
    assert assert_whole(place, "churn", []) <= 2


@needs_strace
def test_bytes_are_durable_before_the_catalog_and_the_catalog_before_the_answer(tmp_path: Path) -> None:
    place, log = tmp_path / "registry", tmp_path / "order.log"
    modelreg.connect(place).register(
        {"first": 0, "weights": bytes(100_000)}, "churn", aliases=["staging"], project="train", artifact="clf"
    )
    done = traced(place, log, "-y", "-e", "trace=write,pwrite64,fsync,fdatasync,rename", who="order")
    assert done.returncode == 0, done.stderr
    events = [line for line in log.read_text(errors="replace").splitlines() if str(place) in line or "write(1<" in line]
    published = [i for i, line in enumerate(events) if "rename(" in line and "/objects/b3/" in line]
    assert len(published) >= 3, "stream, layout and version record"
    for i in published:
        temporary = re.search(r'rename\("([^"]+)", "([^"]+)"', events[i])
        assert temporary is not None
        synced = [j for j in range(i) if re.search(r"f(data)?sync\(", events[j]) and temporary[1] in events[j]]
        assert synced, f"{temporary[1]} was renamed before it was synced"
        folder = Path(temporary[2]).parent
        after = [j for j in range(i, len(events)) if "fsync(" in events[j] and f"<{folder}>" in events[j]]
        assert after, f"{folder} was never synced"
    answer = next(i for i, line in enumerate(events) if "write(1<" in line)
    committed = [
        i
        for i, line in enumerate(events)
        if re.search(r"f(data)?sync\(", line) and "registry.db-wal" in line and i < answer
    ]
    assert committed, "the answer came before the commit was durable"
    assert max(j for i in published for j in [i]) < max(committed)
