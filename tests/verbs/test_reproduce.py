"""The code of a version run again in a real kernel: what comes of it, and that nothing is left behind.

Each start of a kernel takes seconds: a test starts as few as it can, and looks at all that one run gives.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import modelreg
from modelreg.capture.git import Restored
from modelreg.digests import digest
from modelreg.errors import InvalidError, MissingLibraryError, NotFoundError, UntrustedModelError
from modelreg.notebook import Notebook
from modelreg.verbs import rerun
from modelreg.verbs.brought import bring
from modelreg.verbs.checkout import Laid
from modelreg.verbs.load import verified
from modelreg.verbs.reproduce import _plain
from modelreg.verbs.story import story
from modelreg.views import show

from .cells import Cells, git, listing

MODEL = """
class Model:
    def fit(self, X, y):
        self.mean = sum(y) / len(y) + len(X)
        return self
    def predict(self, X):
        return [self.mean + sum(row) for row in X]
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a notebook in no repository; all that is temporary lies beside it."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return work


@pytest.fixture
def cells(work: Path) -> Cells:
    """Return a session with a class of models and some data."""
    made = Cells(work)
    made(MODEL)
    made("X = [[float(i), i % 7.0] for i in range(1000)]\ny = [sum(row) for row in X]")
    return made


def nothing_is_left(tmp_path: Path) -> bool:
    return list((tmp_path / "temporary").iterdir()) == []


