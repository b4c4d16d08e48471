"""Files by their path, and bytes: kept as they are."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg import media
from modelreg.attachments.base import MOST, Made, too_large
from modelreg.errors import InvalidError
from modelreg.names import shown

if TYPE_CHECKING:
    from collections.abc import Sequence


class Files:
    """A path, text that is one, or bytes."""

    def serves(self, obj: Any) -> bool:
        """Serve paths and bytes."""
        return isinstance(obj, (Path, str, bytes, bytearray, memoryview))

    def make(self, name: str, obj: Any) -> Made:
        """Return the bytes; what they are is told by the name and by how they begin.

        Raises
        ------
        InvalidError
            There is no such file, it is no plain file, or it is too large.
        """
        if isinstance(obj, (Path, str)):
            data = _read(name, Path(obj))
            return Made(medium=media.of(Path(obj).name, data), data=data)
        data = bytes(obj)
        return Made(medium=media.of(name, data), data=data)


FILES: Final = Files()


def _read(name: str, given: Path) -> bytes:
    """Return what a file holds; FIFOs and devices, which may never end, are not opened."""
    path, called = _expanded(given), shown(str(given), 200)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            what = "a folder" if stat.S_ISDIR(found.st_mode) else "no plain file"
            raise _refused(f"the attachment {name!r}: {called} is {what}; attach the files you want to look at")
        if found.st_size > MOST:
            raise too_large(name, found.st_size)
        return path.read_bytes()
    except InvalidError:
        raise
    except FileNotFoundError:
        raise _refused(f"there is no file {called} to attach") from None
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise _refused(f"the attachment {name!r}: {called} cannot be read ({reason})") from error


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # ~nobody
        return path


def _refused(why: str, tries: Sequence[str] = ()) -> InvalidError:
    return InvalidError(f"{why}; nothing was registered", tries=tries)
