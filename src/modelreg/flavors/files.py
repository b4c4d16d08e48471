"""The flavor ``files``: a file or a folder, stored as it is."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import IntegrityError, InvalidError, ModelRegError, StorageError
from modelreg.flavors.base import Description
from modelreg.flavors.paths import clean_path
from modelreg.names import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.flavors.base import Sink, Source
    from modelreg.progress import Progress

FILE: Final = b"file"
"""The stream of contents that are one file. Those of a folder have no stream."""

_UNWRITABLE: Final = frozenset({errno.EEXIST, errno.EINVAL, errno.EISDIR, errno.ENAMETOOLONG, errno.ENOTDIR})
"""What the system says of names, and not of the disk."""

_SPECIAL: Final = (
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


class Files:
    """A file or a folder under the paths in it. Loading runs nothing: it gives the path of a private copy.

    Symbolic links inside a folder are followed and stored as what they lead to, as long as that lies inside. Empty
    folders, modes and times are not stored.
    """

    name: Final = "files"
    format: Final = 1
    runs_code: Final = False

    def serves(self, obj: object) -> bool:
        """Serve paths of this machine."""
        return isinstance(obj, Path)

    def save(self, obj: Path, sink: Sink, progress: Progress) -> int:
        """Put the file, or all files below the folder, into ``sink``.

        Raises
        ------
        InvalidError
            There is nothing to store, or something that is no file; the message names it.
        """
        root = Path(obj).expanduser()
        found = files_below(root)
        progress.begin("reading files", len(found))
        try:
            if not root.is_dir():
                sink.stream().write(FILE)
            for path, source in found:
                sink.file(path, source)
                progress.advance(1)
        finally:
            progress.end()
        return 1

    def load(self, source: Source, directory: Path | None) -> Path:
        """Return the path of a private copy: of the file, or of the folder.

        Parameters
        ----------
        source : Source
            The contents.
        directory : Path or None
            An existing directory under which the copy is made; None: the system's for temporary files.
        """
        below = Path(tempfile.mkdtemp(prefix="modelreg-", dir=directory))
        try:
            copied(source, below)
            return below / _only(source) if bytes(source.stream()) == FILE else below
        except BaseException:
            shutil.rmtree(below, ignore_errors=True)
            raise

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write the files into ``directory``."""
        copied(source, directory)
        return sorted(source.files())

    def describe(self, obj: Any) -> Description:
        """Return whether it is a file or a folder: the class of the path would say nothing of it."""
        return Description(class_name="folder" if Path(obj).expanduser().is_dir() else "file")


FILES: Final = Files()


def copied(source: Source, directory: Path) -> None:
    """Write the files of ``source`` below ``directory``.

    Raises
    ------
    IntegrityError
        They cannot lie in one folder here: one is where another has a folder, or has a name that is too long.
    StorageError
        The disk refuses.
    """
    try:
        source.copy_to(directory)
    except ModelRegError:
        raise
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno not in _UNWRITABLE:
            raise StorageError(f"{directory} cannot be written: {why}") from error
        name = shown(Path(str(error.filename)).name)
        raise IntegrityError(
            f"these contents hold a file {name} that cannot be written beside the others: {why}"
        ) from error


def _only(source: Source) -> str:
    paths = list(source.files())
    if len(paths) != 1:
        msg = f"these contents should be one file, but hold {len(paths)}"
        raise IntegrityError(msg)
    return paths[0]


def files_below(root: Path) -> list[tuple[str, Path]]:
    """Return (stored path, real path) of every file, sorted by stored path."""
    if not os.path.lexists(root):
        msg = f"there is no file or folder {str(root)!r}"
        raise InvalidError(msg)
    home = _resolved(root, str(root))
    if not home.is_dir():
        _refuse_special(home, str(root))
        return [(clean_path(root.name or home.name), home)]
    found: dict[str, Path] = {}
    for path, source in _walk(home, home, "", (home,)):
        if path in found:
            msg = f"two files below {str(root)!r} have the same name {path!r} once it is normalised"
            raise InvalidError(msg)
        found[path] = source
    if not found:
        msg = f"the folder {str(root)!r} holds no file"
        raise InvalidError(msg)
    return sorted(found.items())


def _walk(home: Path, folder: Path, prefix: str, above: tuple[Path, ...]) -> Iterator[tuple[str, Path]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        shown = prefix + entry.name
        real = _resolved(Path(entry.path), shown)
        if not real.is_relative_to(home):
            msg = (
                f"{shown!r} is a symbolic link that leads outside the folder, to {str(real)!r}; put in its place what it "
                "leads to (cp -RL copies a folder so) and type the line again"
            )
            raise InvalidError(msg)
        if real in above:
            msg = f"{shown!r} is a symbolic link that leads back to a folder it lies in"
            raise InvalidError(msg)
        if real.is_dir():
            yield from _walk(home, real, f"{shown}/", (*above, real))
        else:
            _refuse_special(real, shown)
            yield clean_path(shown), real


def _resolved(path: Path, shown: str) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # a link to nothing, or in a circle
        msg = f"{shown!r} is a symbolic link that leads nowhere"
        raise InvalidError(msg) from error


def _refuse_special(path: Path, shown: str) -> None:
    mode = path.stat().st_mode
    kind = next((name for test, name in _SPECIAL if test(mode)), None)
    if kind is not None or not stat.S_ISREG(mode):
        msg = f"{shown!r} is {kind or 'no plain file'} and cannot be stored"
        raise InvalidError(msg)
