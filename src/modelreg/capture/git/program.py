"""The ``git`` program, run so that a repository's own configuration starts nothing.

Switched off: hooks, fsmonitor, external diffs, textconv, pagers, prompts, credential and ssh helpers, every transport,
fetches of objects that a partial clone lacks, and the filters that the repository's own configuration names. What can
still run is what the user's own configuration (system or global) names: the filters there, such as git-lfs.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Program", "find"]

MEGABYTE: Final = 1 << 20
_SMALL: Final = 64 << 10
_CHUNK: Final = 64 << 10

_SETTINGS: Final = (
    "core.fsmonitor=",
    f"core.hooksPath={os.devnull}",
    "core.quotepath=off",
    "core.pager=cat",
    "core.splitIndex=false",
    "core.askPass=",
    "core.sshCommand=",
    "core.alternateRefsCommand=",
    "credential.helper=",
    "color.ui=false",
    "diff.external=",
    "diff.suppressBlankEmpty=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
# the user's own choice of configuration files and of what is a repository stays; what redirects git to another one goes
_STAYS: Final = re.compile(r"GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)")
_FIXED: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "LC_ALL": "C",
    "LANGUAGE": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one call gave."""

    code: int | None = None
    """None when it was stopped or never ran."""
    out: bytes = b""
    err: str = ""
    cut: bool = False
    """There was more than the caller takes."""
    late: bool = False
    """The time was over."""

    @property
    def ok(self) -> bool:
        """Whether it ended well and whole."""
        return self.code == 0

    @property
    def line(self) -> str:
        """The text of a one-line answer; empty when it did not end well."""
        return os.fsdecode(self.out).rstrip("\n") if self.ok else ""

    @property
    def why(self) -> str:
        """What went wrong, in a line."""
        if self.late:
            return "git took too long"
        first = next((line for line in self.err.splitlines() if line.strip()), f"exit {self.code}")
        return f"git: {first.strip()[:200]}"


def find(environ: Mapping[str, str]) -> str | None:
    """Return the git program; one that the search path finds in the current directory is not it."""
    found = shutil.which("git", path=environ.get("PATH", os.defpath))
    return found if found and Path(found).is_absolute() else None


@dataclass(slots=True, kw_only=True)
class Program:
    """Calls of git in one directory that share one budget of time."""

    path: str
    directory: Path
    deadline: float
    """Of the monotonic clock."""
    environ: Mapping[str, str]
    transports: str = "none"
    """Which ones git may use, joined by colons."""
    index: Path | None = None
    """A copy of the index that may be written, in place of the repository's."""
    overrides: list[tuple[str, str]] = field(default_factory=list)
    """Settings that hold against the repository's, whatever their names hold."""

    def at(self, directory: Path) -> Program:
        """Return the same for another place of the same repository, or for another one that is to be configured anew."""
        return replace(self, directory=directory, overrides=list(self.overrides))

    def run(self, *words: str, most: int = MEGABYTE, feed: bytes | None = None) -> Answer:
        """Return the answer of one call.

        Parameters
        ----------
        *words : str
            The subcommand and what follows.
        most : int, optional
            So many bytes are taken; then the call is stopped.
        feed : bytes, optional
            What it reads.
        """
        if monotonic() >= self.deadline:
            return Answer(late=True)
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        try:
            with tempfile.TemporaryFile() as given:
                given.write(feed or b"")
                given.seek(0)
                process = subprocess.Popen(  # noqa: S603  (the words are ours, or stand behind a `--`)
                    [self.path, "--no-pager", *settings, *words],
                    cwd=self.directory,
                    env=self._environment(),
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
                return self._answer(process, most)
        except OSError as error:
            return Answer(err=str(error))

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in self.environ.items() if not name.startswith("GIT_") or _STAYS.fullmatch(name)
        }
        pairs = [*_given(self.environ), *self.overrides]
        settings = {"GIT_CONFIG_COUNT": str(len(pairs))} if pairs else {}
        for at, (name, value) in enumerate(pairs):
            settings |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": value}
        if self.index:
            settings["GIT_INDEX_FILE"] = str(self.index)
        return {**kept, **_FIXED, **settings, "GIT_ALLOW_PROTOCOL": self.transports}

    def _answer(self, process: subprocess.Popen[bytes], most: int) -> Answer:
        out, err = _Taken(process, process.stdout, most), _Taken(process, process.stderr, _SMALL)
        try:
            out.thread.join(max(0.0, self.deadline - monotonic()))
            late = out.thread.is_alive()
            if not late:
                try:
                    process.wait(max(0.05, self.deadline - monotonic()))
                except subprocess.TimeoutExpired:
                    late = True
        finally:
            if process.returncode is None:
                _stop(process)
        for one in (out, err):
            one.thread.join(1.0)  # a child that left the group may hold the pipe; its words are not waited for
        stopped = late or out.full
        return Answer(
            code=None if stopped else process.returncode,
            out=bytes(out.data),
            err=err.data.decode("utf-8", "replace"),
            cut=out.full,
            late=late,
        )


def _given(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the settings that the user's own environment gives, such as safe.directory."""
    count = environ.get("GIT_CONFIG_COUNT", "0")
    pairs = [(f"GIT_CONFIG_KEY_{at}", f"GIT_CONFIG_VALUE_{at}") for at in range(int(count) if count.isdecimal() else 0)]
    return [(environ[name], environ[value]) for name, value in pairs if name in environ and value in environ]


class _Taken:
    """A thread that reads a pipe up to a limit, and stops the process there."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: IO[bytes] | None, most: int) -> None:
        self.data, self.full, self._most = bytearray(), False, most
        self._process, self._pipe = process, pipe
        self.thread = Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        if self._pipe is None:
            return
        with self._pipe as pipe, suppress(OSError, ValueError):
            while chunk := os.read(pipe.fileno(), _CHUNK):
                self.data += chunk
                if len(self.data) > self._most:
                    del self.data[self._most :]
                    self.full = True
                    if self._process.returncode is None:
                        _stop(self._process)
                    return


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and those that it started, if they are still there."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(1.0)
