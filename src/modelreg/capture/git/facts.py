"""What a repository says of itself: where it is, its commit, branch, remote, and in which odd state it stands."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg.capture.secrets import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.capture.git.program import Answer, Program

__all__ = ["HEX", "Config", "Place", "commit_of", "configure", "index_of", "place_of", "under_way"]

HEX: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FIRST_WITH_OVERRIDES: Final = (2, 31)
_OWN: Final = frozenset({"local", "worktree"})
_ASKED: Final = r"^(filter\..*|lfs\..*|remote\..*\.url|branch\..*\.remote|core\.worktree)$"
_LFS_PROGRAMS = re.compile(
    r"lfs\.(?:extension|customtransfer|standalonetransferagent)|lfs\..*\.standalonetransferagent"
)
_UNDER_WAY: Final = {
    "MERGE_HEAD": "a merge is in progress",
    "rebase-merge": "a rebase is in progress",
    "rebase-apply": "a rebase or am is in progress",
    "CHERRY_PICK_HEAD": "a cherry-pick is in progress",
    "REVERT_HEAD": "a revert is in progress",
    "BISECT_LOG": "a bisect is in progress",
}
_WORDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a repository is."""

    top: Path | None
    """None for a bare one, and inside a git directory."""
    git_dir: Path
    bare: bool
    shallow: bool


def place_of(git: Program) -> tuple[Place | None, str]:
    """Return where the repository around the program's directory is, or why there is none."""
    answer = git.run(
        "rev-parse", "--is-bare-repository", "--is-shallow-repository", "--absolute-git-dir", "--show-toplevel"
    )
    lines = os.fsdecode(answer.out).split("\n")
    if len(lines) < _WORDS - 1:
        return None, _no_repository(answer)
    top = Path(lines[3]) if answer.ok and lines[3] else None
    return Place(top=top, git_dir=Path(lines[2]), bare=lines[0] == "true", shallow=lines[1] == "true"), ""


def _no_repository(answer: Answer) -> str:
    if "dubious ownership" in answer.err or "safe.directory" in answer.err:
        return "git refuses the repository, it belongs to another user (safe.directory)"
    if "not a git repository" in answer.err:
        return ""
    return answer.why


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the configuration says, and what was switched off."""

    remotes: dict[str, str] = field(default_factory=dict)
    upstream: dict[str, str] = field(default_factory=dict)
    """Branch -> its remote."""
    switched_off: tuple[str, ...] = ()
    """Filters that the repository's own configuration names."""
    unsafe: bool = False
    """Its filters could not be switched off."""
    elsewhere: bool = False
    """Its working tree is set to another place."""
    error: str = ""

    def remote(self, branch: str | None) -> str | None:
        """Return the clean address of the branch's remote, else of origin, else of the only one."""
        name = self.upstream.get(branch or "", "origin")
        only = next(iter(self.remotes.values())) if len(self.remotes) == 1 else None
        address = self.remotes.get(name) or self.remotes.get("origin") or only
        return bare(address) if address else None


def configure(git: Program) -> Config:
    """Return the configuration, and switch off in ``git`` the filters that the repository itself brings.

    A filter is a command that git runs on each changed file: one from the repository's own configuration is whatever the
    maker of the directory wrote there; one from the user's own is the user's.
    """
    answer = git.run("config", "--show-scope", "-z", "--get-regexp", _ASKED)
    if answer.code not in {0, 1}:
        return Config(error=answer.why, unsafe=True)
    remotes: dict[str, str] = {}
    upstream: dict[str, str] = {}
    filters: set[str] = set()
    elsewhere = False
    for scope, key, value in _entries(answer.out):
        section, _, rest = key.partition(".")
        name, _, _ = rest.rpartition(".")
        if section == "remote":
            remotes.setdefault(name, value)
        elif section == "branch":
            upstream[name] = value
        elif key == "core.worktree":
            elsewhere = scope in _OWN
        elif scope in _OWN and (section == "filter" or _LFS_PROGRAMS.match(key)):
            # git-lfs would start what the repository's configuration names as its extensions
            filters.add(name if section == "filter" else "lfs")
    for name in sorted(filters):
        git.overrides += [(f"filter.{name}.{word}", "") for word in ("clean", "smudge", "process")]
        git.overrides.append((f"filter.{name}.required", "false"))
    unsafe = bool(filters) and _version(git) < _FIRST_WITH_OVERRIDES
    return Config(
        remotes=remotes, upstream=upstream, switched_off=tuple(sorted(filters)), unsafe=unsafe, elsewhere=elsewhere
    )


def _entries(out: bytes) -> Iterator[tuple[str, str, str]]:
    words = os.fsdecode(out).split("\0")
    for scope, pair in zip(words[::2], words[1::2], strict=False):
        key, _, value = pair.partition("\n")
        yield scope, key, value


def _version(git: Program) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)", git.run("version").line)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def commit_of(git: Program) -> tuple[str | None, str | None, str]:
    """Return the commit, the branch and what went wrong; no commit and no error is a repository without commits."""
    named = git.run("symbolic-ref", "-q", "HEAD")
    branch = named.line.removeprefix("refs/heads/") or None
    answer = git.run("rev-parse", "-q", "--verify", "HEAD^{commit}")
    if HEX.fullmatch(answer.line):
        return answer.line, branch, ""
    missing = answer.code == 1 and branch is not None
    return None, branch, "" if missing else answer.why


def under_way(git_dir: Path) -> Iterator[str]:
    """Yield what somebody has begun and not ended."""
    yield from (said for name, said in _UNDER_WAY.items() if (git_dir / name).exists())


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What the index lists."""

    listing: bytes = b""
    submodules: tuple[str, ...] = ()
    hidden: int = 0
    """Files whose changes git was told not to look at."""
    absent: int = 0
    """Files that a sparse checkout leaves out."""
    error: str = ""

    def tracks(self, path: str) -> bool:
        """Tell whether a file below the top level is tracked."""
        return b"\t" + os.fsencode(path) + b"\0" in self.listing


def index_of(git: Program, *, most: int) -> Index:
    """Return what the index lists."""
    answer = git.run("ls-files", "-v", "--stage", "-z", most=most)
    if not answer.ok:
        return Index(error=answer.why if not answer.cut else "more files are tracked than are listed")
    listing = answer.out
    return Index(
        listing=listing,
        submodules=tuple(os.fsdecode(path) for path in re.findall(rb"(?:\A|\0)\w 160000 \w+ \d\t([^\0]*)", listing)),
        hidden=len(re.findall(rb"(?:\A|\0)[a-z] ", listing)),
        absent=len(re.findall(rb"(?:\A|\0)[Ss] ", listing)),
    )