def kernels() -> list[str]:
    """Return the kernels that were started to run code again and are still there."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if "modelreg-replay-" in line and parent == str(os.getpid()):
            found.append(line)
    return found


def test_a_model_is_reproduced_marked_and_shown_so(cells: Cells, tmp_path: Path) -> None:
    cells("unrelated = 1")
    cells("clf = Model().fit(X, y)")
    cells.register("clf")
    done = cells.registry.reproduce("churn:v0")
    assert done.ok
    assert done.text.startswith("equal predictions for 250 rows of X, the data of then · ")
    assert done.notes == ()
    (action,) = cells.registry.history("churn", kinds=["replayed"])
    assert (action.sentence, action.reason) == ("replay of v0: reproduced", done.text)
    mark = cells.registry.show("churn:v0").mark
    assert (mark.outcome, mark.text, mark.at) == ("reproduced", done.text, action.at)
    assert cells.registry.show("train/clf:v0").mark == mark
    assert f" reproduced ✓ · {done.text}\n" in show(cells.registry.show("churn:v0")).text()
    assert "reproduced ✓" in show(cells.registry.show("churn:v0"))._repr_html_()
    assert nothing_is_left(tmp_path)
    assert kernels() == []
    assert {one.label for one in cells.registry.approvals()} == {"churn (__main__.Model)", "code of train/clf:v0"}


def test_chance_is_named_where_it_made_another_model(cells: Cells, tmp_path: Path) -> None:
    cells("import random\nfirst = 1e9 * random.random()")
    cells("clf = Model().fit(X, [first])")
    cells.register("clf")
    done = cells.registry.reproduce("churn:v0")
    assert (done.ok, done.outcome) == (False, "differs")
    assert done.text.startswith("predictions differ in 250 of 250 rows, by up to ")
    assert "draws from random, which nothing seeded (cell 3)" in done.text
    assert show(done).text().startswith("churn:v0 differs ≠ · ")


def test_data_that_git_does_not_have_comes_along_if_it_is_what_it_was(cells: Cells, work: Path, tmp_path: Path) -> None:
    git(work, "init", "-q", "-b", "main")
    git(work, "commit", "-q", "--allow-empty", "-m", "first")
    (work / "helper_of_replay.py").write_text("def scaled(x):\n    return float(x) / 2\n")
    (work / "data.csv").write_text("a,b\n" + "\n".join(f"{i},{i * i % 13}" for i in range(30)) + "\n")
    cells("import sys\nsys.path.insert(0, '')\nfrom helper_of_replay import scaled\nimport pandas as pd")
    cells("df = pd.read_csv('data.csv')")
    cells("rows = df.map(scaled).to_numpy()\nclf = Model().fit(rows, list(df['b']))")
    cells.register("clf")
    before = git(work, "status", "--porcelain"), git(work, "worktree", "list")
    done = cells.registry.reproduce("churn:v0")
    assert done.ok, done
    assert cells.registry.show("churn:v0").mark.outcome == "reproduced"
    assert (git(work, "status", "--porcelain"), git(work, "worktree", "list")) == before
    (work / "data.csv").write_text("a,b\n1,2\n")
    done = cells.registry.reproduce("churn:v0")
    assert done.outcome == "failed"
    assert done.text.startswith("data.csv holds other contents than then: FileNotFoundError: ")
    assert cells.registry.history("churn", kinds=["replayed"])[0].reason == done.text
    assert "(cell 4)" in done.text
    assert cells.registry.show("churn:v0").mark.outcome == "failed", "the newest mark counts"
    assert (work / "data.csv").read_text() == "a,b\n1,2\n"
    assert nothing_is_left(tmp_path)


def test_a_file_that_nothing_was_noted_of_does_not_come_along_as_it_may_be_what_the_code_made(
    cells: Cells, work: Path, tmp_path: Path
) -> None:
    (work / "steps.json").write_text("[3]")
    cells("import json, os, pickle\nwith open('steps.json') as file:\n    steps = json.load(file)")
    cells("clf = Model().fit(X, y)\nclf.mean += steps[0]")
    cells.register("clf")
    done = cells.registry.reproduce("churn:v0")
    assert done.outcome == "failed"
    assert "FileNotFoundError" in done.text
    (note,) = done.notes
    assert note.startswith(
        "steps.json was not kept with the version: what the code reads beside its data is not brought"
    )
    assert note.endswith("`checkout churn:v0 DIRECTORY` lays the code out to run it by hand")
    cells(
        "if os.path.exists('cache.json'):\n    with open('cache.json') as file:\n        drawn = json.load(file)\n"
        "else:\n    drawn = 1e9 * os.urandom(2)[0]\n    with open('cache.json', 'w') as file:\n        json.dump(drawn, file)\n"
        "clf = Model().fit(X, y)\nclf.mean += drawn"
    )
    cells.register("clf")
    assert (work / "cache.json").exists()
    assert cells.registry.reproduce("churn:v1").outcome == "differs", "it is trained again, not read"
    assert nothing_is_left(tmp_path)


def test_a_module_of_the_user_that_is_gone_may_come_with_the_code(
    cells: Cells, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(work))
    (work / "gone_for_replay.py").write_text("class Kept(dict):\n    pass\n")
    cells("from gone_for_replay import Kept\nclf = Kept(a=1)")
    cells.register("clf")
    (work / "gone_for_replay.py").unlink()
    monkeypatch.delitem(sys.modules, "gone_for_replay")
    with pytest.raises(MissingLibraryError, match="needs gone_for_replay"):
        verified(cells.registry._context, "churn:v0")
    assert verified(cells.registry._context, "churn:v0", files=False).version.number == 0


def test_where_a_library_is_missing_nothing_runs_and_what_was_found_before_stands(
    cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "site-packages"
    about = place / "lib_of_replay-1.0.dist-info"
    about.mkdir(parents=True)
    (place / "lib_of_replay.py").write_text("class M: ...\n")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: lib-of-replay\nVersion: 1.0\n")
    (about / "RECORD").write_text("lib_of_replay.py,,\n")
    monkeypatch.syspath_prepend(str(place))
    cells("import lib_of_replay\nclf = lib_of_replay.M()")
    cells.register("clf")
    (place / "lib_of_replay.py").unlink()
    monkeypatch.delitem(sys.modules, "lib_of_replay")
    with pytest.raises(MissingLibraryError, match="churn:v0 needs lib_of_replay"):
        cells.registry.reproduce("churn:v0")
    assert cells.registry.show("churn:v0").mark is None


def test_what_fails_is_told_with_its_reason(cells: Cells, tmp_path: Path) -> None:
    cells("import os, time\nagain = 'REPLAYED' in os.environ")
    cells("clf = Model().fit(os._exit(3) if again else X, y)")
    cells.register("clf", "dies")
    cells("clf = Model().fit(time.sleep(600) if again else X, y[1:])")
    cells.register("clf", "sleeps")
    cells("clf = Model().fit(__import__('not_installed_here') if again else X, y[2:])")
    cells.register("clf", "misses")
    cells("def login():\n    raise ValueError('x' * 270 + os.environ['MY_API_TOKEN'])")
    cells("clf = Model().fit(login() if again else X, y[3:])")
    cells.register("clf", "tells")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPLAYED", "1")
        died = cells.registry.reproduce("dies")
        slept = cells.registry.reproduce("sleeps", timeout=8)
        missed = cells.registry.reproduce("misses")
        patch.setenv("MY_API_TOKEN", "Tr0ub4dor3-" * 9)
        told = cells.registry.reproduce("tells")
    assert died.text.startswith("the kernel died (cell 4)")
    assert slept.text.startswith("it took longer than 8 s")
    assert missed.text.startswith("ModuleNotFoundError: No module named 'not_installed_here' (cell 6)")
    assert told.text.startswith("ValueError: xxx")
    (action,) = cells.registry.history("tells", kinds=["replayed"])
    assert action.reason == told.text
    assert "Tr0ub" not in told.text
    assert {died.outcome, slept.outcome, missed.outcome, told.outcome} == {"failed"}
    assert nothing_is_left(tmp_path)
    assert kernels() == []


def test_an_interrupt_leaves_no_kernel_no_folder_and_no_mark(cells: Cells, tmp_path: Path) -> None:
    cells("import time, os")
    cells("clf = Model().fit(time.sleep(600) if 'REPLAYED' in os.environ else X, y)")
    cells.register("clf")

    class Watch:
        """Presses the stop button once the first cell has run, and again where nothing came of it."""

        def __init__(self) -> None:
            self.pressed, self.ended = False, threading.Event()

        def begin(self, label: str, total: int) -> None:
            pass

        def advance(self, amount: int) -> None:
            if not self.pressed:
                threading.Thread(target=self.press, daemon=True).start()
            self.pressed = True

        def press(self) -> None:
            wait = 0.5
            while not self.ended.wait(wait):
                os.kill(os.getpid(), signal.SIGINT)
                wait = 20

        def end(self) -> None:
            self.ended.set()

    watch = Watch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPLAYED", "1")
        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            cells.registry.reproduce("churn:v0", progress=watch)
    assert time.monotonic() - begun < 300
    assert watch.ended.is_set()
    assert nothing_is_left(tmp_path)
    assert kernels() == []
    assert cells.registry.show("churn:v0").mark is None


def test_objects_that_cannot_be_asked_are_compared_by_their_contents(cells: Cells) -> None:
    cells("table = {'weights': [1, 2, 3]}")
    cells.register("table")
    assert cells.registry.reproduce("churn").text.startswith("equal contents · ")


# ------------------------------------------------------------------------------------------- nothing runs without a yes


def test_code_that_did_not_run_here_needs_a_yes(cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = tmp_path / "canary"
    cells(f"from pathlib import Path\ncanary = Path({str(canary)!r}).write_text('sung')")
    cells("clf = Model().fit(X, [canary])")
    cells.register("clf")
    canary.unlink()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "stranger"))
    stranger = modelreg.connect(actor="stranger", notebook=Notebook())
    with pytest.raises(
        UntrustedModelError, match=r"has not run on this machine.*Try .*code churn:v0.*reproduce churn:v0 --trust"
    ):
        stranger.reproduce("churn:v0")
    stranger.trust("churn:v0")
    with pytest.raises(UntrustedModelError, match="has not run on this machine"):
        stranger.reproduce("churn:v0")
    assert not canary.exists()
    assert stranger.reproduce("churn:v0", trust=True).ok
    assert canary.exists()


def test_code_that_was_exchanged_in_the_registry_needs_a_yes(cells: Cells) -> None:
    cells("clf = Model().fit(X, y)")
    cells.register("clf")
    blobs = cells.registry._context.blobs
    evil = b"import os; os._exit(9)"
    blobs.put(evil)
    cells.registry.close()
    with sqlite3.connect(Path(cells.registry.location) / "registry.db") as driver:
        driver.execute("UPDATE attachments SET digest = ?, size = ? WHERE name = 'slice.py'", (digest(evil), len(evil)))
    driver.close()
    assert cells.registry.code("churn:v0").data == evil
    with pytest.raises(UntrustedModelError, match="has not run on this machine"):
        cells.registry.reproduce("churn:v0")


def input_of(path: str, relative: str, digest: str) -> dict[str, Any]:
    origin = {"kind": "file", "path": path, "relative": relative, "digest": digest}
    return {"role": "train", "expression": "Q", "origin": [origin]}


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("data", {"inputs": [input_of("/tmp/evil", "numpy.csv", "a" * 64)]}),
        ("git", {"top": "/tmp/forged"}),
        ("git", {"relative": "elsewhere"}),
        ("git", {"commit": "b" * 40}),
        ("code", {"variable": "X"}),
        ("environment", {"variables": [["PYTHONOPTIMIZE", "2"]]}),
    ],
)
def test_code_needs_a_yes_again_where_a_fact_that_it_is_run_with_was_changed(
    cells: Cells, kind: str, facts: dict[str, Any]
) -> None:
    cells("clf = {'weights': [1, 2]}")
    cells.register("clf")
    cells.rewrite(lambda held: held[kind].update(facts))
    with pytest.raises(UntrustedModelError, match="has not run on this machine"):
        cells.registry.reproduce("churn:v0")


def brought(cells: Cells, tmp_path: Path, *inputs: dict[str, Any]) -> dict[str, bytes]:
    """Return what is laid into the folder of a rerun for these inputs."""
    cells.rewrite(lambda held: held["data"].update(inputs=list(inputs)))
    place = tmp_path / "laid"
    place.mkdir()
    bring(
        story(cells.registry._context, "churn:v0"),
        Laid(made=Restored(directory=place), work=place),
    )
    return listing(place)


def test_no_file_that_python_would_import_is_brought_as_data(cells: Cells, tmp_path: Path) -> None:
    cells("clf = {'weights': [1, 2]}")
    cells.register("clf")
    (tmp_path / "file").write_bytes(b"1,2\n")
    names = ["numpy.py", "NUMPY.PY", "numpy/__init__.py", "a.pyc", "b.so", "c.pyd", "d.pth", "../e.csv", "f/g.csv", "h"]
    inputs = [input_of(str(tmp_path / "file"), name, digest(b"1,2\n")) for name in names]
    assert brought(cells, tmp_path, *inputs) == {"f/g.csv": b"1,2\n", "h": b"1,2\n"}
    assert not (tmp_path / "e.csv").exists()


def test_a_file_of_data_that_is_another_now_is_not_brought(cells: Cells, tmp_path: Path) -> None:
    cells("clf = {'weights': [1, 2]}")
    cells.register("clf")
    (tmp_path / "file").write_bytes(b"1,3\n")
    once = input_of(str(tmp_path / "file"), "a.csv", digest(b"1,2\n"))
    inputs = once, once, input_of(str(tmp_path), "b", "c" * 64)
    assert brought(cells, tmp_path, *inputs) == {}
    laid = Laid(made=Restored(directory=tmp_path / "laid"), work=tmp_path / "laid")
    notes = bring(story(cells.registry._context, "churn:v0"), laid)
    assert notes == (
        f"{tmp_path / 'file'} is not what was read then: put it back and run this again",
        f"{tmp_path} is not there any more: put it back and run this again",
    )


def test_of_a_file_that_cannot_be_copied_wholly_nothing_is_there_and_that_is_said(cells: Cells, tmp_path: Path) -> None:
    cells("clf = {'weights': [1, 2]}")
    cells.register("clf")
    (tmp_path / "file").write_bytes(b"1,2\n" * 100_000)
    one = input_of(str(tmp_path / "file"), "a.csv", digest(b"1,2\n" * 100_000))
    cells.rewrite(lambda held: held["data"].update(inputs=[one]))
    place = tmp_path / "laid"
    place.mkdir()
    told = story(cells.registry._context, "churn:v0")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        notes = bring(told, Laid(made=Restored(directory=place), work=place))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert notes == (f"{tmp_path / 'file'} could not be copied (File too large): make room and run this again",)
    assert listing(place) == {}


def test_a_version_without_code_says_why(cells: Cells) -> None:
    cells.registry.register({"nameless": 1}, "churn")
    with pytest.raises(NotFoundError, match="there is no code of churn:v0: the object has no name in the session"):
        cells.registry.reproduce("churn:v0")


def test_no_secret_of_a_failure_is_kept() -> None:
    assert "ghp_" not in _plain("ValueError: login failed with ghp_" + "a1B2" * 10 + " · 3 s")


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_a_timeout_is_a_number_of_seconds(cells: Cells, timeout: float) -> None:
    with pytest.raises(InvalidError, match="timeout is a number of seconds above 0"):
        cells.registry.reproduce("churn:v0", timeout=timeout)


def test_the_kernel_gets_the_variables_of_then_and_no_others(cells: Cells) -> None:
    cells("clf = Model().fit(X, y)")
    cells.register("clf")
    told = story(cells.registry._context, "churn:v0")
    capture = json.loads(json.dumps(dict(told.run.capture)))
    capture["environment"]["variables"] = [
        ["OMP_NUM_THREADS", "3"],
        ["LD_PRELOAD", "evil.so"],
        ["MKL_NUM_THREADS", "\0"],
    ]

    told = dataclasses.replace(told, run=dataclasses.replace(told.run, capture=capture))
    given = rerun._environ(cells.registry._context, told)
    ours = {"MODELREG_REGISTRY": cells.registry.location, "MODELREG_REPLAYING": "1"}
    assert given == {"OMP_NUM_THREADS": "3", **ours}
