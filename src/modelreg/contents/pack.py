"""Pack: an object becomes objects' names, and their bytes are written while they are hashed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from modelreg.contents import racing
from modelreg.contents.cutting import LARGE, cuts, groups, segments
from modelreg.contents.gathering import Gathered
from modelreg.contents.layout import Extent, Layout
from modelreg.contents.listing import Listing
from modelreg.contents.names import parts_of
from modelreg.contents.said import SCHEME, Said, said
from modelreg.contents.work import Work
from modelreg.digests import digest, hasher
from modelreg.errors import IntegrityError
from modelreg.flavors.base import required
from modelreg.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from modelreg.blobs.base import Batch, BlobStore
    from modelreg.contents.names import Part
    from modelreg.digests import Bytes
    from modelreg.flavors.base import Flavor, Parts
    from modelreg.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """An object as the objects it is stored in. Holds references to its buffers, no copies."""

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
    torn: tuple[str, ...] = ()
    """Threads that were at work while the object changed under the hands of the writer."""
    _written: _Written = field(repr=False)
    _gathered: Gathered = field(repr=False)

    @property
    def parts(self) -> Part | None:
        """What the object consists of, by name; None where that is not known."""
        return parts_of(self._written.layout)


def pack(
    obj: object,
    flavor: Flavor,
    *,
    into: Callable[[], BlobStore] | BlobStore | None = None,
    discard: Callable[[Sequence[str]], None] | None = None,
    staging: Path | None = None,
    progress: Progress | None = None,
    limit: int | None = None,
) -> Packed:
    """Dump and hash ``obj``, and write what is missing of it.

    Nothing is written before the whole object was dumped.

    Parameters
    ----------
    obj : object
        What the flavor serves.
    flavor : Flavor
        How it becomes bytes.
    into : BlobStore or callable, optional
        Where the bytes go, or what gives that once they are needed; None: they are only hashed.
    discard : callable, optional
        Told which objects a failed write has left, so that they can be removed.
    staging : Path, optional
        Where a flavor that can only write folders may do so.
    progress : Progress, optional
        Told of the bytes.
    limit : int, optional
        Bytes; contents that are larger raise :class:`TooLarge`.

    Raises
    ------
    UnpicklableError
        The object cannot become bytes; the message names the attribute.
    StorageError
        The disk refuses; the message names the path and how many bytes were to be written.
    """
    listener = progress or Silent()
    gathered = Gathered(limit, staging)
    edition = flavor.save(obj, gathered, listener)
    tell = partial(said, flavor, gathered)
    kind, others = (flavor.name, edition), [] if into is None else racing.busy()
    if into is None:
        written = _laid(gathered, kind, None, listener, tell)
    else:
        written = _kept(gathered, kind, into() if callable(into) else into, listener, tell, discard=discard)
    torn = others and _laid(gathered, kind, None, Silent()).layout.content != written.layout.content
    listing, layout, told = written.listing, written.layout, written.said
    text = layout.encoded()
    return Packed(
        content_id=layout.content,
        canonical_id=told.canonical_id,
        canonical_scheme=None if told.canonical_id is None else SCHEME,
        flavor=flavor.name,
        flavor_format=edition,
        runs_code=flavor.runs_code,
        class_name=flavor.describe(obj).class_name,
        size=gathered.size,
        imports=tuple(dict.fromkeys([*required(flavor), *told.imports])),
        layout=digest(text),
        layout_size=len(text),
        buffer_digests=tuple(names for _, names in listing.buffers),
        objects=layout.objects,
        torn=tuple(others) if torn else (),
        _written=written,
        _gathered=gathered,
    )


def store(packed: Packed, blobs: BlobStore, *, progress: Progress | None = None) -> None:
    """Write the objects that are missing, and the layout; durable when it returns.

    Raises
    ------
    IntegrityError
        The object is not what was packed any more.
    """
    written = packed._written  # noqa: SLF001
    _kept(
        packed._gathered,  # noqa: SLF001
        written.layout.flavor,
        blobs,
        progress or Silent(),
        lambda _: written.said,
        expect=packed.content_id,
    )


def _unchanged(written: _Written, expect: str | None) -> None:
    """See that what was written is what was to be written."""
    if expect not in {None, written.layout.content}:
        msg = "the object changed while it was being registered; nothing was registered"
        raise IntegrityError(msg)


@dataclass(frozen=True, slots=True)
class _Written:
    listing: Listing
    layout: Layout
    said: Said


def _kept(
    gathered: Gathered,
    kind: tuple[str, int],
    blobs: BlobStore,
    progress: Progress,
    tell: Callable[[Listing], Said],
    *,
    discard: Callable[[Sequence[str]], None] | None = None,
    expect: str | None = None,
) -> _Written:
    """Write contents and their layout as one batch."""
    batch: Batch | None = None
    try:
        with blobs.batch() as batch:
            written = _laid(gathered, kind, batch, progress, tell)
            _unchanged(written, expect)
            text = written.layout.encoded()
            batch.put(digest(text), [text])
    except BaseException:
        if discard is not None and batch is not None and batch.written:
            discard(batch.written)
        raise
    return written


def _silent(_: Listing) -> Said:
    """Say nothing."""
    return Said()


def _laid(
    gathered: Gathered,
    kind: tuple[str, int],
    batch: Batch | None,
    progress: Progress,
    tell: Callable[[Listing], Said] = _silent,
) -> _Written:
    """Hash everything, write it where there is a batch, and say where it lies and what it is."""
    progress.begin("hashing" if batch is None else "storing", gathered.size)
    try:
        with Work(gathered.size, batch) as work:
            stream = _Streamed(work, gathered.chunks)
            large = {
                number: _Parted(work, parts)
                for number, parts in enumerate([*gathered.buffers, *gathered.files])
                if parts.nbytes >= LARGE or number >= len(gathered.buffers)
            }
            small = _Grouped(work, [parts for parts in gathered.buffers if parts.nbytes < LARGE])
            listing, layout = _Result(gathered, kind, stream, large, small).told(progress.advance)
            found = tell(listing)
            return _Written(listing, replace(layout, names=found.names), found)
    finally:
        progress.end()


class _Streamed:
    """The stream in the making: hashed as a whole and segment by segment."""

    def __init__(self, work: Work, chunks: Sequence[Bytes] | None) -> None:
        self._done = None if chunks is None else work.start(lambda: self._hashed(work, chunks))

    def _hashed(self, work: Work, chunks: Sequence[Bytes]) -> tuple[str, list[tuple[str, int]]]:
        whole, found = hasher(), []
        for segment in segments(chunks):
            # bytes cannot change; what can is copied before it is hashed twice
            pieces = [piece if piece.readonly else memoryview(bytes(piece)) for piece in segment]
            for piece in pieces:
                whole.update(piece)
            found.append((work.keep(pieces), sum(piece.nbytes for piece in pieces)))
        return str(whole.hexdigest()), found

    def result(self) -> tuple[str, list[tuple[str, int]]] | None:
        """Return the digest of the whole, and name and size of every segment; None when there is no stream."""
        return None if self._done is None else self._done.result()


class _Parted:
    """A large buffer, or a file, in the making."""

    def __init__(self, work: Work, parts: Parts) -> None:
        self._done = [(length, work.part(parts, offset, length)) for offset, length in cuts(parts.nbytes)]

    def result(self, advance: Callable[[int], None]) -> tuple[tuple[str, ...], list[tuple[str, int]]]:
        """Return the digest of every part, and name and size of every object."""
        leaves, objects = [], []
        for length, done in self._done:
            leaf, made = done.result()
            leaves.append(leaf)
            objects += made
            advance(length)
        return tuple(leaves), objects


class _Grouped:
    """Small buffers in the making."""

    def __init__(self, work: Work, buffers: Sequence[Parts]) -> None:
        full = (parts for parts in buffers if parts.nbytes)
        self._done = [(group.members, work.group(group.pieces)) for group in groups(full)]

    def result(self) -> Iterator[tuple[str, int, str, int, int]]:
        """Yield of every buffer the name and size of its object, its own digest, and where it lies there."""
        for members, done in self._done:
            size = members[-1].offset + members[-1].size
            for member in members:
                yield done.result(), size, member.leaf, member.offset, member.size


class _Result:
    """Where everything came to lie."""

    def __init__(
        self,
        gathered: Gathered,
        kind: tuple[str, int],
        stream: _Streamed,
        large: dict[int, _Parted],
        small: _Grouped,
    ) -> None:
        self._gathered, self._kind = gathered, kind
        self._stream, self._large, self._small = stream, large, small
        self._objects: dict[str, tuple[int, int]] = {}

    def told(self, advance: Callable[[int], None]) -> tuple[Listing, Layout]:
        """Wait for everything and return what was written."""
        small = self._small.result()
        buffers, leaves = [], []
        for number, parts in enumerate(self._gathered.buffers):
            if number in self._large:
                named, objects = self._large[number].result(advance)
                extents = tuple(Extent(self._add(name, size), 0, size) for name, size in objects)
                leaves.append((parts.nbytes, named))
            elif parts.nbytes:
                name, whole, leaf, offset, size = next(small)
                extents = (Extent(self._add(name, whole), offset, size),)
                leaves.append((size, (leaf,)))
                advance(size)
            else:
                extents = ()
                leaves.append((0, ()))
            buffers.append((parts.nbytes, extents))
        stream = self._stream.result()
        advance(sum(size for _, size in stream[1]) if stream else 0)
        files, listed = self._files(advance)
        listing = Listing(
            flavor=self._kind[0],
            format=self._kind[1],
            stream=None if stream is None else stream[0],
            buffers=tuple(leaves),
            files=tuple(listed),
        )
        layout = Layout(
            content=listing.content_id,
            flavor=self._kind,
            buffers=tuple(buffers),
            stream=None
            if stream is None
            else tuple(Extent(self._add(name, size), 0, size) for name, size in stream[1]),
            files=tuple(files),
            objects=tuple((name, size) for name, (_, size) in self._objects.items()),
        )
        return listing, layout

    def _files(
        self, advance: Callable[[int], None]
    ) -> tuple[list[tuple[str, int, tuple[Extent, ...]]], list[tuple[str, int, tuple[str, ...]]]]:
        files, listed = [], []
        for number, parts in enumerate(self._gathered.files, len(self._gathered.buffers)):
            leaves, objects = self._large[number].result(advance)
            parts.settled()
            extents = tuple(Extent(self._add(name, size), 0, size) for name, size in objects)
            files.append((parts.path, parts.nbytes, extents))
            listed.append((parts.path, parts.nbytes, leaves))
        return files, listed

    def _add(self, name: str, size: int) -> int:
        """Note an object and return its index."""
        return self._objects.setdefault(name, (len(self._objects), size))[0]
