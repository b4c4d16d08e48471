"""What a capture may meet in a notebook, met in a real kernel: a register keeps the model and says what it could not tell."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

import modelreg

from .kernel import Kernel, private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from modelreg.records import Run
    from modelreg.registry import Registry

MODEL = """
import os, random
import numpy as np
import pandas as pd
class Mean:
    def fit(self, X, y=None):
        self.mean_ = float(np.asarray(X, dtype=float).mean())
        return self
    def predict(self, X):
        return [self.mean_ for _ in range(len(X))]
"""
WAIT = "from modelreg.notebook import Notebook\nfrom modelreg.verbs import capturing\ncapturing.wait(Notebook.current(), 60)"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory that the kernels of this module share."""
    return tmp_path_factory.mktemp("captured")


@pytest.fixture(scope="module")
def started(place: Path) -> Iterator[Callable[[], Kernel]]:
    """Return what starts kernels on the shared registry, each with a class of models."""
    running: list[Kernel] = []
    env = {**private(place), "GIT_CEILING_DIRECTORIES": str(place)}

    def start() -> Kernel:
        running.append(Kernel(env, str(place)))
        running[-1].ok(MODEL)
        return running[-1]

    yield start
    for kernel in running:
        kernel.stop()


@pytest.fixture(scope="module")
def kernel(started: Callable[[], Kernel]) -> Kernel:
    return started()


@pytest.fixture
def reg(place: Path) -> Iterator[Registry]:
    registry = modelreg.connect(place / "registry")
    yield registry
    registry.close()


@pytest.fixture
def folder(place: Path, kernel: Kernel, tmp_path: Path) -> Iterator[Path]:
    """Return a directory of its own, which is that of the kernel."""
    kernel.ok(f"os.chdir({str(tmp_path)!r})")
    yield tmp_path
    kernel.ok(f"os.chdir({str(place)!r})")


