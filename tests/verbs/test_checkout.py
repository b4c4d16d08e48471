"""The files of a version, in a directory of their own; the user's tree, index and branches stay as they are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from modelreg.errors import InvalidError, NotFoundError, StorageError
from modelreg.views import show

from .cells import Cells, git, listing


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the notebook, below the top of a repository with one commit."""
    top = tmp_path / "project"
    work = top / "notebooks"
    work.mkdir(parents=True)
    git(top, "init", "-q", "-b", "main")
    (top / "settings.txt").write_text("rate = 1\n")
    (work / "data.csv").write_text("1,2,3\n")
    (work / "requirements.txt").write_text("their own\n")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "first")
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def cells(work: Path, monkeypatch: pytest.MonkeyPatch) -> Cells:
    """Return a session that has registered a model made of data, a changed file and a module that git does not know."""
    monkeypatch.syspath_prepend(str(work))
    monkeypatch.delitem(sys.modules, "replay_helper", raising=False)
    (work / "replay_helper.py").write_text("def double(x):\n    return 2 * x\n")
    (work.parent / "settings.txt").write_text("rate = 3\n")
    made = Cells(work)
    made("from pathlib import Path\nimport replay_helper")
    made("unrelated = 1")
    made("rate = int(Path('../settings.txt').read_text().split()[-1])")
    made("rows = [replay_helper.double(int(x)) for x in Path('data.csv').read_text().split(',')]")
    made("clf = {'weights': [rate * x for x in rows]}")
    made.register("clf")
    return made


def test_the_slice_runs_there_and_makes_the_same_model(cells: Cells, tmp_path: Path) -> None:
    done = cells.registry.checkout("churn:v0", tmp_path / "again")
    work = tmp_path / "again" / "notebooks"
    assert Path(done.work) == work
    assert (done.how, done.patched, done.notes) == ("worktree", True, ())
    assert "unrelated" not in (work / "slice.py").read_text()
    line = f"import runpy, json; print(json.dumps(runpy.run_path({done.code!r})['clf']))"
    env = {**os.environ, "PYTHONPATH": "."}
    said = subprocess.run([sys.executable, "-c", line], cwd=work, check=True, capture_output=True, text=True, env=env)
    assert json.loads(said.stdout) == cells.names["clf"] == {"weights": [6, 12, 18]}


def test_a_module_that_a_library_made_in_memory_is_no_file_of_the_user(cells: Cells, tmp_path: Path) -> None:
    import types

    made = types.ModuleType("made_in_memory")
    made.__file__ = "_made.py"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "made_in_memory", made)
        cells("clf = {'weights': [1]}")
        cells.register("clf")
    assert cells.registry.checkout("churn:v1", tmp_path / "again").notes == ()


def test_what_the_commit_has_keeps_its_name(cells: Cells, tmp_path: Path) -> None:
    done = cells.registry.checkout("churn:v0", tmp_path / "again")
    work = tmp_path / "again" / "notebooks"
    assert done.files == ("slice.py", "session.ipynb", "modelreg-requirements.txt")
    assert (work / "requirements.txt").read_text() == "their own\n"
    assert (work / "modelreg-requirements.txt").read_text().startswith("# CPython")
    assert len(json.loads((work / "session.ipynb").read_text())["cells"]) == 5


def test_tree_index_branches_and_stash_of_the_user_stay_as_they_are(cells: Cells, work: Path, tmp_path: Path) -> None:
    git(work, "branch", "other")
    refs = git(work, "for-each-ref"), git(work, "status", "--porcelain", "--branch")
    before = listing(work.parent)
    done = cells.registry.checkout("churn:v0", tmp_path / "again")
    now = listing(work.parent)
    assert all(name.startswith((".git/worktrees/", ".git/objects/")) for name in now if name not in before)
    assert {name: now[name] for name in before} == before
    assert (git(work, "for-each-ref"), git(work, "status", "--porcelain", "--branch")) == refs
    git(work, "worktree", "remove", "--force", done.directory)
    assert git(work, "worktree", "list").count("\n") == 0


