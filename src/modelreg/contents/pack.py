"""Pack: an object becomes objects' names, without a byte being written; store: the bytes follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from modelreg import opcodes
from modelreg.contents.cutting import LARGE, Objects, cut_large, cut_small, cut_stream
from modelreg.contents.layout import Extent, Layout
from modelreg.contents.listing import Listing
from modelreg.digests import PART, digest, digest_of, leaves
from modelreg.errors import IntegrityError, InvalidError
from modelreg.flavors.base import TooLarge
from modelreg.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from modelreg.blobs.base import BlobStore
    from modelreg.digests import Bytes
    from modelreg.flavors.base import Flavor
    from modelreg.progress import Progress

SCHEME: Final = "ops1"
"""Name of the canonical form of a stream: :func:`modelreg.opcodes.canonical`."""

_JOINED: Final = 64 << 10
"""Smaller writes to the stream are joined, larger ones kept as they came."""

_Buffer = tuple[memoryview, list[str]]
_File = tuple[str, int, list[str], "Path"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """An object as the objects it will be stored in. Holds references to its buffers, no copies."""

    content_id: str
    canonical_id: str | None
    """The content id as if the stream were in its canonical form: it does not tell equal strings apart by identity."""
    canonical_scheme: str | None
    flavor: str
    flavor_format: int
    runs_code: bool
    class_name: str
    size: int
    imports: tuple[str, ...]
    layout: str
    layout_size: int
    buffer_digests: tuple[tuple[str, ...], ...]
    objects: tuple[tuple[str, int], ...]
    """Name and size of every object but the layout."""
    _layout: bytes = field(repr=False)
    _pieces: Objects = field(repr=False)

    def items(self) -> Iterator[tuple[str, Sequence[Bytes]]]:
        """Yield every object with its bytes, the layout last."""
        for name, _ in self.objects:
            yield name, self._pieces.pieces(name)
        yield self.layout, [self._layout]


def pack(obj: object, flavor: Flavor, *, progress: Progress | None = None, limit: int | None = None) -> Packed:
    """Dump and hash ``obj``; nothing is written.

    Parameters
    ----------
    obj : object
        What the flavor serves. It must not change until it is stored.
    flavor : Flavor
        How it becomes bytes.
    progress : Progress, optional
        Told of the bytes.
    limit : int, optional
        Bytes; contents that are larger raise :class:`TooLarge`.

    Raises
    ------
    UnpicklableError
        The object cannot become bytes; the message names the attribute.
    """
    writer = _Writer(limit)
    flavor.save(obj, writer, progress or Silent())
    return writer.packed(flavor, flavor.describe(obj).class_name)


def store(packed: Packed, blobs: BlobStore, *, progress: Progress | None = None) -> None:
    """Write the objects that are missing, and the layout; durable when it returns."""
    listener = progress or Silent()
    listener.begin("storing", packed.size)
    sizes = dict(packed.objects)

    def told() -> Iterator[tuple[str, Sequence[Bytes]]]:
        for name, pieces in packed.items():
            yield name, pieces
            listener.advance(sizes.get(name, 0))

    try:
        blobs.put_many(told())
    finally:
        listener.end()


class _Stream:
    """The stream as it is written: large chunks as they come, small ones joined."""

    def __init__(self, count: Callable[[int], None]) -> None:
        self._count = count
        self._chunks: list[Bytes] = []
        self._small = bytearray()

    def write(self, data: Bytes, /) -> int:
        size = memoryview(data).nbytes
        self._count(size)
        if size < _JOINED:
            self._small += data
        else:
            self._flush()
            self._chunks.append(data if isinstance(data, bytes) else memoryview(data).cast("B"))
        return size

    def chunks(self) -> list[Bytes]:
        """Return everything that was written."""
        self._flush()
        return self._chunks

    def _flush(self) -> None:
        if self._small:
            self._chunks.append(bytes(self._small))
            self._small = bytearray()


class _Writer:
    """The sink of a flavor: keeps and hashes what it is given."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._size = 0
        self._stream: _Stream | None = None
        self._buffers: list[_Buffer] = []
        self._files: list[_File] = []

    def stream(self) -> _Stream:
        """Return the file of the one stream."""
        self._stream = self._stream or _Stream(self._count)
        return self._stream

    def buffer(self, view: memoryview) -> None:
        """Take a buffer."""
        flat = view.cast("B") if view.nbytes else memoryview(b"")
        self._count(flat.nbytes)
        self._buffers.append((flat, leaves(flat)))

    def file(self, path: str, source: Path) -> None:
        """Take a file; it is read now, and again when it is stored."""
        try:
            size = source.stat().st_size
            self._count(size)
            with source.open("rb") as stream:
                names = [digest(data) for data in iter(lambda: stream.read(PART), b"")]
                read = stream.tell()
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror or error}; nothing was registered"
            raise InvalidError(msg) from error
        if read != size:
            msg = f"{path} changed while it was being read; nothing was registered"
            raise IntegrityError(msg)
        self._files.append((path, size, names, source))

    def packed(self, flavor: Flavor, class_name: str) -> Packed:
        """Cut everything into objects."""
        objects = Objects()
        chunks = None if self._stream is None else self._stream.chunks()
        listing = Listing(
            flavor=flavor.name,
            format=flavor.format,
            stream=None if chunks is None else digest_of(chunks),
            buffers=tuple((view.nbytes, tuple(names)) for view, names in self._buffers),
            files=tuple((path, size, tuple(names)) for path, size, names, _ in self._files),
        )
        layout = Layout(
            content=listing.content_id,
            flavor=(flavor.name, flavor.format),
            buffers=_cut_buffers(objects, self._buffers),
            stream=None if chunks is None else cut_stream(objects, chunks),
            files=tuple(_cut_file(objects, *entry) for entry in self._files),
            objects=objects.listed(),
        )
        # only what runs code has a stream of opcodes
        opened = chunks if flavor.runs_code and chunks is not None else None
        form = None if opened is None else opcodes.canonical(opened)
        text = layout.encoded()
        return Packed(
            content_id=layout.content,
            canonical_id=None if form is None else listing.like(digest(form)),
            canonical_scheme=None if form is None else SCHEME,
            flavor=flavor.name,
            flavor_format=flavor.format,
            runs_code=flavor.runs_code,
            class_name=class_name,
            size=self._size,
            imports=() if opened is None else (opcodes.glance if form is None else opcodes.imports)(opened),
            layout=digest(text),
            layout_size=len(text),
            buffer_digests=tuple(tuple(names) for _, names in self._buffers),
            objects=layout.objects,
            _layout=text,
            _pieces=objects,
        )

    def _count(self, size: int) -> None:
        self._size += size
        if self._limit is not None and self._size > self._limit:
            raise TooLarge


