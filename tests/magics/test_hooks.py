"""The execution log: what ran in a shell, in which order, how it ended, and that no cell notices."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING

import pytest

from modelreg import settings
from modelreg.notebook import Execution, Notebook

from .conftest import Shell
from .kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell


def log(*, code: str = "") -> tuple[Execution, ...]:
    """Return the log, or the executions of one source."""
    return tuple(entry for entry in Notebook.current().log.executions() if code in entry.source)


def last() -> Execution:
    return log()[-1]


def test_a_cell_is_written_down_with_its_source_count_times_and_names(shell: Shell) -> None:
    shell.ok("a, b = 1, 2\nclf.depth = 3")
    entry = last()
    assert entry.source == "a, b = 1, 2\nclf.depth = 3"
    assert (entry.ok, entry.error, entry.before_load) == (True, None, False)
    assert entry.bound == {"a", "b"}
    assert entry.count == shell.ip.execution_count - 1
    assert 0 < entry.started <= entry.ended


def test_each_run_of_a_cell_leaves_an_entry_of_its_own(shell: Shell) -> None:
    for _ in range(3):
        shell.ok("runs = [1]")
    assert len(log(code="runs = [1]")) == 3


def test_magics_are_kept_as_the_python_that_ran(shell: Shell) -> None:
    shell.ok("%time total = 1 + 1")
    assert last().source.startswith("%time")
    assert last().code.startswith("get_ipython().run_line_magic('time'")


def test_a_transformed_cell_keeps_the_lines_of_the_cell(shell: Shell) -> None:
    shell.ok("%%modelreg register clf churn\nclf = Model(2)")
    assert last().code.splitlines() == ["# %%modelreg register clf churn", "clf = Model(2)"]


def test_an_error_is_kept_with_its_type_and_the_line_of_the_cell(shell: Shell) -> None:
    shell.ok("def broken():\n    return 1 / 0")
    assert not shell("first = 1\nsecond = 2\nbroken()\nthird = 3").result.success
    entry = last()
    assert (entry.ok, entry.error, entry.failing_line) == (False, "ZeroDivisionError", 3)
    assert entry.bound == {"first", "second"}


def test_the_line_of_a_failing_magic_is_that_of_the_cell(shell: Shell) -> None:
    assert not shell("a = 1\n%modelreg nonsense").result.success
    assert (last().error, last().failing_line) == ("UsageError", 2)


def test_an_error_of_syntax_says_that_nothing_ran(shell: Shell) -> None:
    assert not shell("a = 1\nb = = 2").result.success
    assert (last().ok, last().error, last().failing_line) == (False, "SyntaxError", 0)


def test_a_cell_with_await_is_written_down(shell: Shell) -> None:
    shell.ok("import asyncio\nawait asyncio.sleep(0)\nwaited = object()")
    assert last().bound == {"asyncio", "waited"}


def test_the_names_of_a_star_import_are_told(shell: Shell) -> None:
    shell.ok("from math import *")
    assert {"sqrt", "pi"} <= last().bound


def test_what_the_shell_binds_itself_is_no_name_of_a_cell(shell: Shell) -> None:
    shell.ok("41 + 1")
    shell.ok("_own = 1\n_")
    assert last().bound == {"_own"}


def test_a_running_cell_stands_last_as_far_as_it_has_come(shell: Shell) -> None:
    shell.ok("from modelreg.notebook import Notebook\ndef look():\n    return Notebook.current().log.executions()")
    shell.ok("a = 1\nseen = look()\nb = 2")
    entry = shell.value("seen")[-1]
    assert (entry.running, entry.ok, entry.failing_line) == (True, False, 2)
    assert entry.source.startswith("a = 1")
    assert (last().ok, last().running) == (True, False)


def test_a_running_cell_with_await_is_found_too(shell: Shell) -> None:
    shell.ok("import asyncio\nfrom modelreg.notebook import Notebook")
    shell.ok("await asyncio.sleep(0)\nseen = Notebook.current().log.executions()")
    assert (shell.value("seen")[-1].running, shell.value("seen")[-1].failing_line) == (True, 2)


def test_a_cell_within_a_cell_is_written_down_before_it(shell: Shell) -> None:
    shell.ok("a = 1\nget_ipython().run_cell('inner = 2')\nouter = 3")
    inner, outer = log()[-2:]
    assert (inner.source, inner.bound) == ("inner = 2", {"inner"})
    assert outer.bound == {"a", "inner", "outer"}


def test_what_ran_before_the_extension_comes_from_the_history(ip: InteractiveShell) -> None:
    shell = Shell(ip)
    shell.ok("early = %time 1")
    shell.ok("early += 1")
    shell.ok("also = 2\n%load_ext modelreg\nlate = 3")
    shell.ok("after = 4")
    first, second, loading, fourth = log()
    assert [entry.before_load for entry in log()] == [True, True, False, False]
    assert "run_line_magic('time'" in first.code
    assert second.source == "early += 1"
    assert (loading.count, loading.bound) == (3, {"late"})
    assert fourth.source == "after = 4"


def test_a_register_in_the_cell_that_loads_sees_that_cell_as_running(ip: InteractiveShell) -> None:
    shell = Shell(ip)
    shell.ok("%load_ext modelreg\nfrom modelreg.notebook import Notebook\nseen = Notebook.current().log.executions()")
    (entry,) = shell.value("seen")
    assert (entry.running, entry.failing_line) == (True, 3)
    (entry,) = log()
    assert entry.ok


def test_reload_keeps_the_log_and_writes_each_cell_once(shell: Shell) -> None:
    before = log()
    shell.ok("%reload_ext modelreg")
    shell.ok("once = 1")
    now = log()
    assert now[: len(before)] == before
    assert [entry.source for entry in now[len(before) :]] == ["%reload_ext modelreg", "once = 1"]


def test_what_ran_while_the_extension_was_away_comes_from_the_history(shell: Shell) -> None:
    shell.ok("%unload_ext modelreg")
    shell.ok("away = 1")
    shell.ok("%load_ext modelreg")
    entry = next(entry for entry in log() if entry.source == "away = 1")
    assert entry.before_load


def test_unload_leaves_no_event_behind(ip: InteractiveShell) -> None:
    before = {name: list(called) for name, called in ip.events.callbacks.items()}
    ip.extension_manager.load_extension("modelreg")
    assert len(ip.events.callbacks["pre_run_cell"]) == len(before["pre_run_cell"]) + 2
    ip.extension_manager.unload_extension("modelreg")
    assert {name: list(called) for name, called in ip.events.callbacks.items()} == before


def test_capture_off_stops_the_log_at_once_and_on_starts_it_again(shell: Shell) -> None:
    shell.ok("%modelreg config capture off")
    many = len(log())
    shell.ok("hidden = 1")
    assert len(log()) == many
    shell.ok("%modelreg config capture on")
    shell.ok("seen = 1")
    assert not log(code="hidden")
    assert last().source == "seen = 1"


def test_capture_off_in_the_config_file_holds_from_the_load_on(ip: InteractiveShell) -> None:
    settings.write("capture", "off")
    shell = Shell(ip)
    shell.ok("early = 1\n%load_ext modelreg")
    shell.ok("a = 1")
    assert log() == ()


def test_a_config_file_that_cannot_be_read_does_not_stop_the_load(ip: InteractiveShell) -> None:
    settings.config_file().parent.mkdir(parents=True)
    settings.config_file().write_text("capture = ", encoding="utf-8")
    shell = Shell(ip)
    ran = shell.ok("%load_ext modelreg")
    assert ran.out + ran.err == ""
    shell.ok("a = 1")
    assert last().source == "a = 1"


@pytest.mark.parametrize(
    "odd", ["globals()[1] = 2", "globals()[(1, 'a')] = 2", "same = type('S', (), {'__eq__': None})()"]
)
def test_odd_names_and_values_do_not_reach_the_cell(shell: Shell, odd: str) -> None:
    for cell in (odd, "fine = 1"):
        ran = shell.ok(cell)
        assert ran.err == ""
    assert last().bound == {"fine"}


def test_a_log_that_fails_says_nothing_in_the_cell(shell: Shell) -> None:
    class Broken(dict):
        def copy(self) -> dict:
            raise RuntimeError

    many = len(log())
    shell.ip.user_ns["a"] = 1
    before = shell.ip.user_ns
    shell.ip.user_ns = Broken(before)
    try:
        ran = shell("b = 2")
    finally:
        shell.ip.user_ns = before
    assert ran.result.success
    assert ran.err == ""
    assert len(log()) == many
    shell.ok("c = 3")
    assert last().source == "c = 3"


def test_names_are_told_also_where_others_were_deleted(shell: Shell) -> None:
    shell.ok("a = 1\nb = 2\nc = object()")
    shell.ok("del a\nd = 4\nc = object()")
    assert last().bound == {"c", "d"}


def test_nothing_that_a_cell_deletes_is_kept_alive(shell: Shell) -> None:
    shell.ok("import weakref\nbig = Model()\ngone = weakref.ref(big)")
    shell.ok("del big\ndead = gone() is None")
    assert shell.value("dead")


@pytest.fixture
def shallow() -> Iterator[None]:
    """Let recursion end soon: IPython takes half a minute to word a traceback of a thousand calls."""
    limit, depth = sys.getrecursionlimit(), len(inspect.stack(0))
    sys.setrecursionlimit(depth + 250)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("shallow")
def test_deep_recursion_in_a_cell_is_written_down(shell: Shell) -> None:
    shell.ok("def down(n):\n    return down(n + 1)")
    assert not shell("down(0)").result.success
    assert (last().error, last().failing_line) == ("RecursionError", 1)
    assert sys.getrecursionlimit() > 0


def test_a_kernel_writes_down_which_cell_ran_and_that_it_was_interrupted(home: Path) -> None:
    kernel = Kernel({"XDG_CONFIG_HOME": str(home / "config")}, str(home))
    try:
        content = {"code": "named = 1", "silent": False, "store_history": True, "user_expressions": {}}
        asked = kernel.client.session.msg("execute_request", content, metadata={"cellId": "cell-7"})
        kernel.client.shell_channel.send(asked)
        kernel("import time\nprint('go', flush=True); time.sleep(60)", during=lambda: _interrupt(kernel))
        kernel.ok(
            "from modelreg.notebook import Notebook\n*_, cell, stopped, now = Notebook.current().log.executions()"
        )
        assert kernel.print("cell.source, cell.cell_id, cell.ok") == "('named = 1', 'cell-7', True)"
        assert kernel.print("stopped.error, stopped.failing_line") == "('KeyboardInterrupt', 2)"
        assert kernel.print("now.running") == "True"
    finally:
        kernel.stop()


def _interrupt(kernel: Kernel) -> None:
    """Press stop once the cell is seen to run."""
    while True:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream" and "go" in message["content"]["text"]:
            kernel.interrupt()
            return
