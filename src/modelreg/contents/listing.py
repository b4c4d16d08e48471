"""The content id: the digest of a logical listing of what a version is made of.

The listing is canonical JSON::

    {"buffers": [[bytes, [leaf, …]], …],
     "files": [[path, bytes, [leaf, …]], …],
     "flavor": [name, format],
     "stream": digest or null,
     "v": 1}

A leaf is the digest of 8 MiB of a buffer or file, the last one of what is left. Buffers stand in the order in which
loading asks for them, files by path. Nothing about where the bytes lie, and nothing about the machine, is in it. See
``docs/design/001-content-id.md`` before changing anything: trust and deduplication refer to this number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from modelreg.digests import canonical, digest

if TYPE_CHECKING:
    from modelreg.records import Json

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a version is made of, by digests."""

    flavor: str
    format: int
    stream: str | None
    """Digest of the whole stream, None where there is none."""
    buffers: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """(bytes, leaves) of every buffer, in order."""
    files: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    """(path, bytes, leaves) of every file, by path."""

    @property
    def content_id(self) -> str:
        """The content id: 64 hex digits."""
        return digest(canonical(self._json(self.stream)))

    def like(self, stream: str) -> str:
        """Return the digest of this listing with another digest in place of that of the stream."""
        return digest(canonical(self._json(stream)))

    def _json(self, stream: str | None) -> Json:
        return {
            "buffers": [[size, list(leaves)] for size, leaves in self.buffers],
            "files": [[path, size, list(leaves)] for path, size, leaves in sorted(self.files)],
            "flavor": [self.flavor, self.format],
            "stream": stream,
            "v": VERSION,
        }