def _cut_buffers(objects: Objects, buffers: Sequence[_Buffer]) -> tuple[tuple[int, tuple[Extent, ...]], ...]:
    """Cut large buffers into parts and put small ones together, in their order."""
    small = iter(
        cut_small(
            objects,
            [(view, names[0] if names else "0" * 64) for view, names in buffers if view.nbytes < LARGE],
        )
    )
    return tuple(
        (view.nbytes, next(small) if view.nbytes < LARGE else cut_large(objects, view, names))
        for view, names in buffers
    )


def _cut_file(
    objects: Objects, path: str, size: int, names: Sequence[str], source: Path
) -> tuple[str, int, tuple[Extent, ...]]:
    """Cut a file into parts that are read again when they are stored."""
    extents = []
    for index, name in enumerate(names):
        length = min(PART, size - index * PART)
        number = objects.add(name, length, _reader(source, index * PART, length, name))
        extents.append(Extent(number, 0, length))
    return path, size, tuple(extents)


def _reader(source: Path, offset: int, length: int, name: str) -> Callable[[], Sequence[Bytes]]:
    """Return what reads a part of a file, and sees that it is still what was hashed."""

    def read() -> Sequence[Bytes]:
        try:
            with source.open("rb") as stream:
                stream.seek(offset)
                data = stream.read(length)
        except OSError as error:
            msg = f"{source.name} cannot be read any more: {error.strerror or error}; nothing was registered"
            raise IntegrityError(msg) from error
        if digest(data) != name:
            msg = f"{source.name} changed while it was being registered; nothing was registered"
            raise IntegrityError(msg)
        return [data]

    return read
