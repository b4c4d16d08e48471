"""The state of the code, in real repositories in every odd state; a checkout gives the same files again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from modelreg.capture.git import Git, Kept, capture, remove, restore
from modelreg.capture.git.checkout import Checkout
from modelreg.capture.git.mending import mended

NAME = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
TOKEN = "ghp_" + "a1B2" * 10


def git(where, *words, check=True):
    done = subprocess.run(["git", *words], cwd=where, env={**os.environ, **NAME}, capture_output=True, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


def commit(where, message="x"):
    git(where, "add", "-A")
    git(where, "commit", "-qm", message)
    return git(where, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path):
    """Return a repository with one commit."""
    place = tmp_path / "code"
    place.mkdir()
    git(place, "init", "-q", "-b", "main")
    (place / "train.py").write_text("a = 1\nb = 2\nc = 3\n")
    (place / "picture.png").write_bytes(bytes(range(256)) * 4)
    (place / "dos.txt").write_bytes(b"one\r\ntwo\r\n")
    (place / "sub").mkdir()
    (place / "sub" / "old.py").write_text("\n".join(f"line {n}" for n in range(30)) + "\n")
    commit(place)
    return place


def files(top):
    """Return every file below, by its path, with kind and contents."""
    found = {}
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        if name.split("/")[0] == ".git":
            continue
        if path.is_symlink():
            found[name] = ("link", str(path.readlink()))
        elif path.is_file():
            found[name] = (bool(path.stat().st_mode & stat.S_IXUSR), path.read_bytes())
    return found


def restored(record, tmp_path, source=None):
    result = restore(record, tmp_path / "again", *([source] if source else ()))
    assert result.errors == ()
    return result


# ---------------------------------------------------------------------------------------------------- what is recorded


def test_a_clean_repository_has_commit_branch_and_an_empty_patch(repository):
    record = capture(repository / "sub")
    assert record.commit == git(repository, "rev-parse", "HEAD")
    assert (record.branch, record.dirty, record.patch, record.relative) == ("main", False, b"", "sub")
    assert Path(record.top) == repository.resolve()
    assert record.errors == ()
    assert record.warnings == ("the repository has no remote",)


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://me:" + TOKEN + "@example.org/a.git?private_token=x#y", "https://example.org/a.git"),
        ("git@example.org:team/a.git", "example.org:team/a.git"),
    ],
)
def test_the_remote_is_kept_without_user_query_and_fragment(repository, address, clean):
    git(repository, "remote", "add", "origin", address)
    record = capture(repository)
    assert record.remote == clean
    assert TOKEN not in repr(record)


def test_the_remote_of_the_branch_goes_before_origin(repository):
    git(repository, "remote", "add", "origin", "https://example.org/origin")
    git(repository, "remote", "add", "mine", "https://example.org/mine")
    assert capture(repository).remote == "https://example.org/origin"
    git(repository, "config", "branch.main.remote", "mine")
    assert capture(repository).remote == "https://example.org/mine"


def test_a_commit_on_a_remote_branch_is_told_from_one_that_is_not(repository, tmp_path):
    git(tmp_path, "clone", "-q", str(repository), "clone")
    clone = tmp_path / "clone"
    assert capture(clone).pushed is True
    (clone / "new.txt").write_text("x")
    commit(clone)
    record = capture(clone)
    assert record.pushed is False
    assert "the commit is on no remote branch" in record.warnings


def test_notebooks_stay_out_of_the_patch_and_are_listed(repository):
    (repository / "a.ipynb").write_text("{}")
    (repository / "sub" / "b.ipynb").write_text("{}")
    commit(repository)
    (repository / "a.ipynb").write_text('{"x": 1}')
    (repository / "sub" / "b.ipynb").write_text('{"x": 1}')
    record = capture(repository)
    assert (record.dirty, record.patch) == (True, b"")
    assert [one.path for one in record.changed] == ["a.ipynb", "sub/b.ipynb"]


def test_untracked_files_are_listed_with_sizes_and_ignored_ones_are_not(repository):
    (repository / ".gitignore").write_text("*.csv\n")
    commit(repository)
    (repository / "data.csv").write_text("1")
    (repository / "Grüße \n.txt").write_text("12345")
    record = capture(repository)
    assert [(one.path, one.size) for one in record.untracked] == [("Grüße \n.txt", 5)]
    assert record.untracked_count == 1


def test_a_directory_that_is_no_code_is_left_out_though_it_is_committed(repository, tmp_path):
    registry = repository / "sub" / "re*g"
    registry.mkdir()
    (registry / "registry.db-wal").write_bytes(b"\0one")
    (registry / "inner.py").write_text("a = 1\n")
    commit(repository)
    (registry / "registry.db-wal").write_bytes(b"\0two")
    (registry / "new.py").write_text("a = 1\n")
    only = capture(repository, modules=[registry / "new.py"], apart=[registry])
    assert (only.dirty, only.patch, only.changed, only.modules, only.untracked) == (False, b"", (), (), ())
    (repository / "train.py").write_text("a = 2\n")
    record = capture(repository / "sub", modules=[registry / "new.py"], apart=[registry, tmp_path, repository])
    assert [one.path for one in record.changed] == ["train.py"]
    assert (record.patch.count(b"diff --git"), record.modules, record.untracked_count) == (1, (), 0)
    (registry / "registry.db-wal").write_bytes(b"\0three")  # it goes on changing
    place = restored(record, tmp_path).directory
    assert (place / "train.py").read_text() == "a = 2\n"


def test_many_untracked_files_are_counted_and_the_first_thousand_listed(repository):
    for number in range(1100):
        (repository / f"{number}.txt").touch()
    record = capture(repository)
    assert (record.untracked_count, len(record.untracked)) == (1100, 1000)


def test_imported_modules_that_git_does_not_hold_are_kept(repository, tmp_path, monkeypatch):
    (repository / ".gitignore").write_text("ignored.py\n")
    commit(repository)
    (repository / "ignored.py").write_text("x = 1\n")
    (repository / "sub" / "fresh.py").write_text(f"token = '{TOKEN}'\n")
    (repository / "idle.py").write_text("not imported\n")
    (tmp_path / "outside.py").write_text("elsewhere\n")
    installed = repository / "env" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "package.py").write_text("installed\n")
    monkeypatch.syspath_prepend(repository)
    __import__("ignored")
    paths = [
        repository / "train.py",
        repository / "sub" / "fresh.py",
        tmp_path / "outside.py",
        installed / "package.py",
    ]
    record = capture(repository, modules=["ignored", "sys", "no_such_module", *paths])
    monkeypatch.delitem(sys.modules, "ignored")
    assert [one.path for one in record.modules] == ["ignored.py", "sub/fresh.py"]
    assert record.modules[0].content == b"x = 1\n"
    assert TOKEN.encode() not in record.modules[1].content
    assert len(record.redactions) == 1


def test_a_module_that_is_too_large_or_no_file_is_named(repository):
    (repository / "large.py").write_bytes(b"#" * 1_000_001)
    (repository / "gone.py").touch()
    os.mkfifo(repository / "pipe.py")
    record = capture(repository, modules=[repository / "large.py", repository / "pipe.py"])
    assert [(one.path, one.content) for one in record.modules] == [("large.py", None), ("pipe.py", None)]
    assert "too large to keep: large.py, pipe.py" in record.warnings


# ------------------------------------------------------------------------------------------------------ the odd states


def test_without_a_repository_the_modules_of_the_directory_are_kept(tmp_path):
    (tmp_path / "mine.py").write_text("x = 1\n")
    record = capture(tmp_path, modules=[tmp_path / "mine.py"])
    assert record.warnings == ("the directory is in no git repository",)
    assert (record.commit, record.dirty, record.errors) == (None, None, ())
    assert files(restored(record, tmp_path).directory) == {"mine.py": (False, b"x = 1\n")}


def test_without_a_git_program_it_is_said(repository, tmp_path):
    record = capture(repository, environ={"PATH": str(tmp_path)})
    assert record.warnings == ("there is no git program",)
    assert record.errors == ()


def test_a_git_program_in_the_directory_itself_is_not_run(repository, monkeypatch):
    program(repository / "git", "touch ran")
    monkeypatch.chdir(repository)
    record = capture(repository, environ={"PATH": "."})
    assert record.warnings == ("there is no git program",)
    assert not (repository / "ran").exists()


def test_a_directory_that_is_gone_is_an_error_of_the_record(tmp_path):
    record = capture(tmp_path / "gone")
    assert len(record.errors) == 1
    assert "gone" in record.errors[0]


def test_without_a_commit_the_patch_holds_what_is_staged(tmp_path):
    place = tmp_path / "new"
    place.mkdir()
    git(place, "init", "-q", "-b", "trunk")
    assert capture(place).dirty is False
    (place / "a.py").write_text("x = 1\n")
    git(place, "add", "a.py")
    record = capture(place)
    assert (record.commit, record.branch, record.dirty) == (None, "trunk", True)
    assert "there is no commit yet" in record.warnings
    assert record.errors == ()
    assert files(restored(record, tmp_path).directory) == files(place)


def test_a_detached_head_has_no_branch(repository):
    git(repository, "checkout", "-q", "--detach")
    record = capture(repository)
    assert (record.branch, record.dirty) == (None, False)
    assert "HEAD is detached" in record.warnings


def test_a_bare_repository_and_a_git_directory_have_no_files(repository, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare")
    bare = capture(tmp_path / "bare")
    assert bare.commit == git(repository, "rev-parse", "HEAD")
    assert "the repository is bare" in bare.warnings
    inside = capture(repository / ".git")
    assert "the directory is inside a git directory" in inside.warnings
    assert (bare.dirty, inside.dirty, bare.errors, inside.errors) == (None, None, (), ())


def test_a_linked_worktree_and_a_shallow_clone_are_told(repository, tmp_path):
    (repository / "train.py").write_text("second\n")
    commit(repository)
    git(repository, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    assert "the directory is a linked worktree" in capture(tmp_path / "tree").warnings
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    assert "the repository is shallow" in capture(tmp_path / "shallow").warnings


def test_a_merge_with_conflicts_is_told_and_can_be_had_again(repository, tmp_path):
    git(repository, "checkout", "-qb", "other")
    (repository / "train.py").write_text("theirs\n")
    commit(repository)
    git(repository, "checkout", "-q", "main")
    (repository / "train.py").write_text("ours\n")
    commit(repository)
    git(repository, "merge", "other", check=False)
    record = capture(repository)
    assert "a merge is in progress" in record.warnings
    assert [one.path for one in record.changed] == ["train.py"]
    assert files(restored(record, tmp_path).directory) == files(repository)


def test_hidden_changes_and_sparse_checkouts_are_told(repository):
    git(repository, "update-index", "--assume-unchanged", "train.py")
    (repository / "train.py").write_text("hidden\n")
    record = capture(repository)
    assert "changes in 1 files are hidden from git (assume-unchanged)" in record.warnings
    git(repository, "update-index", "--no-assume-unchanged", "train.py")
    git(repository, "update-index", "--skip-worktree", "dos.txt")
    assert "a sparse checkout leaves out 1 files" in capture(repository).warnings


def test_submodules_are_told_by_their_commit_and_their_changes(repository, tmp_path):
    git(tmp_path, "clone", "-q", str(repository), "inner")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "inner"), "part")
    commit(repository)
    assert capture(repository).dirty is False
    (repository / "part" / "train.py").write_text("changed\n")
    record = capture(repository)
    assert "submodules hold changes that are not kept: part" in record.warnings
    assert record.dirty is False
    commit(repository / "part")
    moved = capture(repository)
    assert moved.dirty is True
    assert b"Subproject commit" in moved.patch
    assert files(restored(moved, tmp_path).directory).keys() == {
        name for name in files(repository) if not name.startswith("part/")
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a directory away")
def test_a_repository_of_another_user_is_refused_and_told(repository):
    for path in (repository, repository / ".git"):
        os.chown(path, 12345, 12345)
    record = capture(repository)
    assert record.errors == ("git refuses the repository, it belongs to another user (safe.directory)",)
    allowed = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    assert capture(repository, environ={**os.environ, **allowed}).commit


def test_variables_that_lead_git_elsewhere_are_left_aside_and_told(repository, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    record = capture(
        repository, environ={**os.environ, "GIT_DIR": str(other / ".git"), "GIT_TRACE": str(tmp_path / "trace")}
    )
    assert record.commit == git(repository, "rev-parse", "HEAD")
    assert "GIT_DIR set: git was asked about the directory itself" in record.warnings
    assert not (tmp_path / "trace").exists()


def test_a_broken_repository_is_an_error_of_the_record(repository):
    (repository / ".git" / "index").write_bytes(b"nonsense")
    record = capture(repository)
    assert record.commit
    assert record.dirty is None
    assert any("index" in error for error in record.errors)
    (repository / ".git" / "HEAD").write_text("nonsense\n")
    assert capture(repository).commit is None


def test_a_patch_that_is_too_large_gives_way_to_a_list_with_blobs_and_keeps_imported_modules(repository, tmp_path):
    (repository / "train.py").write_text("".join(f"{n:06}\n" for n in range(800_000)))
    (repository / "sub" / "old.py").write_text("small = 1\n")
    record = capture(repository, modules=[repository / "sub" / "old.py"], budget=30)
    assert record.patch is None
    assert record.dirty is True
    assert "the patch is too large to keep; its files are listed" in record.warnings
    assert "train.py" in record.stat
    (listed,) = [one for one in record.changed if one.path == "train.py"]
    assert (listed.status, listed.blob, listed.size) == ("M", git(repository, "rev-parse", "HEAD:train.py"), 5_600_000)
    again = restored(record, tmp_path)
    assert (again.directory / "sub" / "old.py").read_text() == "small = 1\n"
    assert (again.directory / "train.py").read_text() == "a = 1\nb = 2\nc = 3\n"
    assert "the changes to tracked files were not kept: these are the commit's" in again.warnings


def test_a_file_that_is_far_too_large_is_not_read(repository):
    with (repository / "train.py").open("r+b") as file:
        file.truncate(300_000_000)
    record = capture(repository, budget=60)
    assert record.patch is None
    assert [one.size for one in record.changed] == [300_000_000]


# ---------------------------------------------------------------------------------------------------------------- time


def program(path, body):
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def slow(tmp_path):
    """Return a search path whose git takes its time for some subcommands."""
    real = shutil.which("git")
    place = tmp_path / "bin"
    place.mkdir()

    def make(*slow):
        cases = "|".join(f"*' {word} '*" for word in slow)
        sleep = f'case " $* " in {cases}) sleep 30 & echo $! >> "{tmp_path}/pids"; wait;; esac'
        program(place / "git", f'{sleep}\nexec "{real}" "$@"')
        return {**os.environ, "PATH": f"{place}{os.pathsep}{os.environ['PATH']}"}

    return make


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("word", ["rev-parse", "config", "diff", "ls-files", "for-each-ref"])
def test_a_git_that_hangs_is_stopped_with_its_children_and_the_rest_is_kept(repository, tmp_path, slow, word):
    start = monotonic()
    record = capture(repository, environ=slow(word), budget=1.0)
    assert monotonic() - start < 20
    assert any("git took too long" in error for error in record.errors)
    assert not any(running(pid) for pid in (tmp_path / "pids").read_text().split())
    if word == "for-each-ref":
        assert (record.pushed, record.dirty, record.patch) == (None, False, b"")
    if word == "diff":
        assert record.commit
        assert (record.dirty, record.patch) == (None, None)


def test_a_git_that_answers_nonsense_is_a_record_with_errors(repository, tmp_path):
    place = tmp_path / "bin"
    place.mkdir()
    program(place / "git", "echo \xff nonsense; exit 3")
    record = capture(repository, environ={**os.environ, "PATH": str(place)})
    assert record.errors == ("git: exit 3",)


def test_a_git_that_talks_without_end_is_cut_off(repository, tmp_path):
    place = tmp_path / "bin"
    place.mkdir()
    program(place / "git", "while :; do echo true; done")
    start = monotonic()
    capture(repository, environ={**os.environ, "PATH": f"{place}{os.pathsep}{os.environ['PATH']}"}, budget=5)
    assert monotonic() - start < 30


# ------------------------------------------------------------------------------------------- what a repository may not


@pytest.fixture
def hostile(repository, tmp_path):
    """Return a repository whose configuration names a program everywhere git knows a place for one, and the canary."""
    canary = tmp_path / "canary"
    evil = program(tmp_path / "evil", f'echo "$0 $@" >> "{canary}"; cat')
    hooks = repository / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"):
        shutil.copy(evil, hooks / name)
        shutil.copy(evil, repository / ".git" / "hooks" / name)
    (repository / ".gitattributes").write_text("*.py filter=evil diff=evil\n*.txt filter=e=v.il diff=evil\n")
    commit(repository)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.askPass",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "filter.e=v.il.clean",
        "filter.e=v.il.smudge",
        "pager.diff",
        "pager.config",
        "alias.diff",
        "gpg.program",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "remote.origin.uploadpack",
        "interactive.diffFilter",
    ):
        git(repository, "config", key, f"!{evil}" if key.startswith("alias") else str(evil))
    git(repository, "config", "core.hooksPath", str(hooks))
    git(repository, "config", "filter.evil.required", "true")
    git(repository, "config", "diff.submodule", "diff")
    git(repository, "config", "remote.origin.url", str(tmp_path))
    git(repository, "config", "core.untrackedCache", "true")
    canary.unlink(missing_ok=True)
    os.utime(repository / "dos.txt")
    (repository / "train.py").write_text("changed\n")
    return repository, canary


def test_a_repository_whose_configuration_names_programs_runs_none(hostile, tmp_path):
    repository, canary = hostile
    record = capture(repository)
    assert not canary.exists(), canary.read_text()
    assert b"+changed" in record.patch
    assert "filters that the repository itself names did not run: e=v.il, evil" in record.warnings
    assert restored(record, tmp_path).how == "worktree"
    assert not canary.exists(), canary.read_text()


def test_the_programs_of_the_hostile_repository_do_run_under_a_plain_git(hostile):
    repository, canary = hostile
    git(repository, "diff", "HEAD", check=False)
    assert canary.exists()


def test_a_clone_of_a_hostile_repository_runs_nothing(hostile, tmp_path):
    repository, canary = hostile
    record = capture(repository)
    block_worktrees(repository)
    assert restored(record, tmp_path).how == "clone"
    assert not canary.exists(), canary.read_text()


def block_worktrees(repository):
    # a file where git wants its directory: the same for every user, root too
    (repository / ".git" / "worktrees").write_text("")


def test_a_partial_clone_fetches_nothing(repository, tmp_path):
    git(repository, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository}", "partial")
    partial = tmp_path / "partial"
    canary = tmp_path / "canary"
    evil = program(tmp_path / "evil", f"touch {canary}")
    git(partial, "config", "remote.origin.uploadpack", str(evil))
    git(partial, "read-tree", "HEAD")
    (partial / "train.py").write_text("changed\n")
    record = capture(partial)
    assert not canary.exists()
    git(partial, "diff", "HEAD", check=False)
    assert canary.exists()  # a plain git starts it
    assert record.commit
    assert record.patch is None
    assert record.errors


def test_a_submodule_whose_configuration_names_programs_runs_none(repository, tmp_path):
    git(tmp_path, "clone", "-q", str(repository), "inner")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "inner"), "part")
    commit(repository)
    canary = tmp_path / "canary"
    evil = program(tmp_path / "evil", f"touch {canary}; cat")
    part = repository / "part"
    (part / ".gitattributes").write_text("*.py filter=evil\n")
    commit(part)
    commit(repository)
    git(repository, "config", "diff.submodule", "diff")
    (part / "dos.txt").write_text("moved\n")
    commit(part)
    git(part, "config", "core.fsmonitor", str(evil))
    git(part, "config", "filter.evil.clean", str(evil))
    (part / "train.py").write_text("changed\n")
    canary.unlink(missing_ok=True)
    record = capture(repository)
    assert "submodules hold changes that are not kept: part" in record.warnings
    assert b"+Subproject commit" in record.patch
    assert not canary.exists()


def test_a_filter_of_the_user_runs_and_an_lfs_extension_of_the_repository_does_not(repository, tmp_path, monkeypatch):
    ours, lfs = tmp_path / "ours", tmp_path / "lfs"
    config = tmp_path / "gitconfig"
    git(
        tmp_path,
        "config",
        "-f",
        str(config),
        "filter.mine.clean",
        str(program(tmp_path / "mine", f"touch {ours}; cat")),
    )
    git(
        tmp_path, "config", "-f", str(config), "filter.lfs.clean", str(program(tmp_path / "large", f"touch {lfs}; cat"))
    )
    (repository / ".gitattributes").write_text("*.py filter=mine\n*.txt filter=lfs\n")
    commit(repository)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    git(repository, "config", "lfs.extension.evil.clean", "evil")
    (repository / "train.py").write_text("changed\n")
    (repository / "dos.txt").write_text("changed\n")
    record = capture(repository)
    assert ours.exists()
    assert not lfs.exists()
    assert "filters that the repository itself names did not run: lfs" in record.warnings


def test_a_working_tree_set_to_another_place_is_not_looked_at(repository, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "train.py").write_text("private\n")
    git(repository, "config", "core.worktree", str(elsewhere))
    record = capture(repository)
    assert b"private" not in repr(record).encode()
    assert record.patch is None
    assert "core.worktree leads out of the directory: no file was looked at" in record.warnings


def test_a_change_in_the_second_of_the_commit_is_seen(repository):
    git(repository, "config", "core.trustctime", "false")
    place, index = repository / "train.py", repository / ".git" / "index"
    long_ago = (10**18, 10**18)
    os.utime(place, ns=long_ago)
    git(repository, "add", "-A")
    git(repository, "update-index", "--refresh")
    place.write_text("a = 1\nb = 7\nc = 3\n")
    for one in (place, index):
        os.utime(one, ns=long_ago)
    assert b"+b = 7" in capture(repository).patch


def test_nothing_in_the_repository_is_written(repository):
    (repository / "train.py").write_text("changed\n")
    os.utime(repository / "dos.txt", (1, 1))

    def state():
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in repository.rglob("*") if path.is_file()}

    before = state()
    capture(repository)
    assert state() == before


@pytest.mark.parametrize(
    "setting",
    ["diff.noprefix=true", "diff.mnemonicPrefix=true", "color.ui=always", "diff.relative=true", "diff.context=0",
     "diff.renames=copies", "core.quotepath=true", "diff.algorithm=patience", "diff.orderFile=/nowhere",
     "diff.ignoreSubmodules=all", "diff.interHunkContext=9", "core.abbrev=7", "diff.wsErrorHighlight=all",
     "diff.colorMoved=zebra", "core.whitespace=cr-at-eol", "apply.whitespace=fix", "diff.srcPrefix=x/"],
)  # fmt: skip
def test_no_setting_gives_the_patch_another_shape(repository, tmp_path, setting):
    everything(repository)
    before = capture(repository).patch
    key, _, value = setting.partition("=")
    git(repository, "config", key, value)
    record = capture(repository / "sub")
    if key != "diff.algorithm":
        assert record.patch == before
    assert files(restored(record, tmp_path).directory) == files(repository)


# ----------------------------------------------------------------------------------------------------- there and back


def everything(repository):
    """Change the repository in every way that a patch can tell."""
    (repository / "train.py").write_text("a = 1\nb = 20\nc = 3\nd = 4")
    (repository / "picture.png").write_bytes(bytes(reversed(range(256))) * 5)
    (repository / "dos.txt").write_bytes(b"one\r\nzwei\r\ndrei\n")
    git(repository, "mv", "sub/old.py", "sub/new name.py")
    with (repository / "sub" / "new name.py").open("a") as file:
        file.write("more\n")
    for name, content in (
        ("added.py", b"x = 1\n"),
        ("Grüße.txt", b"\xff\xfe\n"),
        ("empty.txt", b""),
        ("tab\there", b"x"),
    ):
        (repository / name).write_bytes(content)
        git(repository, "add", name)
    (repository / "run.sh").write_text("#!/bin/sh\n")
    (repository / "run.sh").chmod(0o755)
    (repository / "link").symlink_to("train.py")
    git(repository, "add", "run.sh", "link")


def test_a_checkout_has_the_same_files_and_the_same_patch(repository, tmp_path):
    (repository / "gone.txt").write_text("gone\n")
    commit(repository)
    everything(repository)
    (repository / "gone.txt").unlink()
    record = capture(repository)
    before = files(repository)
    result = restored(record, tmp_path)
    assert result.how == "worktree"
    assert files(result.directory) == before
    assert capture(result.directory).patch == record.patch
    assert files(repository) == before


def test_untracked_modules_come_back(repository, tmp_path):
    (repository / "deep" / "er").mkdir(parents=True)
    module = repository / "deep" / "er" / "fresh.py"
    module.write_bytes(b"x = '\xc3\xa9'\r\n")
    record = capture(repository, modules=[module])
    assert files(restored(record, tmp_path).directory) == files(repository)


def test_line_ends_that_git_converts_come_back(repository, tmp_path):
    git(repository, "config", "core.autocrlf", "true")
    (repository / "train.py").write_bytes(b"a = 1\r\nb = 22\r\nc = 3\r\n")
    record = capture(repository)
    assert (restored(record, tmp_path).directory / "train.py").read_bytes() == b"a = 1\r\nb = 22\r\nc = 3\r\n"


def test_where_no_worktree_can_be_made_a_clone_is(repository, tmp_path):
    git(repository, "config", "core.autocrlf", "input")
    everything(repository)
    record = capture(repository)
    block_worktrees(repository)
    result = restored(record, tmp_path)
    assert result.how == "clone"
    assert files(result.directory) == files(repository)
    assert git(result.directory, "config", "core.autocrlf") == "input"


def test_another_clone_can_be_the_source(repository, tmp_path):
    git(tmp_path, "clone", "-q", str(repository), "other")
    everything(repository)
    record = capture(repository)
    before = files(repository)
    shutil.rmtree(repository)
    assert files(restored(record, tmp_path, tmp_path / "other").directory) == before


def test_a_commit_that_nobody_holds_is_an_error_that_names_the_remote(repository, tmp_path):
    git(repository, "remote", "add", "origin", "https://example.org/a.git")
    record = capture(repository)
    shutil.rmtree(repository)
    result = restore(record, tmp_path / "again")
    assert result.directory is None
    assert result.errors[0].endswith("; clone https://example.org/a.git and name the clone as the source")
    assert not (tmp_path / "again").exists()


def test_a_directory_with_files_is_refused_and_left_as_it_is(repository):
    record = capture(repository)
    before = files(repository)
    result = restore(record, repository)
    assert result.directory is None
    assert "is not an empty directory" in result.errors[0]
    assert files(repository) == before


def test_an_empty_directory_is_taken(repository, tmp_path):
    (tmp_path / "again").mkdir()
    assert files(restored(capture(repository), tmp_path).directory) == files(repository)


@pytest.mark.parametrize(
    "path",
    [
        "../out.py",
        "/tmp/out.py",
        ".git/hooks/x.py",
        ".GIT/x.py",
        "git~1/x.py",
        "a/../../out.py",
        "link/out.py",
        "c:x.py",
        "a\\b.py",
        "",
    ],
)
def test_a_module_that_leads_out_of_the_checkout_is_not_written(repository, tmp_path, path):
    (tmp_path / "target").mkdir()
    (repository / "link").symlink_to(tmp_path / "target")
    commit(repository)
    record = Git(
        commit=git(repository, "rev-parse", "HEAD"),
        top=str(repository),
        dirty=False,
        modules=(Kept(path=path, size=1, content=b"x"),),
    )
    result = restore(record, tmp_path / "again")
    assert "it leads out of the checkout" in result.errors[0]
    assert not (tmp_path / "again").exists()
    assert git(repository, "worktree", "list").count("\n") == 0
    assert list((tmp_path / "target").iterdir()) == []
    assert not (tmp_path / "out.py").exists()


@pytest.mark.parametrize("value", ["--upload-pack=x", "main", "HEAD", "a" * 39])
def test_a_commit_that_is_none_is_refused(repository, tmp_path, value):
    result = restore(Git(commit=value, top=str(repository)), tmp_path / "again")
    assert result.directory is None
    assert "is no commit" in result.errors[0]


def test_a_patch_that_leads_out_of_the_checkout_is_refused(repository, tmp_path):
    patch = b"diff --git a/../out b/../out\nnew file mode 100644\n--- /dev/null\n+++ b/../out\n@@ -0,0 +1 @@\n+x\n"
    result = restore(
        Git(commit=git(repository, "rev-parse", "HEAD"), top=str(repository), patch=patch), tmp_path / "again"
    )
    assert "the patch does not apply and lies in git.patch" in result.warnings[0]
    assert (result.directory / "git.patch").read_bytes() == patch
    assert not (tmp_path / "out").exists()


def test_a_patch_beside_a_link_of_its_name_does_not_follow_it(repository, tmp_path):
    (repository / "git.patch").symlink_to(tmp_path / "target")
    commit(repository)
    record = Git(commit=git(repository, "rev-parse", "HEAD"), top=str(repository), patch=b"no patch at all\n")
    result = restore(record, tmp_path / "again")
    assert (result.directory / "modelreg-git.patch").read_bytes() == b"no patch at all\n"
    assert not (tmp_path / "target").exists()


def test_a_checkout_that_is_removed_leaves_nothing_in_the_repository(repository, tmp_path):
    before = files(repository / ".git")
    other = tmp_path / "other"
    git(repository, "worktree", "add", "-q", "--detach", str(other))
    shutil.rmtree(other)
    result = restored(capture(repository), tmp_path)
    assert (result.how, result.origin) == ("worktree", repository)
    remove(result)
    assert not result.directory.exists()
    assert str(other) in git(repository, "worktree", "list"), (
        "the worktrees of others are theirs, also those that are gone"
    )
    git(repository, "worktree", "prune")
    assert files(repository / ".git").keys() == before.keys()


def test_an_interrupt_leaves_no_half_of_a_checkout(repository, tmp_path, monkeypatch):
    record = capture(repository)

    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Checkout, "_submodules", interrupted)
    with pytest.raises(KeyboardInterrupt):
        restore(record, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert git(repository, "worktree", "list").count("\n") == 0


def test_submodules_are_named_with_the_line_that_fills_them(repository, tmp_path):
    git(tmp_path, "init", "-q", "-b", "main", "inner")
    (tmp_path / "inner" / "code.py").write_text("x = 1\n")
    commit(tmp_path / "inner")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "inner"), "vendored")
    commit(repository)
    result = restored(capture(repository), tmp_path)
    assert result.warnings == (f"submodules are empty: vendored; git -C {result.directory} submodule update --init",)


def test_the_first_place_that_holds_the_commit_is_taken(repository, tmp_path):
    git(tmp_path, "init", "-q", "bare-of-it")
    record = capture(repository)
    result = restore(record, tmp_path / "again", tmp_path / "gone", tmp_path / "bare-of-it", repository / "sub")
    assert files(result.directory) == files(repository)


def test_a_shallow_clone_is_checked_out(repository, tmp_path):
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    block_worktrees(tmp_path / "shallow")
    result = restored(capture(tmp_path / "shallow"), tmp_path)
    assert result.how == "clone"
    assert files(result.directory) == files(repository)


def test_an_empty_record_gives_nothing(tmp_path):
    assert restore(Git(), tmp_path / "again").errors == ("the record holds neither a commit nor files",)


# ------------------------------------------------------------------------------------------------------------- secrets


def test_a_patch_without_its_secrets_still_applies(repository, tmp_path):
    settings = repository / "settings.py"
    lines = ["import os", "password = 'Tr0ub4dor3'", f"token = '{TOKEN}'", "x = 1", "y = 2", "z = 3"]
    settings.write_text("\n".join(lines) + "\n")
    commit(repository)
    lines[1] = "password = 'Tr0ub4dor4-new'"
    lines[3] = "x = 10"
    settings.write_text("\n".join(lines) + "\n")
    (repository / "picture.png").write_bytes(b"\0" + os.urandom(3000))
    record = capture(repository)
    for secret in (TOKEN, "Tr0ub4dor3", "Tr0ub4dor4-new"):
        assert secret.encode() not in record.patch
    assert len(record.redactions) == 3
    result = restored(record, tmp_path)
    again = (result.directory / "settings.py").read_text().splitlines()
    assert again[2:] == lines[2:]
    assert "redacted" in again[1]
    assert (result.directory / "picture.png").read_bytes() == (repository / "picture.png").read_bytes()
    assert result.warnings == ("settings.py line 2: a secret was not kept; code that needs it will fail",)


def test_a_private_key_in_a_patch_leaves_and_the_patch_still_applies(repository, tmp_path):
    key = "\n".join(
        [
            "-----BEGIN PRIVATE KEY-----",
            *["MIIEvQIBADANBgkqhkiG" + str(n) * 44 for n in range(8)],
            "-----END PRIVATE KEY-----",
            "",
        ]
    )
    (repository / "id.pem").write_text(key)
    (repository / "z.txt").write_text("one\n")
    commit(repository)
    (repository / "id.pem").write_text(key.replace("5", "6"))
    (repository / "z.txt").write_text("two\n")
    (repository / "fresh.pem").write_text(key)
    git(repository, "add", "fresh.pem")
    record = capture(repository)
    assert "0" * 44 not in record.patch.decode()
    result = restored(record, tmp_path)
    assert (result.directory / "z.txt").read_text() == "two\n"
    assert len((result.directory / "id.pem").read_text().splitlines()) == len(key.splitlines())


def test_each_place_of_a_lost_secret_is_named_and_of_many_the_first(repository, tmp_path):
    (repository / "my settings.py").write_text("import os\n" * 9)
    (repository / "other.py").write_text("x = 1\n")
    commit(repository)
    keys = "".join(f"{name}_password = 'Tr0ub4dor{name}-new'\n" for name in "abcd")
    (repository / "my settings.py").write_text("import os\n" * 8 + "one = 1\nimport os\n" + keys)
    (repository / "other.py").write_text("password = 'Tr0ub4dor9-new'\n")
    (warning,) = restored(capture(repository), tmp_path).warnings
    named = ", ".join(f"my settings.py line {line}" for line in (11, 12, 13, 14))
    assert warning == f"{named} and 1 more: secrets were not kept; code that needs them will fail"


def test_a_value_of_the_environment_leaves_the_patch(repository):
    (repository / "train.py").write_text("print('correct horse')\n")
    record = capture(repository, environ={**os.environ, "MY_SECRET": "correct horse"})
    assert b"correct horse" not in record.patch


def test_mending_leaves_a_patch_whose_blob_is_gone_as_it_is():
    mark = "«redacted:assigned:abcdef»".encode()
    patch = (
        b"diff --git a/x b/x\nindex "
        + b"1" * 40
        + b".."
        + b"2" * 40
        + b" 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@ "
        + mark
        + b"\n-"
        + mark
        + b"\n+"
        + mark
        + b"\n"
    )
    again, lost = mended(patch, lambda _: None)
    assert lost == ("x line 1",)
    assert again == patch.replace(b"@@ " + mark, b"@@")
