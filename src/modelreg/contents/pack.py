"""Pack: an object becomes objects' names, and their bytes are written while they are hashed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from modelreg.contents import racing
from modelreg.contents.gathering import Gathered
from modelreg.contents.laying import Written, laid
from modelreg.contents.layout import read_layout
from modelreg.contents.names import parts_of
from modelreg.contents.said import SCHEME, said
from modelreg.digests import digest
from modelreg.errors import IntegrityError
from modelreg.flavors.base import required
from modelreg.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.blobs.base import Batch, BlobStore
    from modelreg.contents.listing import Listing
    from modelreg.contents.names import Part
    from modelreg.contents.said import Said
    from modelreg.flavors.base import Flavor
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
    written: tuple[str, ...] = ()
    """Objects that were not there before."""
    notes: tuple[str, ...] = ()
    """What the flavor has to say of it to the user."""
    _written: Written = field(repr=False)
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
    written: list[str] | None = None,
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
    written : list of str, optional
        Gets the names of the objects that were not there before, also where it fails: so that they can be removed.
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
    gathered = Gathered(limit, staging)
    try:
        return _packed(obj, flavor, gathered, into, [] if written is None else written, progress or Silent())
    except BaseException as error:
        told = gathered.give_up(error)
        if told is error:
            raise
        raise told from error


def _packed(
    obj: object,
    flavor: Flavor,
    gathered: Gathered,
    into: Callable[[], BlobStore] | BlobStore | None,
    new: list[str],
    listener: Progress,
) -> Packed:
    """Dump, hash and write."""
    edition = flavor.save(obj, gathered, listener)
    tell = partial(said, flavor, gathered)
    kind, others = (flavor.name, edition), [] if into is None else racing.busy()
    if into is None:
        written = laid(gathered, kind, None, listener, tell)
    else:
        written = _kept(gathered, kind, into() if callable(into) else into, listener, tell, new)
    torn = others and laid(gathered, kind, None, Silent()).layout.content != written.layout.content
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
        written=tuple(new),
        notes=tuple(gathered.notes),
        _written=written,
        _gathered=gathered,
    )


def as_stored(packed: Packed, content_id: str, layout: str, blobs: BlobStore) -> Packed:
    """Return what an object is packed as where it is what contents are that are stored already: those, with their bytes.

    Parameters
    ----------
    packed : Packed
        The object as it is pickled now.
    content_id : str
        The contents that it equals.
    layout : str
        Name of their layout.
    blobs : BlobStore
        Where they are.

    Raises
    ------
    IntegrityError
        They are not all there.
    """
    told = read_layout(layout, blobs)
    objects = (*told.objects, (layout, blobs.size(layout) or 0))
    if told.content != content_id or not blobs.stands(objects):
        msg = f"the contents b3:{content_id} are not all there"
        raise IntegrityError(msg)
    name, edition = told.flavor
    return replace(
        packed,
        content_id=content_id,
        flavor=name,
        flavor_format=edition,
        layout=layout,
        layout_size=objects[-1][1],
        objects=told.objects,
    )


def store(
    packed: Packed, blobs: BlobStore, *, written: list[str] | None = None, progress: Progress | None = None
) -> None:
    """Write the objects that are missing, and the layout, durably; ``written`` gets their names, also where it fails.

    Raises
    ------
    IntegrityError
        The object is not what was packed any more.
    """
    before = packed._written  # noqa: SLF001
    _kept(
        packed._gathered,  # noqa: SLF001
        before.layout.flavor,
        blobs,
        progress or Silent(),
        lambda _: before.said,
        [] if written is None else written,
        expect=packed.content_id,
    )


def _unchanged(written: Written, expect: str | None) -> None:
    """See that what was written is what was to be written."""
    if expect not in {None, written.layout.content}:
        msg = "the object changed while it was being registered; nothing was registered"
        raise IntegrityError(msg)


def _kept(
    gathered: Gathered,
    kind: tuple[str, int],
    blobs: BlobStore,
    progress: Progress,
    tell: Callable[[Listing], Said],
    new: list[str],
    *,
    expect: str | None = None,
) -> Written:
    """Write contents and their layout as one batch; ``new`` gets the objects that were not there before."""
    batch: Batch | None = None
    try:
        with blobs.batch() as batch:
            written = laid(gathered, kind, batch, progress, tell)
            _unchanged(written, expect)
            text = written.layout.encoded()
            batch.put(digest(text), [text])
    finally:
        new += [] if batch is None else batch.written
    return written
