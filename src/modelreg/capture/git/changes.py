"""What the working tree holds that the commit does not: the patch, imported modules, other files."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg.capture.git.program import Answer
from modelreg.capture.git.records import Changed, Kept, Untracked
from modelreg.capture.modules import file_of
from modelreg.capture.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from modelreg.capture.git.program import Program
    from modelreg.capture.secrets import Found

__all__ = [
    "PATCH_MOST",
    "changed_files",
    "files_of",
    "kept_modules",
    "patch_of",
    "stat_of",
    "untracked_files",
    "without_secrets",
]

PATCH_MOST: Final = 5_000_000
_READ_MOST: Final = 256_000_000
_LISTED: Final = 1000
_MODULE_MOST: Final = 1_000_000
_MODULES_MOST: Final = 5_000_000
_LIST_MOST: Final = 16_000_000
_STANDARD: Final = Path(os.__file__).resolve().parent

# said in full, so that nothing in the user's configuration gives the patch another shape
_PLAIN: Final = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=dirty",
    "--submodule=short",
    "--no-relative",
    "-O",
    os.devnull,
)
_SHAPE: Final = (
    "--binary",
    "--full-index",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "-U3",
    "--inter-hunk-context=0",
    "-M",
    "-l200",
)
_NOT_NOTEBOOKS: Final = ":(exclude)*.ipynb"

_RAW = re.compile(rb":\d+ \d+ ([0-9a-f]+) [0-9a-f]+ ([A-Z])\d*\0([^\0]*)\0", re.DOTALL)
_BINARY = re.compile(r"^GIT binary patch\n.*?(?=^diff --git |\Z)", re.DOTALL | re.MULTILINE)
_HUNK = re.compile(r"^@@ .*?(?=^@@ |^diff --git |^GIT binary patch\n|\Z)", re.DOTALL | re.MULTILINE)


def changed_files(git: Program, base: str, apart: Iterable[Path] = ()) -> tuple[tuple[Changed, ...], Answer]:
    """Return the tracked files that differ from ``base``, without those in the directories ``apart``."""
    shape = (*_PLAIN, "--raw", "-z", "--no-abbrev", "--no-renames")
    answer = git.run("diff", *shape, base, *_paths(git, apart), most=_LIST_MOST)
    return tuple(_changed(git.directory, answer.out)), answer


def _paths(git: Program, apart: Iterable[Path], *more: str) -> Iterator[str]:
    """Yield what tells git which paths are meant: all below the top level but those."""
    yield from ("--", ".")
    top = git.directory.resolve()
    for place in apart:
        whole = place.resolve()
        if whole != top and whole.is_relative_to(top):
            yield f":(exclude,literal){whole.relative_to(top).as_posix()}"
    yield from more


def _changed(top: Path, out: bytes) -> Iterator[Changed]:
    for blob, status, name in _RAW.findall(out):
        path = os.fsdecode(name)
        yield Changed(
            path=_shown(path),
            status=status.decode(),
            blob=blob.decode() if blob.strip(b"0") else None,
            size=_size(top / path),
        )


def _shown(path: str) -> str:
    """Return a path that can be stored as text, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _size(path: Path) -> int | None:
    try:
        return path.lstat().st_size
    except (OSError, ValueError):
        return None


def patch_of(git: Program, base: str, changed: Iterable[Changed], apart: Iterable[Path] = ()) -> Answer:
    """Return the patch from ``base`` to the working tree, without notebooks: their code stands in the log."""
    if sum(one.size or 0 for one in changed if not one.path.endswith(".ipynb")) > _READ_MOST:
        return Answer(cut=True)
    return git.run("diff", *_PLAIN, *_SHAPE, base, *_paths(git, apart, _NOT_NOTEBOOKS), most=PATCH_MOST)


def stat_of(git: Program, base: str, apart: Iterable[Path] = ()) -> str:
    """Return the summary of a patch that is too large to be kept."""
    shape = (*_PLAIN, "--stat=120", "--stat-count=200")
    answer = git.run("diff", *shape, base, *_paths(git, apart, _NOT_NOTEBOOKS))
    return answer.out.decode("utf-8", "backslashreplace") if answer.ok else ""


