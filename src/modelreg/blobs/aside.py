"""A new file beside its place: it takes bytes, and is renamed into its place when it is whole and on the disk."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from modelreg.blobs import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from modelreg.digests import Bytes

TEMPORARY: Final = ".tmp-"
"""How the names of such files begin."""

_SMALL: Final = 64 << 10
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | plain.NOFOLLOW


class Aside:
    """A file that nobody finds. What is not published when its block ends is removed.

    Parameters
    ----------
    folder : Path
        Where it lies; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{TEMPORARY}{os.getpid()}-{os.urandom(8).hex()}"
        self._descriptor: int | None = None
        self._published = False
        self.made: set[Path] = set()
        """Folders that were not there."""

    def __enter__(self) -> Self:
        try:
            self._descriptor = os.open(self.path, _CREATE, 0o600)
        except FileNotFoundError:
            self._make(self.path.parent)
            self._descriptor = os.open(self.path, _CREATE, 0o600)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if not self._published:
            with suppress(OSError):  # the first error is the one to tell; gc sweeps what stays
                self.path.unlink()

    def write(self, data: Bytes) -> None:
        """Take bytes."""
        rest = memoryview(data).cast("B")
        while rest.nbytes:
            rest = rest[os.write(self._opened, rest[: plain.CHUNK]) :]

    def settle(self) -> os.stat_result:
        """Bring everything to the disk, and return what the system says of the file."""
        os.fchmod(self._opened, 0o444)
        os.fsync(self._opened)  # once: after a failure the kernel may have dropped the pages and then say yes
        found = os.fstat(self._opened)
        self._close()
        return found

    def publish(self, path: Path) -> None:
        """Give it its place."""
        try:
            os.rename(self.path, path)  # noqa: PTH104
        except FileNotFoundError:
            self._make(path.parent)
            os.rename(self.path, path)  # noqa: PTH104
        self._published = True

    def _make(self, folder: Path) -> None:
        self.made |= {place for place in (folder, folder.parent) if not place.exists()}
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def _opened(self) -> int:
        if self._descriptor is None:
            msg = "the file is closed"
            raise ValueError(msg)
        return self._descriptor

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def joined(pieces: Iterable[Bytes] | Sequence[Bytes]) -> Iterator[Bytes]:
    """Yield the pieces, small neighbours joined: a call to the system costs more than copying them."""
    small: list[Bytes] = []
    held = 0
    for piece in pieces:
        size = memoryview(piece).nbytes
        if small and held + size > plain.CHUNK:
            yield b"".join(small)
            small, held = [], 0
        if size < _SMALL:
            small.append(piece)
            held += size
            continue
        if small:
            yield b"".join(small)
            small, held = [], 0
        yield piece
    if small:
        yield b"".join(small)