def test_a_directory_that_is_not_empty_is_refused_and_stays(cells: Cells, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x")
    with pytest.raises(InvalidError, match=r"exists and is not an empty directory; nothing was written\. Try .*mine-2"):
        cells.registry.checkout("churn:v0", tmp_path / "mine")
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["file"]


def test_the_place_that_is_offered_instead_can_be_taken(
    cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    (here / "mine").mkdir(parents=True)
    (here / "mine" / "file").write_text("x")
    monkeypatch.chdir(here)

    def offered(directory: str) -> str:
        with pytest.raises(InvalidError) as refused:
            cells.registry.checkout("churn:v0", directory)
        return refused.value.tries[0]

    assert offered(".") == "checkout churn:v0 churn-v0"
    assert offered("..") == "checkout churn:v0 ../churn-v0"
    assert offered("mine") == "checkout churn:v0 mine-2"
    assert offered("mine/file") == "checkout churn:v0 mine/file-2"
    cells.registry.checkout("churn:v0", "churn-v0")
    cells.registry.checkout("churn:v0", "mine-2")
    assert (offered("."), offered("mine")) == ("checkout churn:v0 churn-v0-2", "checkout churn:v0 mine-3")


def test_a_commit_that_is_gone_is_told_with_its_remote_and_a_clone_of_it_is_taken(
    cells: Cells, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "clone", "-q", str(work.parent), "clone")
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(work.parent)
    with pytest.raises(NotFoundError, match=r"no repository here holds the commit .*Try .*again.* --from CLONE"):
        cells.registry.checkout("churn:v0", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    cells.registry.checkout("churn:v0", tmp_path / "again", source=tmp_path / "clone")
    assert (tmp_path / "again" / "settings.txt").read_text() == "rate = 3\n"
    with pytest.raises(InvalidError, match="--from takes a clone"):
        cells.registry.checkout("churn:v0", tmp_path / "more", source=tmp_path / "nowhere")


def test_the_repository_around_is_taken_where_that_of_the_register_is_elsewhere(
    cells: Cells, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "clone", "-q", str(work.parent), "clone")
    shutil.rmtree(work.parent)
    monkeypatch.chdir(tmp_path / "clone")
    assert cells.registry.checkout("churn:v0", tmp_path / "again").how == "worktree"


def forged(top: Path, place: Path, path: str) -> Path:
    """Return a clone where the bytes of a file are others, under the digest of then."""
    git(top, "clone", "-q", "--no-local", str(top), str(place))
    for pack in (place / ".git" / "objects" / "pack").glob("*"):
        moved = pack.rename(place.parent / pack.name)
        if moved.suffix == ".pack":
            with moved.open("rb") as packed:
                subprocess.run(["git", "-C", str(place), "unpack-objects", "-q"], stdin=packed, check=True)
    blob = git(top, "rev-parse", f"HEAD:{path}")
    loose = place / ".git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(zlib.compress(b"blob 5\0evil\n"))
    assert git(place, "cat-file", "blob", blob) == "evil"
    return place


def test_a_repository_that_the_facts_alone_name_is_not_taken(cells: Cells, work: Path, tmp_path: Path) -> None:
    other = forged(work.parent, tmp_path / "forged", "notebooks/data.csv")
    cells.rewrite(lambda held: held["git"].update(top=str(other)))
    cells.registry.checkout("churn:v0", tmp_path / "again")
    assert (tmp_path / "again" / "notebooks" / "data.csv").read_text() == "1,2,3\n"
    assert not (other / ".git" / "worktrees").exists()


def test_a_clone_that_is_named_is_believed_no_object_that_is_not_what_it_is_called(
    cells: Cells, work: Path, tmp_path: Path
) -> None:
    other = forged(work.parent, tmp_path / "forged", "notebooks/data.csv")
    with pytest.raises(NotFoundError, match="churn:v0 cannot be checked out: git: "):
        cells.registry.checkout("churn:v0", tmp_path / "again", source=other)
    assert not (tmp_path / "again").exists()


def test_a_clone_that_is_named_stays_as_it_is_and_no_branch_need_hold_the_commit(
    cells: Cells, work: Path, tmp_path: Path
) -> None:
    git(work, "reset", "-q", "--soft", git(work, "commit-tree", "-m", "other", "HEAD^{tree}"))
    git(work, "reflog", "expire", "--expire=now", "--all")
    before = listing(work.parent)
    done = cells.registry.checkout("churn:v0", tmp_path / "again", source=work)
    assert (done.how, done.notes) == ("clone", ())
    assert (tmp_path / "again" / "settings.txt").read_text() == "rate = 3\n"
    assert listing(work.parent) == before


def test_without_a_repository_the_files_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "step_of_checkout.py").write_text("RATE = 2\n")
    cells = Cells(tmp_path)
    cells("import step_of_checkout\nclf = {'weights': [step_of_checkout.RATE]}")
    cells.register("clf")
    done = cells.registry.checkout("churn:v0", "again")
    assert (done.how, done.commit, done.directory, done.work) == ("files", None, "again", "again")
    assert done.files == ("slice.py", "session.ipynb", "requirements.txt", "step_of_checkout.py")
    assert sorted(done.files) == sorted(one.name for one in Path("again").iterdir())


def test_data_that_git_does_not_have_is_named_once(cells: Cells, work: Path, tmp_path: Path) -> None:
    (work / "own.csv").write_text("a,y\n1,0\n2,1\n")
    cells("import pandas as pd\nfrom sklearn.linear_model import LogisticRegression")
    cells("df = pd.read_csv('own.csv')\nclf = LogisticRegression().fit(df[['a']], df['y'])")
    cells.register("clf")
    done = cells.registry.checkout("churn:v1", tmp_path / "again")
    assert done.notes == ("own.csv is not in it: put the data there before you run the code",)
    git(work, "add", "own.csv")
    git(work, "commit", "-qm", "data")
    cells("clf = LogisticRegression(C=2).fit(df[['a']], df['y'])")
    cells.register("clf")
    assert cells.registry.checkout("churn:v2", tmp_path / "other").notes == ()


def test_the_answer_has_three_lines_with_the_line_that_runs_it(cells: Cells, tmp_path: Path) -> None:
    done = cells.registry.checkout("churn:v0", tmp_path / "a b")
    lines = show(done).text().splitlines()
    assert lines[0].startswith(f"churn:v0 checked out to {tmp_path}/a b · worktree at ")
    assert lines[0].endswith(" +diff · slice.py, session.ipynb, modelreg-requirements.txt")
    assert lines[1:] == [f"next: !cd '{tmp_path}/a b/notebooks' && python -m IPython slice.py"]
    assert show(done, program="modelreg").text().splitlines()[-1].startswith("next: cd '")
    assert "modelreg-place" in show(done)._repr_html_()


def test_a_version_without_capture_has_nothing_to_check_out(cells: Cells, tmp_path: Path) -> None:
    cells.notebook.log.on = False
    cells.registry.register({"plain": 1}, "bare")
    with pytest.raises(NotFoundError, match="nothing was captured with bare:v0"):
        cells.registry.checkout("bare:v0", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_place_that_cannot_be_written_is_told(cells: Cells, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises((StorageError, NotFoundError), match="file"):
        cells.registry.checkout("churn:v0", tmp_path / "file" / "again")


def test_hostile_words_are_escaped(cells: Cells, tmp_path: Path) -> None:
    done = cells.registry.checkout("churn:v0", tmp_path / "<script>alert(1)<")
    assert "<script>" not in show(done)._repr_html_()


def test_a_place_in_the_home_is_told_as_a_shell_takes_it(cells: Cells, home: Path) -> None:
    home.mkdir(exist_ok=True)
    cells("clf = {'weights': [1, 2]}")
    cells.register("clf")
    done = cells.registry.checkout("churn:v0", "~/back")
    assert Path(done.work).is_relative_to(home / "back")