def without_secrets(patch: bytes, environ: Mapping[str, str]) -> tuple[bytes, tuple[Found, ...]]:
    """Return a patch without secrets that still is a patch: headers, lines and binary parts stay as they are."""
    text = patch.decode("utf-8", "surrogateescape")
    if not redact(text, environ=environ).found:
        return patch, ()
    found: list[Found] = []
    pieces: list[str] = []
    at = 0
    for place in _pieces(text):
        once = redact(text[slice(*place)], environ=environ)
        found += once.found
        pieces += (text[at : place[0]], once.text)
        at = place[1]
    pieces.append(text[at:])
    return "".join(pieces).encode("utf-8", "surrogateescape"), tuple(found)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the hunks of text files stand."""
    binary = [found.span() for found in _BINARY.finditer(text)]
    for found in _HUNK.finditer(text):
        if not any(start <= found.start() < end for start, end in binary):
            yield found.span()


def files_of(modules: Iterable[str | Path], apart: Iterable[Path] = ()) -> Iterator[Path]:
    """Yield the source files of imported modules (dotted names, or paths of files) outside of the directories ``apart``."""
    left = [place.resolve() for place in apart]
    for module in modules:
        loaded = sys.modules.get(module) if isinstance(module, str) else None
        name = file_of(loaded) if loaded else module
        if isinstance(name, str | Path) and str(name).endswith(".py"):
            file = Path(name)
            if not any(_below(file, place) for place in left):
                yield file


def kept_modules(
    files: Iterable[Path], top: Path, held: Callable[[str], bool], environ: Mapping[str, str]
) -> tuple[tuple[Kept, ...], tuple[Found, ...]]:
    """Return the imported modules below ``top`` that nothing else keeps, with their contents.

    Parameters
    ----------
    files : iterable of Path
        Source files of imported modules.
    top : Path
        The top level.
    held : callable
        Tells whether the commit and the patch hold a path below the top level.
    environ : mapping of str to str
        For the secrets in it.
    """
    kept: dict[str, Kept] = {}
    found: list[Found] = []
    room = _MODULES_MOST
    for file in files:
        path = _below(file, top)
        if path is None or path in kept or held(path):
            continue
        content = _read(file, min(room, _MODULE_MOST))
        if content is None:
            kept[path] = Kept(path=path, size=_size(file) or 0)
            continue
        room -= len(content)
        clean = redact(content.decode("utf-8", "surrogateescape"), python=True, environ=environ)
        found += clean.found
        kept[path] = Kept(path=path, size=len(content), content=clean.text.encode("utf-8", "surrogateescape"))
    return tuple(kept.values()), tuple(found)


def _below(file: Path, top: Path) -> str | None:
    try:
        whole = file.resolve()
        path = whole.relative_to(top.resolve())
        path.as_posix().encode()
    except (OSError, ValueError, RuntimeError):
        return None
    # an environment, or the interpreter itself, may lie below the top level: what is installed is no source of the user
    installed = {"site-packages", "dist-packages", ".git"} & set(path.parts) or whole.is_relative_to(_STANDARD)
    return None if installed else path.as_posix()


def _read(file: Path, most: int) -> bytes | None:
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return None  # opening a pipe would wait
        with file.open("rb") as opened:
            content = opened.read(most + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= most else None


def untracked_files(git: Program, apart: Iterable[Path] = ()) -> tuple[tuple[Untracked, ...], int, Answer]:
    """Return the first files that git does not know and does not ignore, and how many there are."""
    answer = git.run("ls-files", "--others", "--exclude-standard", "-z", *_paths(git, apart), most=_LIST_MOST)
    names = answer.out.split(b"\0")[:-1]
    listed = tuple(
        Untracked(path=_shown(os.fsdecode(name)), size=_size(git.directory / os.fsdecode(name)))
        for name in names[:_LISTED]
    )
    return listed, len(names), answer
