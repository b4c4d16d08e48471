"""A record turned back into files, in a directory of their own: the user's working tree is never touched."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import TYPE_CHECKING, Final

from modelreg.capture.git.facts import HEX, configure
from modelreg.capture.git.mending import mended
from modelreg.capture.git.placing import put
from modelreg.capture.git.program import Program, find
from modelreg.capture.git.records import Restored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.capture.git.records import Git, Kept

__all__ = ["Checkout"]

UNAPPLIED: Final = "git.patch"
"""Where a patch lies that does not apply."""
_NAMED: Final = 4
"""Places where a secret is missing that a warning names."""
_BLOB_MOST: Final = 64_000_000
_ENDS: Final = ("core.autocrlf", "core.eol")
_DOT_GIT = re.compile(r"\.git|git~\d+", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Checkout:
    """What is being made."""

    git: Git
    directory: Path
    environ: Mapping[str, str]
    verify: bool = False
    """The objects of the source are digested anew."""
    warnings: list[str] = field(default_factory=list)
    origin: Path | None = None
    """The repository that notes the worktree."""

    def make(self, sources: Sequence[Path], *, budget: float) -> Restored:
        """Return the checkout."""
        if self.directory.exists() and (not self.directory.is_dir() or any(self.directory.iterdir())):
            return self._failed(f"{self.directory} is not an empty directory; name one that does not exist")
        try:
            made = self._all(sources, budget=budget)
        except BaseException:  # an interrupt, too, leaves nothing behind
            self._forget()
            raise
        if made.errors:
            self._forget()
            return self._failed(made.errors[0])
        return replace(made, origin=self.origin, warnings=tuple(self.warnings))

    def _all(self, sources: Sequence[Path], *, budget: float) -> Restored:
        if self.git.commit is None and not self.git.patch:
            if not self.git.modules:
                return self._failed("the record holds neither a commit nor files")
            self.directory.mkdir(parents=True, exist_ok=True)
            return self._ended(self._made("files"), self._modules())
        path = find(self.environ)
        if path is None:
            return self._failed("there is no git program")
        program = Program(
            path=path, directory=self.directory, deadline=monotonic() + budget, environ=self.environ, transports="file"
        )
        made = self._commit(program, sources)
        if made.directory is None:
            return made
        self._patch(program)
        self._submodules()
        return self._ended(made, self._modules())

    def _failed(self, said: str) -> Restored:
        return Restored(directory=None, warnings=tuple(self.warnings), errors=(said,))

    @staticmethod
    def _ended(made: Restored, error: str) -> Restored:
        return replace(made, errors=(error,)) if error else made

    def _made(self, how: str) -> Restored:
        return Restored(directory=self.directory, how=how)

    def _commit(self, program: Program, sources: Sequence[Path]) -> Restored:
        commit = self.git.commit
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        if commit is None:  # only a patch from nothing
            answer = program.at(self.directory.parent).run("init", "-q", "--template=", "--", str(self.directory))
            return self._made("files") if answer.ok else self._failed(answer.why)
        if not HEX.fullmatch(commit):
            return self._failed(f"{commit!r} is no commit")
        places = [one for one in sources or ([Path(self.git.top)] if self.git.top else []) if one.is_dir()]
        holding = (program.at(one) for one in places)
        inside = next((one for one in holding if _held(one, commit)), None)
        if inside is None:
            where = f"{places[0]} does not hold" if len(sources) == 1 and places else "no repository here holds"
            clone = f"; clone {self.git.remote} and name the clone as the source" if self.git.remote else ""
            return self._failed(f"{where} the commit {commit[:12]}{clone}")
        off = configure(inside).switched_off
        if off:
            self.warnings.append(f"filters that the repository itself names did not run: {', '.join(off)}")
        return self._clone(program, inside, commit) if self.verify else self._worktree(program, inside, commit)

    def _worktree(self, program: Program, inside: Program, commit: str) -> Restored:
        self.origin = inside.directory
        added = inside.run("worktree", "add", "--detach", "--no-guess-remote", "--", str(self.directory), commit)
        if added.ok:
            program.overrides = inside.overrides
            return self._made("worktree")
        self._forget()
        return self._clone(program, inside, commit)

    def _clone(self, program: Program, inside: Program, commit: str) -> Restored:
        """Return a clone, where the repository takes no worktree (read-only, say) or is not to be believed."""
        settings = [f"--config={name}={value}" for name in _ENDS if (value := inside.run("config", "--get", name).line)]
        top = inside.run("rev-parse", "--absolute-git-dir").line
        whole = ("clone", "-q", "--no-local", "--no-checkout", "--template=", *settings)
        cloned = program.at(self.directory.parent).run(*whole, "--", top or str(inside.directory), str(self.directory))
        if cloned.ok and not _held(program, commit):  # in no branch of it
            cloned = program.run("fetch", "-q", "--no-tags", "origin", commit)
        if cloned.ok:
            cloned = program.run("checkout", "-q", "--detach", commit, "--")
        if cloned.ok:
            return self._made("clone")
        self._forget()
        return self._failed(cloned.why)

    def _forget(self) -> None:
        # it was empty, or not there, when this began: all in it is ours
        removed(self.directory, self.origin, self.environ, budget=60.0)
        self.origin = None

    def _patch(self, program: Program) -> None:
        """Apply the patch, or keep it as a file where it does not apply."""
        if self.git.patch is None and self.git.dirty is not False:
            self.warnings.append("the changes to tracked files were not kept: these are the commit's")
        if not self.git.patch:
            return
        patch, lost = mended(self.git.patch, lambda blob: _blob(program, blob))
        if lost:
            self.warnings.append(_marked(lost))
        words = ("apply", "--whitespace=nowarn", "--binary", "-p1")
        answer = program.run(*words, "--index", feed=patch)
        if not answer.ok:  # the index may hold other line ends than the files
            answer = program.run(*words, feed=patch)
        if answer.ok:
            return
        name = put(self.directory, UNAPPLIED, patch)
        self.warnings.append(f"the patch does not apply and lies in {name}: {answer.why}")

    def _submodules(self) -> None:
        listed = self.directory / ".gitmodules"
        if listed.is_file() and not listed.is_symlink():
            found = re.findall(r"^\s*path\s*=\s*(.+)$", listed.read_text("utf-8", "replace"), re.MULTILINE)
            empty = [one for one in found if not any((self.directory / one).glob("*"))]
            if empty:
                line = f"git -C {self.directory} submodule update --init"
                self.warnings.append(f"submodules are empty: {', '.join(empty[:4])}; {line}")

    def _modules(self) -> str:
        """Write the kept modules; return what went wrong."""
        for module in self.git.modules:
            if module.content is None:
                self.warnings.append(f"{module.path} was not kept")
            elif not self._write(module, module.content):
                return f"{module.path!r} was not written: it leads out of the checkout"
        return ""

    def _write(self, module: Kept, content: bytes) -> bool:
        parts = PurePosixPath(module.path).parts
        odd = any(
            part in {"..", "/"} or "\\" in part or ":" in part or _DOT_GIT.fullmatch(part.rstrip(". "))
            for part in parts
        )
        if not parts or odd:
            return False
        target = self.directory.joinpath(*parts)
        # a link that the commit or the patch made must not lead the file out
        if not target.parent.resolve().is_relative_to(self.directory.resolve()):
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            target.unlink()
        opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(opened, "wb") as file:
            file.write(content)
        return True


def _marked(lost: Sequence[str]) -> str:
    """Say where a mark stands for a secret that was not kept, and what comes of it."""
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    where = ", ".join(lost[:_NAMED]) + more
    one = len(lost) == 1
    return f"{where}: {'a secret was' if one else 'secrets were'} not kept; code that needs {'it' if one else 'them'} will fail"


def _held(program: Program, commit: str) -> bool:
    return program.run("cat-file", "-e", commit + "^{commit}").ok


def _blob(program: Program, blob: str) -> bytes | None:
    answer = program.run("cat-file", "blob", blob, most=_BLOB_MOST) if HEX.fullmatch(blob) else None
    return answer.out if answer and answer.ok else None


def removed(directory: Path, origin: Path | None, environ: Mapping[str, str], *, budget: float) -> None:
    """Take a directory away, as a worktree of ``origin`` where there is one; other worktrees stay as they are."""
    path = find(environ) if origin is not None and origin.is_dir() else None
    if path is not None and origin is not None and (directory / ".git").is_file():
        program = Program(path=path, directory=origin, deadline=monotonic() + budget, environ=environ)
        configure(program)
        program.run("worktree", "remove", "--force", "--force", "--", str(directory))
    if directory.is_dir() and not directory.is_symlink():
        shutil.rmtree(directory, ignore_errors=True)