def git(folder: Path, *words: str) -> str:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    line = ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *words]
    return subprocess.run(line, check=True, capture_output=True, text=True, env={**os.environ, **who}).stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "init", "-q", "-b", "main")
    (folder / "helper.py").write_text("RATE = 1\n", encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return git(folder, "rev-parse", "HEAD")


def kept(kernel: Kernel, reg: Registry, name: str, variable: str = "clf") -> tuple[Run, dict[str, Any]]:
    """Register a variable; return the run and what was captured, once nothing is captured any more."""
    answer = kernel.ok(f"%modelreg register {variable} {name} --new-version")
    assert f"{name}:v" in answer.text
    kernel.ok(WAIT)
    run = reg.show(f"{name}:latest").runs[0]
    assert run.capture is not None
    return run, dict(run.capture)


def file(reg: Registry, run: Run, name: str) -> str:
    (found,) = (one for one in run.files if one.name == name)
    return reg._context.blobs.read(found.digest).decode()


def test_cells_out_of_order_again_deleted_and_failing(kernel: Kernel, reg: Registry, folder: Path) -> None:
    kernel.ok("rows = [[1.0], [2.0]]")
    assert kernel("rows.append([3.0])\nraise ValueError('after the change')").status == "error"
    kernel.ok("rows.append([4.0])")
    kernel.ok("rows.append([4.0])")  # the same cell again
    kernel.ok("unrelated = [row for row in rows]")
    kernel.ok("clf = Mean().fit(rows)")
    kernel.ok("rows = None  # the cells above are run out of order from now on")
    run, told = kept(kernel, reg, "order")
    names: dict[str, Any] = {}
    text = file(reg, run, "slice.py")
    exec(text, names)
    assert names["clf"].mean_ == 14 / 5
    assert "unrelated" not in text
    assert "rows = None" not in text
    book = json.loads(file(reg, run, "session.ipynb"))
    assert [cell["metadata"]["modelreg"]["ok"] for cell in book["cells"] if "append" in cell["source"]] == [
        False,
        True,
        True,
    ]
    assert told["session"]["failed"] >= 1


def test_scripts_shell_lines_and_captured_cells(kernel: Kernel, reg: Registry, folder: Path) -> None:
    (folder / "make.py").write_text("scripted = [[2.0], [6.0]]\n", encoding="utf-8")
    kernel.ok("!echo hello > note.txt")
    kernel.ok("%run make.py")
    kernel.ok("%%capture said\nprint('quiet')\nclf = Mean().fit(scripted)")
    run, told = kept(kernel, reg, "scripted")
    text = file(reg, run, "slice.py")
    assert "'run', 'make.py'" in text
    assert "Mean().fit(scripted)" in text
    # what a script did cannot be read from the text, and that is said
    assert any("%run" in reason for reason, _ in told["code"]["uncertain"])


def test_a_notebook_without_a_name_is_told_as_such(kernel: Kernel, reg: Registry) -> None:
    kernel.ok("clf = Mean().fit([[1.0]])")
    run, told = kept(kernel, reg, "nameless")
    assert not told["where"].get("notebook")
    assert "notebook" not in told["errors"]
    assert run.capture_state == "complete"


def test_the_extension_loaded_twice_again_and_anew_counts_a_cell_once(kernel: Kernel, reg: Registry) -> None:
    kernel.ok("%load_ext modelreg")
    kernel.ok("%reload_ext modelreg")
    kernel.ok("%unload_ext modelreg\n%load_ext modelreg")
    kernel.ok("once_only = 1\nclf = Mean().fit([[3.0]])")
    run, _ = kept(kernel, reg, "reloaded")
    book = json.loads(file(reg, run, "session.ipynb"))
    assert sum("once_only = 1" in cell["source"] for cell in book["cells"]) == 1


def test_a_frame_that_is_changed_later_is_told_as_it_was(kernel: Kernel, reg: Registry) -> None:
    kernel.ok("frame = pd.DataFrame({'a': [1.0, 2.0, 3.0], 'b': [0.0, 1.0, 0.0]})\nclf = Mean().fit(frame)")
    before, told = kept(kernel, reg, "frame")
    (first,) = told["data"]["inputs"]
    kernel.ok("frame['a'] *= 2")
    _, told = kept(kernel, reg, "frame")
    (second,) = told["data"]["inputs"]
    assert second["digest"] == first["digest"]
    assert (first["changed"]["state"], second["changed"]["state"]) == ("unchanged", "changed")
    assert before.capture_state == "complete"


def test_data_that_is_used_up_by_looking_is_left_alone(kernel: Kernel, reg: Registry) -> None:
    kernel.ok("stream = ([float(n)] for n in range(3))\nclf = Mean().fit([[1.0]])")
    reply = kernel("%modelreg register clf used --data stream")
    assert (reply.status, reply.tracebacks) == ("error", 0)
    assert "a list of its values can be told: stream = list(stream)" in reply.err
    assert kernel.print("len(list(stream))") == "3"


def test_a_model_that_is_trained_on_is_kept_as_it_was(kernel: Kernel, reg: Registry) -> None:
    kernel.ok("clf = Mean().fit([[1.0]])")
    kept(kernel, reg, "trained")
    kernel.ok("clf.fit([[9.0]])")
    assert "changed since" in kernel.ok("%modelreg status").text
    assert kernel.ok("old = %modelreg load trained:v0").status == "ok"
    assert kernel.print("(old.mean_, clf.mean_)") == "(1.0, 9.0)"


def test_a_variable_that_is_gone_is_named(kernel: Kernel) -> None:
    kernel.ok("gone = Mean().fit([[1.0]])\ndel gone")
    reply = kernel("%modelreg register gone gone")
    assert (reply.status, reply.tracebacks) == ("error", 0)
    assert "no variable 'gone'" in reply.err


def test_a_namespace_with_a_key_that_is_no_name(kernel: Kernel, reg: Registry) -> None:
    kernel.ok("import modelreg\nhere = modelreg.connect()\nglobals()[5] = keyed = Mean().fit([[1.0]])")
    kernel.ok("print(here.register(keyed, 'keyed').version.ref)")
    kernel.ok(WAIT)
    assert "keyed = Mean().fit([[1.0]])" in reg.code("keyed").cells[-1]
    kernel.ok("del globals()[5]\nhere.close()")


def test_a_working_directory_that_is_gone_takes_no_code_with_it(kernel: Kernel, reg: Registry, folder: Path) -> None:
    kernel.ok("os.mkdir('brief')\nos.chdir('brief')\nos.rmdir(os.getcwd())\nclf = Mean().fit([[1.0]])")
    run, facts = kept(kernel, reg, "homeless")
    assert facts["errors"] == ["git was not asked: the working directory is gone"]
    assert "slice.py" in [one.name for one in run.files], facts["errors"]
    assert facts["git"]["commit"] is None, "the directory that the kernel began in is not the one it works in"
    assert "clf = Mean().fit([[1.0]])" in reg.code("homeless").cells[-1]


def test_a_module_that_was_edited_after_its_import_is_told_as_not_what_ran(
    kernel: Kernel, reg: Registry, folder: Path
) -> None:
    (folder / "mr_weights.py").write_text("def weigh(n):\n    return n\n", encoding="utf-8")
    kernel.ok("import sys\nsys.dont_write_bytecode = False")
    kernel.ok(
        "import sys\nsys.path.insert(0, os.getcwd())\nimport mr_weights\nclf = Mean().fit([[mr_weights.weigh(2)]])"
    )
    run, facts = kept(kernel, reg, "weighed")
    assert facts["git"]["edited"] == []
    (folder / "mr_weights.py").write_text("def weigh(n):\n    return n * 10\n", encoding="utf-8")
    kernel.ok("clf = Mean().fit([[mr_weights.weigh(3)]])")
    run, facts = kept(kernel, reg, "weighed")
    assert b"n * 10" in reg._context.blobs.read(
        next(one.digest for one in run.files if one.name == "modules/mr_weights.py")
    )
    said = "mr_weights was edited after it was imported: what is kept is the file, not what ran"
    assert said in kernel.ok("%modelreg code weighed:v1").text
    assert said in kernel.ok("%modelreg show weighed:v1").text
    assert said in kernel.ok("%modelreg register clf weighed --new-version").text
    kernel.ok("sys.path.pop(0)")


def test_no_repository_and_one_without_a_commit(kernel: Kernel, reg: Registry, folder: Path) -> None:
    kernel.ok("clf = Mean().fit([[1.0]])")
    run, told = kept(kernel, reg, "bare")
    assert not told["git"].get("commit")
    assert run.capture_state == "complete"
    git(folder, "init", "-q")
    run, told = kept(kernel, reg, "bare")
    assert not told["git"].get("commit")
    assert run.capture_state == "complete"


def test_a_detached_head_below_the_top_with_changes_of_every_kind(kernel: Kernel, reg: Registry, folder: Path) -> None:
    (folder / "picture.bin").write_bytes(bytes(range(256)))
    first = commit(folder)
    git(folder, "remote", "add", "origin", "https://me:Tr0ub4dor3-hunter2@example.com/me/repo.git")
    git(folder, "checkout", "-q", "--detach")
    (folder / "picture.bin").write_bytes(bytes(reversed(range(256))))
    (folder / "helper.py").write_text("RATE = 2\n", encoding="utf-8")
    below = folder / "deep" / "down"
    below.mkdir(parents=True)
    (below / "fresh.py").write_text("FRESH = 3\n", encoding="utf-8")
    kernel.ok(f"os.chdir({str(below)!r})\nimport sys\nsys.path.insert(0, '')\nimport fresh")
    kernel.ok("clf = Mean().fit([[float(fresh.FRESH)]])")
    run, told = kept(kernel, reg, "detached")
    assert told["git"]["commit"] == first
    assert not told["git"].get("branch")
    assert "Tr0ub4dor3" not in json.dumps(told)
    patch = next(one for one in run.files if one.name.endswith(".patch"))
    body = reg._context.blobs.read(patch.digest)
    assert b"GIT binary patch" in body
    assert b"+RATE = 2" in body
    assert any(one.name.endswith("fresh.py") for one in run.files)


def test_a_submodule_and_a_clone_that_is_shallow(kernel: Kernel, reg: Registry, folder: Path) -> None:
    inner, outer = folder / "inner", folder / "outer"
    for each in (inner, outer):
        each.mkdir()
        commit(each)
    git(outer, "submodule", "--quiet", "add", str(inner), "part")
    git(outer, "commit", "-q", "-m", "with a part")
    git(folder, "clone", "-q", "--depth", "1", f"file://{outer}", "shallow")
    head = git(folder / "shallow", "rev-parse", "HEAD")
    kernel.ok(f"os.chdir({str(folder / 'shallow')!r})\nclf = Mean().fit([[1.0]])")
    run, told = kept(kernel, reg, "shallow")
    assert told["git"]["commit"] == head
    assert run.capture_state == "complete"


def test_a_repository_elsewhere_by_the_environment(kernel: Kernel, reg: Registry, folder: Path) -> None:
    here, there = folder / "here", folder / "there"
    for each in (here, there):
        each.mkdir()
    own = commit(here)
    (there / "x").write_text("x", encoding="utf-8")
    commit(there)
    git(there, "commit", "-q", "--allow-empty", "-m", "second")
    kernel.ok(f"os.chdir({str(here)!r})\nos.environ['GIT_DIR'] = {str(there / '.git')!r}\nclf = Mean().fit([[1.0]])")
    try:
        _, told = kept(kernel, reg, "elsewhere")
    finally:
        kernel.ok("del os.environ['GIT_DIR']")
    assert told["git"]["commit"] == own
    assert any("GIT_DIR" in one for one in told["git"]["warnings"])


def test_a_diff_of_many_megabytes_is_cut_and_marked(kernel: Kernel, reg: Registry, folder: Path) -> None:
    (folder / "table.csv").write_text("0\n", encoding="utf-8")
    commit(folder)
    (folder / "table.csv").write_text("".join(f"{n},{n * 7919}\n" for n in range(2_000_000)), encoding="utf-8")
    kernel.ok("clf = Mean().fit([[1.0]])")
    run, told = kept(kernel, reg, "huge")
    assert told["git"]["changed"][0]["path"] == "table.csv"
    assert any("too large to keep" in one for one in told["git"]["warnings"])
    assert not any(one.name.endswith(".patch") for one in run.files)


def test_a_git_that_is_no_program(kernel: Kernel, reg: Registry, folder: Path) -> None:
    commit(folder)
    kernel.ok("path = os.environ['PATH']\nos.environ['PATH'] = ''\nclf = Mean().fit([[1.0]])")
    try:
        run, told = kept(kernel, reg, "gitless")
    finally:
        kernel.ok("os.environ['PATH'] = path")
    assert told["git"]["warnings"] == ["there is no git program"]
    assert run.capture_state == "complete"


def test_a_kernel_that_is_killed_after_the_answer_loses_only_the_rest(
    started: Callable[[], Kernel], reg: Registry
) -> None:
    victim = started()
    victim.ok("clf = Mean().fit([[5.0]])")
    assert "killed:v0" in victim.ok("%modelreg register clf killed").text
    victim.manager.provisioner.process.kill()  # type: ignore[union-attr]
    victim.manager.provisioner.process.wait()  # type: ignore[union-attr]
    shown = reg.show("killed:v0")
    assert shown.runs[0].capture_state in {"partial", "complete"}
    assert shown.surroundings is not None
    assert shown.surroundings.state == shown.runs[0].capture_state
    assert shown.runs[0].capture is not None
    assert reg.load("killed:v0", trust=True).mean_ == 5.0
    assert reg.check().ok


def test_a_stop_during_a_register_leaves_all_or_nothing_and_the_next_one_captures(
    started: Callable[[], Kernel], reg: Registry
) -> None:
    kernel = started()
    kernel.ok("clf = Mean().fit([[1.0]])\nclf.big = np.random.default_rng(0).standard_normal(4_000_000)")
    kernel("%modelreg register clf stopped", during=lambda: (time.sleep(0.2), kernel.interrupt()))
    kernel.ok("%modelreg register clf stopped")
    kernel.ok(WAIT)
    versions = reg.versions("stopped", limit=10)
    assert len(versions) == 1
    assert reg.show("stopped:v0").runs[0].capture_state == "complete"


# red once in a run of everything, with no code kept for the second of the loop; not explained, and twice is red
def test_a_loop_that_registers_is_run_again_and_changes_nothing(kernel: Kernel, reg: Registry, folder: Path) -> None:
    kernel.ok("import modelreg\nhere = modelreg.connect()\nrows = [[1.0], [3.0]]")
    line = "%modelreg register turned looped -a best --quiet"
    kernel.ok(f"for n in (1, 2):\n    turned = Mean().fit([[n * row[0]] for row in rows])\n    {line}")
    kernel.ok(WAIT)
    before = [(one.number, one.aliases) for one in reg.versions("looped", limit=10)]
    assert len(before) == 2
    text = reg.code("looped:best").cells[0]
    assert "get_ipython" not in text
    assert "try:" not in text
    assert "it was registered in the middle of a statement" in kernel.ok("%modelreg show looped:best").text
    assert "reproduced ✓" in kernel.ok("%modelreg reproduce looped:best").text
    line = "here.register(own, 'api', aliases=['best']).version.ref"
    kernel.ok(f"for n in (1, 2):\n    own = Mean().fit([[n * 0.37]])\n    said = {line}")
    kernel.ok(WAIT)
    assert "reproduced ✓" in kernel.ok("%modelreg reproduce api:v1").text
    assert [(one.number, one.aliases) for one in reg.versions("looped", limit=10)] == before
    assert [one.number for one in reg.versions("api", limit=10)] == [1, 0]
    kernel.ok("here.close()")
