"""Threads for one piece of work, and the same work where the system gives none."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import modelreg
from modelreg.crew import begin, crew, spread
from modelreg.digests import PART, digest, leaves

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the system give no thread; return the names of those that were asked for."""
    asked: list[str] = []

    def refused(thread: threading.Thread) -> None:
        asked.append(thread.name)
        msg = "can't start new thread"
        raise RuntimeError(msg)

    monkeypatch.setattr(threading.Thread, "start", refused)
    return asked


def test_many_things_are_done_in_their_order_by_several_threads() -> None:
    def who(item: int) -> tuple[int, str]:
        time.sleep(0.01)
        return item, threading.current_thread().name

    found = list(spread(who, range(8), 3, "test"))
    assert [item for item, _ in found] == list(range(8))
    assert len({name for _, name in found}) > 1
    assert all(name.startswith("modelreg-test") for _, name in found)
    assert list(spread(lambda _: threading.current_thread().name, [1], 3, "test")) == ["MainThread"]


def test_the_first_error_is_the_one_that_is_told_and_what_was_not_begun_is_left() -> None:
    done: list[int] = []

    def failing(item: int) -> None:
        if not item:
            raise LookupError
        time.sleep(0.02)
        done.append(item)

    with pytest.raises(LookupError):
        list(spread(failing, range(50), 2, "test"))
    assert len(done) < 10
    before = list(done)
    time.sleep(0.05)
    assert done == before, "nobody is at work any more"


def test_without_a_thread_all_of_it_is_done_by_the_one_that_asks(no_threads: list[str]) -> None:
    done: list[str] = []
    assert crew(2, "test") is None
    assert list(spread(str, range(4), 2, "test")) == ["0", "1", "2", "3"]
    assert begin(lambda: done.append("done"), "test") is None
    assert done == ["done"]
    assert no_threads


def test_a_crew_of_which_the_system_gives_only_some_leaves_none_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    start, begun = threading.Thread.start, []

    def some(thread: threading.Thread) -> None:
        if len(begun) == 2:
            msg = "can't start new thread"
            raise RuntimeError(msg)
        begun.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", some)
    assert crew(3, "test") is None
    for thread in begun:
        thread.join(5)
        assert not thread.is_alive()


ENDING = """
import atexit, sys, threading
import numpy as np
import modelreg
registry = modelreg.connect(sys.argv[1])
registry.log({"n": 0}, "train/weights")
late = lambda: print(registry.log({"w": np.random.default_rng(0).random(3 << 20)}, "train/weights").version.ref)
if sys.argv[2] == "exit":
    atexit.register(late)
else:
    threading.Timer(float(sys.argv[2]), late).start()
"""


@pytest.mark.parametrize("moment", ["exit", "0", "0.1"])
def test_a_model_is_registered_while_the_interpreter_ends(moment: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDING, str(tmp_path / "registry"), moment], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("train/weights:v1\n", "")


def test_threads_that_were_never_let_go_end_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Barrier, "abort", lambda _: None)  # an interrupt came before it
    monkeypatch.setattr("modelreg.crew._LONGEST", 0.2)
    start, begun = threading.Thread.start, []

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        begun.append(thread)
        if len(begun) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        crew(3, "test")
    for thread in begun:
        thread.join(5)
        assert not thread.is_alive()


def test_a_model_is_registered_loaded_and_checked_without_a_thread(no_threads: list[str], tmp_path: Path) -> None:
    noise = np.random.default_rng(0).random(3 * PART // 8)
    registry = modelreg.connect(tmp_path / "registry")
    registry.log({"w": noise}, "train/weights")
    registry.log(pd.DataFrame({"x": noise, "y": noise}), "data/frame", kind="dataset")
    found = modelreg.connect(tmp_path / "registry")
    assert np.array_equal(found.load("train/weights")["w"], noise)
    assert found.check(read_data=True).ok
    assert leaves(noise.view("u1").data) == [
        digest(noise.view("u1")[at : at + PART].data) for at in range(0, noise.nbytes, PART)
    ]
    assert {name.rpartition("-")[0].partition("_")[0] for name in no_threads} >= {"modelreg"}


def test_what_is_asked_of_a_thread_is_done_beside() -> None:
    gate = threading.Event()
    thread: Any = begin(gate.wait, "test")
    assert thread.is_alive()
    gate.set()
    thread.join(5)
    assert not thread.is_alive()
