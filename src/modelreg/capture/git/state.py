"""One look at a repository, within one budget of time."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, Final

from modelreg.capture.git import changes, facts
from modelreg.capture.git.program import Program, find
from modelreg.capture.git.records import Git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from modelreg.capture.git.facts import Config, Index, Place

__all__ = ["State"]

_LEADING: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
_SUBMODULES: Final = 16
_INDEX_MOST: Final = 64_000_000
_SHOWN: Final = 4


@dataclass(slots=True, kw_only=True)
class State:
    """What is being found out about a directory."""

    directory: Path
    modules: tuple[str | Path, ...]
    environ: Mapping[str, str]
    apart: tuple[Path, ...] = ()
    """Directories that are left out."""
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def read(self, *, budget: float) -> Git:
        """Return the record."""
        deadline = monotonic() + budget
        self.directory = self.directory.absolute()
        leading = [name for name in _LEADING if self.environ.get(name)]
        if leading:
            self.warnings.append(f"{', '.join(leading)} set: git was asked about the directory itself")
        if not self.directory.is_dir():
            self.errors.append("git was not asked: the working directory is gone")
            return self._told(replace(self._alone(), top=None))
        path = find(self.environ)
        if path is None:
            self.warnings.append("there is no git program")
            return self._told(self._alone())
        git = Program(path=path, directory=self.directory, deadline=deadline, environ=self.environ)
        place, why = facts.place_of(git)
        if place is None:
            (self.errors if why else self.warnings).append(why or "the directory is in no git repository")
            return self._told(self._alone())
        return self._told(self._read(git, place))

    def _told(self, record: Git) -> Git:
        return replace(record, warnings=tuple(self.warnings), errors=tuple(dict.fromkeys(self.errors)))

    def _alone(self) -> Git:
        """Return what is kept where no repository tells: the modules of the directory."""
        kept, found = changes.kept_modules(
            changes.files_of(self.modules, self.apart), self.directory, lambda _: False, self.environ
        )
        return Git(top=str(self.directory), modules=kept, redactions=found)

    def _read(self, git: Program, place: Place) -> Git:
        config = facts.configure(git)
        commit, branch, error = facts.commit_of(git)
        self.errors += [said for said in (config.error, error) if said]
        self._tell(place, config, commit=commit, branch=branch)
        top = place.top
        if top and not self.directory.resolve().is_relative_to(top.resolve()):
            self.warnings.append("core.worktree leads out of the directory: no file was looked at")
            top = None
        base = commit or ("" if error else git.run("hash-object", "-t", "tree", "--stdin").line)
        record = self._tree(git.at(top), base, (config, place), commit=commit) if top and base else self._alone()
        return replace(record, commit=commit, branch=branch, remote=config.remote(branch))

    def _tell(self, place: Place, config: Config, *, commit: str | None, branch: str | None) -> None:
        told = {
            "the repository is bare": place.bare,
            "the directory is inside a git directory": place.top is None and not place.bare,
            "the repository is shallow": place.shallow,
            "the directory is a linked worktree": (place.git_dir / "commondir").is_file(),
            "there is no commit yet": commit is None and branch is not None and not self.errors,
            "HEAD is detached": branch is None and commit is not None,
            f"filters that the repository itself names did not run: {_some(config.switched_off)}": bool(
                config.switched_off
            ),
        }
        self.warnings += [said for said, holds in told.items() if holds]
        self.warnings += facts.under_way(place.git_dir)

    def _tree(self, git: Program, base: str, known: tuple[Config, Place], *, commit: str | None) -> Git:
        config, place = known
        # at the same time: what a person waits for is the longest of them
        with ThreadPoolExecutor(3) as pool:
            patching = pool.submit(self._patch, git, base, place, unsafe=config.unsafe)
            indexing = pool.submit(facts.index_of, git, most=_INDEX_MOST)
            listing = pool.submit(changes.untracked_files, git, self.apart)
            pushing = pool.submit(self._pushed, git, commit, config)
            record, index, pushed = patching.result(), indexing.result(), pushing.result()
            untracked, count, answer = listing.result()
        if not answer.ok:
            self.errors.append("there are too many untracked files" if answer.cut else f"untracked files: {answer.why}")
        self._tell_index(git, index)
        kept, found = changes.kept_modules(
            changes.files_of(self.modules, self.apart), git.directory, _holds(index, record), self.environ
        )
        left = [one.path for one in kept if one.content is None]
        if left:
            self.warnings.append(f"too large to keep: {_some(left)}")
        return replace(
            record,
            top=str(git.directory),
            relative=self.directory.resolve().relative_to(git.directory.resolve()).as_posix(),
            modules=kept,
            untracked=untracked,
            untracked_count=count,
            pushed=pushed,
            redactions=(*record.redactions, *found),
        )

    def _patch(self, git: Program, base: str, place: Place, *, unsafe: bool) -> Git:
        if unsafe:
            self.errors.append("this git cannot switch off the filters that the repository names: there is no patch")
            return Git()
        # a diff writes what it learned into the index, optional locks or not: into a copy, then
        with TemporaryDirectory(ignore_cleanup_errors=True) as directory:
            copy = Path(directory, "index")
            try:
                if (place.git_dir / "index").exists():
                    shutil.copy2(place.git_dir / "index", copy)  # git looks closer at files as young as their index
            except OSError as error:
                self.errors.append(f"the index could not be copied: {error}")
                return Git()
            return self._changes(replace(git, index=copy), base)

    def _changes(self, git: Program, base: str) -> Git:
        changed, answer = changes.changed_files(git, base, self.apart)
        if not answer.ok:
            self.errors.append("too many files are changed" if answer.cut else f"changed files: {answer.why}")
            return Git(changed=changed)
        if not changed:
            return Git(dirty=False, patch=b"")
        taken = changes.patch_of(git, base, changed, self.apart)
        if not taken.ok:
            said = "the patch is too large to keep; its files are listed" if taken.cut else f"the patch: {taken.why}"
            (self.warnings if taken.cut else self.errors).append(said)
            return Git(dirty=True, changed=changed, stat=changes.stat_of(git, base, self.apart) if taken.cut else "")
        patch, found = changes.without_secrets(taken.out, self.environ)
        return Git(dirty=True, changed=changed, patch=patch, redactions=found)

    def _pushed(self, git: Program, commit: str | None, config: Config) -> bool | None:
        if commit is None:
            return None
        answer = git.run("for-each-ref", "--contains", commit, "--count=1", "--format=%(refname)", "refs/remotes")
        if not answer.ok:
            self.errors.append(f"remote branches: {answer.why}")
            return None
        pushed = bool(answer.out)
        if not pushed:
            self.warnings.append(
                "the commit is on no remote branch" if config.remotes else "the repository has no remote"
            )
        return pushed

    def _tell_index(self, git: Program, index: Index) -> None:
        if index.error:
            self.errors.append(f"the index: {index.error}")
        if index.hidden:
            self.warnings.append(f"changes in {index.hidden} files are hidden from git (assume-unchanged)")
        if index.absent:
            self.warnings.append(f"a sparse checkout leaves out {index.absent} files")
        dirty = [path for path in index.submodules[:_SUBMODULES] if self._dirty(git, path)]
        if dirty:
            self.warnings.append(f"submodules hold changes that are not kept: {_some(dirty)}")
        if len(index.submodules) > _SUBMODULES:
            self.warnings.append(f"only {_SUBMODULES} of {len(index.submodules)} submodules were looked at")

    def _dirty(self, git: Program, path: str) -> bool:
        directory = git.directory / path
        if not (directory / ".git").exists():
            return False
        inner = git.at(directory)  # its configuration is another one, with filters of its own
        if facts.configure(inner).unsafe:
            self.errors.append(f"the submodule {path} was not looked at")
            return False
        answer = inner.run("status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all", most=1)
        if not answer.ok and not answer.cut:
            self.errors.append(f"the submodule {path}: {answer.why}")
        return bool(answer.out)


def _holds(index: Index, record: Git) -> Callable[[str], bool]:
    """Return whether commit and patch hold a file; without a patch, what is changed is held by nothing."""
    lost = {one.path for one in record.changed} if record.patch is None else set()
    return lambda path: index.tracks(path) and path not in lost


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more
