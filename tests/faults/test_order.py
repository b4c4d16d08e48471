"""The order of what a writer asks of the system: a process that is killed never shows a missing sync, a lost power line does."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import modelreg
from modelreg.digests import PART
from tests.faults.invariants import objects
from tests.faults.tracing import calls, needs_strace, traced
from tests.faults.writer import model


# checklist 3
@needs_strace
@pytest.mark.parametrize("size", [pytest.param(0, id="small"), pytest.param(2 * PART + 5, id="parts")])
def test_bytes_are_durable_before_the_catalog_and_the_catalog_before_the_answer(tmp_path: Path, size: int) -> None:
    place, log = tmp_path / "registry", tmp_path / "order.log"
    modelreg.connect(place).register(model("first", 0, size), "churn", project="train", artifact="clf")
    done = traced(place, log, "-y", "-e", "trace=write,pwrite64,fsync,fdatasync,rename", who="order", size=size)
    assert done.returncode == 0, done.stderr
    made = calls(log.read_text(errors="replace").splitlines())
    syncs = [call for call in made if call.name in ("fsync", "fdatasync")]
    published = [call for call in made if call.name == "rename" and "/objects/b3/" in call.text]
    journal = [call for call in made if call.name == "pwrite64" and f"<{place}/registry.db-wal>" in call.text]
    answer = next(call for call in made if call.name == "write" and call.text.startswith("1<"))
    first = min(call.begun for call in journal)
    assert len(published) >= (6 if size else 3), "parts, stream, layout and version record"
    if size:
        wrote = {call.thread for call in published}
        assert len(wrote) >= min(2, os.cpu_count() or 1), "several threads were at work"
    for call in published:
        named = re.search(r'"([^"]+)", "([^"]+)"', call.text)
        assert named is not None
        aside, folder = named[1], Path(named[2]).parent
        written = [w.done for w in made if w.name == "write" and f"<{aside}>" in w.text]
        synced = [s.done for s in syncs if s.done < call.begun and f"<{aside}>" in s.text and s.text.endswith("= 0")]
        assert synced, f"{aside} was renamed before it was synced"
        assert max(written) < min(synced), f"{aside} was written to after it was synced"
        settled = [s for s in syncs if call.done < s.begun and s.done < first and f"<{folder}>" in s.text]
        assert settled, f"{folder} was not synced before the catalog was written"
    committed = [s for s in syncs if "registry.db-wal>" in s.text and s.done < answer.begun]
    assert committed, "the answer came before the commit was durable"
    assert max(call.begun for call in journal if call.done < answer.begun) < max(s.begun for s in committed)


# checklist 3
@needs_strace
def test_what_a_killed_writer_left_is_durable_before_a_catalog_relies_on_it(tmp_path: Path) -> None:
    place, log = tmp_path / "registry", tmp_path / "order.log"
    registry = modelreg.connect(place)
    registry.register(model("first", 0), "churn", project="train", artifact="clf")
    before = objects(place)
    killed = traced(place, log, "-e", "trace=fsync", "-e", "inject=fsync:signal=KILL:when=3", who="again")
    assert killed.returncode != 0
    left = objects(place) - before
    assert len(left) == 2, "stream and layout are in their places, and their folders were not synced"
    done = traced(place, log, "-y", "-e", "trace=write,pwrite64,fsync,fdatasync,rename", who="again")
    assert done.returncode == 0, done.stderr
    made = calls(log.read_text(errors="replace").splitlines())
    first = min(call.begun for call in made if call.name == "pwrite64" and f"<{place}/registry.db-wal>" in call.text)
    synced = {call.text for call in made if call.name == "fsync" and call.done < first}
    for name in left:
        assert not any(name in call.text for call in made if call.name == "rename"), "it was there already"
        (folder,) = {path.parent for path in (place / "objects").rglob(name)}
        assert any(f"<{folder}>" in text for text in synced), f"{folder} was not synced"
