"""The private allow-list and the one gate."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from modelreg.errors import IntegrityError, InvalidError, RegistryError, UntrustedModelError
from modelreg.trust import Allowed, gate

ONE, TWO = "1" * 64, "2" * 64


@pytest.fixture
def allowed(tmp_path):
    found = Allowed(tmp_path / "private")
    yield found
    found.close()


def test_an_empty_list_allows_nothing_and_makes_nothing(allowed) -> None:
    assert allowed.how(ONE) is None
    assert allowed.all() == []
    assert not allowed.directory.exists()


def test_what_was_registered_stays_registered(allowed) -> None:
    allowed.allow(ONE, "registered", label="churn")
    allowed.allow(ONE, "approved", label="other")
    assert [(each.content_id, each.how, each.label) for each in allowed.all()] == [(ONE, "registered", "churn")]


def test_an_approval_is_withdrawn_once(allowed) -> None:
    allowed.allow(ONE, "approved")
    assert allowed.withdraw(ONE)
    assert not allowed.withdraw(ONE)
    assert allowed.how(ONE) is None


def test_the_list_is_private(allowed) -> None:
    allowed.allow(ONE, "approved")
    assert allowed.directory.stat().st_mode & 0o777 == 0o700
    assert allowed.file.stat().st_mode & 0o777 == 0o600


def test_another_process_sees_it_at_once(allowed) -> None:
    allowed.allow(ONE, "approved")
    code = (
        "import sys; from pathlib import Path; from modelreg.trust import Allowed; "
        "found = Allowed(Path(sys.argv[1])); print(found.how('1' * 64)); found.allow('2' * 64, 'approved')"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(allowed.directory)], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "approved"
    assert allowed.how(TWO) == "approved"


def test_threads_share_one_list(allowed) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: allowed.allow(f"{number:064x}", "registered"), range(64)))
    assert len(allowed.all()) == 64


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_opens_its_own(allowed) -> None:
    allowed.allow(ONE, "approved")
    child = os.fork()
    if child == 0:
        try:
            allowed.allow(TWO, "approved")
        finally:
            os._exit(0 if allowed.how(ONE) == allowed.how(TWO) == "approved" else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert allowed.how(TWO) == "approved"


def test_a_list_that_was_replaced_is_read_anew(allowed, tmp_path) -> None:
    allowed.allow(ONE, "approved")
    other = Allowed(tmp_path / "other")
    other.allow(TWO, "approved")
    other.close()
    other.file.replace(allowed.file)
    for ending in ("-wal", "-shm"):
        allowed.file.with_name(allowed.file.name + ending).unlink(missing_ok=True)
    assert (allowed.how(ONE), allowed.how(TWO)) == (None, "approved")


@pytest.mark.parametrize("which", ["directory", "file"])
def test_a_list_that_others_may_write_allows_nothing(allowed, which) -> None:
    allowed.allow(ONE, "approved")
    path = getattr(allowed, which)
    path.chmod(path.stat().st_mode | 0o022)
    assert allowed.how(ONE) is None
    with pytest.raises(RegistryError, match="chmod go-w"):
        allowed.allow(TWO, "approved")


def test_a_damaged_list_is_put_aside_and_counts_as_empty(allowed) -> None:
    allowed.allow(ONE, "approved")
    allowed.close()
    allowed.file.write_bytes(b"no database" * 1000)
    assert allowed.how(ONE) is None
    allowed.allow(TWO, "approved")
    assert allowed.how(TWO) == "approved"
    assert list(allowed.directory.glob("trust.db.corrupt-*"))


def test_a_list_locked_by_another_program_is_said_and_can_be_used_after(allowed) -> None:
    allowed.allow(ONE, "approved")
    other = sqlite3.connect(allowed.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    allowed._kept._connected().execute("PRAGMA busy_timeout = 50")
    with pytest.raises(RegistryError, match="locked"):
        allowed.allow(TWO, "approved")
    other.execute("ROLLBACK")
    other.close()
    allowed.allow(TWO, "approved")
    assert allowed.how(TWO) == "approved"


def test_the_gate_refuses_what_nobody_said_yes_to(allowed) -> None:
    with pytest.raises(UntrustedModelError, match=ONE):
        gate(ONE, runs_code=True, allowed=allowed)


def test_the_gate_opens_for_code_free_approved_trusted_and_expected_contents(allowed) -> None:
    assert gate(ONE, runs_code=False, allowed=allowed) == "code-free"
    assert gate(ONE, runs_code=True, allowed=allowed, trust=True) == "trusted once"
    assert gate(ONE, runs_code=True, allowed=allowed, expect=f"b3:{ONE}") == "expected"
    assert allowed.how(ONE) is None
    allowed.allow(ONE, "approved")
    assert gate(ONE, runs_code=True, allowed=allowed) == "approved"


def test_the_gate_compares_what_is_expected_first(allowed) -> None:
    allowed.allow(ONE, "approved")
    with pytest.raises(IntegrityError, match="not the expected"):
        gate(ONE, runs_code=False, allowed=allowed, trust=True, expect=f"b3:{TWO}")
    with pytest.raises(InvalidError, match="64 hex digits"):
        gate(ONE, runs_code=True, allowed=allowed, expect=ONE)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_child_forked_while_the_list_is_busy_does_not_wait_for_ever(allowed) -> None:
    allowed.allow(ONE, "approved")
    busy, done = threading.Event(), threading.Event()

    def work() -> None:
        with allowed._kept._lock:
            busy.set()
            done.wait()

    thread = threading.Thread(target=work)
    thread.start()
    busy.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if allowed.how(ONE) == "approved" else 1)
    done.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0
