"""Folders that a library writes and reads: staged when they are stored, unfolded for a moment when they are loaded."""

from __future__ import annotations

import io
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import IntegrityError
from modelreg.flavors.base import TooLarge
from modelreg.flavors.files import copied, files_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from modelreg.flavors.base import Sink, Source

LARGEST_TEXT: Final = 64 << 20
"""Bytes of a text file that is looked through before a library reads it."""


def expect(sink: Sink, size: int) -> None:
    """See that a sink takes so many bytes, before a library writes them all to a folder.

    Raises
    ------
    TooLarge
        It does not.
    """
    if sink.limit is not None and size > sink.limit:
        raise TooLarge


def weight(module: Any) -> int:
    """Return the bytes of the parameters and buffers of a module of torch."""
    return sum(one.numel() * one.element_size() for one in module.state_dict().values() if hasattr(one, "numel"))


def put(sink: Sink, root: Path, prefix: str = "") -> None:
    """Put all files below ``root`` into ``sink``, under ``prefix``."""
    for path, place in files_below(root):
        sink.file(f"{prefix}/{path}" if prefix else path, place)


class Steady(io.RawIOBase):
    """A new file whose writing never fails: what the system refuses is kept in ``error``.

    For torch, which ends the whole process when its archive cannot be written to the end.

    Parameters
    ----------
    place : Path
        Where it lies.
    """

    def __init__(self, place: Path) -> None:
        self._file = place.open("xb", buffering=0)
        self.error: OSError | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place, as torch does at the end."""
        return self._file.seek(offset, whence)

    def write(self, data: Any, /) -> int:
        """Take ``data``, and write it unless something was refused before."""
        rest = memoryview(data).cast("B")
        size = rest.nbytes
        try:
            while rest.nbytes and self.error is None:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.error = error
        return size

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


@contextmanager
def unfolded(source: Source, directory: Path | None = None) -> Iterator[Path]:
    """Give a private folder with the files of ``source``, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="modelreg-", dir=directory, ignore_cleanup_errors=True) as place:
        copied(source, Path(place))
        yield Path(place)


def only(source: Source, suffixes: Iterable[str]) -> None:
    """See that there are none but harmless kinds of files, by their names; nothing is written for it.

    Raises
    ------
    IntegrityError
        There is another one, which the library might run.
    """
    allowed = tuple(suffixes)
    strange = [path for path in source.files() if not path.endswith(allowed)]
    if strange:
        msg = f"these contents hold {strange[0]!r}, which no model of this kind has: nothing was loaded"
        raise IntegrityError(msg)


def text(place: Path) -> str:
    """Return the text of a stored file.

    Raises
    ------
    IntegrityError
        It is not there, too large, or no text.
    """
    try:
        if place.stat().st_size > LARGEST_TEXT:
            raise IntegrityError(f"{place.name} is larger than any such file")
        return place.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError) as error:
        raise IntegrityError(f"these contents hold no text {place.name!r}") from error
