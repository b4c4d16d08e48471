"""What is attached to a run: made into bytes before anything is registered, and read back for those who look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from modelreg import attachments, media
from modelreg.digests import digest
from modelreg.errors import IntegrityError, InvalidError, RegistryError
from modelreg.verbs import recorded, values
from modelreg.verbs.order import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelreg.blobs.base import BlobStore
    from modelreg.records import Attachment

PICTURE: Final = 300_000
"""Bytes of the largest picture that a view shows by itself."""
VIEW: Final = 1_000_000
"""Bytes of all pictures in one view: they are written into the notebook."""
TABLE: Final = 20_000_000
"""Bytes of the largest table that a view opens."""
HEAD: Final = 64_000
"""Bytes of a table that a view gets: more than the rows that it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Attachments that are ready to be stored."""

    items: tuple[Kept, ...] = ()
    data: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Digest -> bytes."""
    notes: tuple[str, ...] = ()

    def saying(self, notes: Sequence[str]) -> Prepared:
        """Return the same with more notes."""
        return replace(self, notes=(*self.notes, *notes))

    @property
    def objects(self) -> list[tuple[str, int]]:
        """The objects they need."""
        return [(name, len(data)) for name, data in self.data.items()]

    def store(self, blobs: BlobStore, written: list[str] | None = None) -> None:
        """Store those objects that are not there yet, durably; ``written`` gets their names, also when one fails."""
        if not self.data:
            return
        with blobs.batch() as batch:
            try:
                for name, data in self.data.items():
                    batch.put(name, [data])
            finally:
                if written is not None:
                    written += batch.written

    def store_again(self, blobs: BlobStore, written: list[str] | None = None) -> None:
        """Store what gc took since :meth:`store`; for inside the transaction."""
        if not blobs.stands(self.objects):
            self.store(blobs, written)


def prepare(given: Mapping[str, Any] | None) -> Prepared:
    """Make attachments into bytes.

    Raises
    ------
    InvalidError
        One of them cannot be attached; the message names it.
    """
    items: list[Kept] = []
    data: dict[str, bytes] = {}
    notes: list[str] = []
    for name, obj in _mapping(given).items():
        called = values.attachment_name(name)
        if any(item.name == called for item in items):
            msg = f"two attachments are called {called!r}"
            raise InvalidError(msg)
        made = attachments.make(called, obj)
        _not_ours(called, made.data)
        key = digest(made.data)
        items.append(Kept(called, made.medium.role, made.medium.type, key, len(made.data)))
        data[key] = made.data
        notes += [made.note] if made.note else []
    return Prepared(items=tuple(items), data=data, notes=tuple(notes))


def _mapping(given: object) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        msg = f"attachments are a mapping of names to figures, tables and files, not a {type(given).__name__}"
        raise InvalidError(msg)
    return given


def load(blobs: BlobStore, attachment: Attachment) -> Attachment:
    """Return an attachment with its bytes, or with what is wrong with them."""
    try:
        data = blobs.read(attachment.digest)
    except (IntegrityError, RegistryError) as error:
        return replace(attachment, fault=error.message)
    if digest(data) != attachment.digest:
        return replace(attachment, fault="its bytes are not those that were attached")
    return replace(attachment, data=data)


def shown(blobs: BlobStore, found: Iterable[Attachment], *, room: int = VIEW) -> tuple[Attachment, ...]:
    """Return attachments with what a view needs of them: pictures while there is room, the beginnings of tables.

    Files are never read for a view, nor what is too large.
    """
    loaded = []
    for attachment in found:
        if attachment.role == media.PICTURE and attachment.size <= min(PICTURE, room):
            room -= attachment.size
            loaded.append(load(blobs, attachment))
        elif attachment.role == media.TABLE and attachment.size <= TABLE:
            whole = load(blobs, attachment)
            loaded.append(replace(whole, data=None if whole.data is None else whole.data[:HEAD]))
        else:
            loaded.append(attachment)
    return tuple(loaded)


def beside(blobs: BlobStore, versions: Sequence[Sequence[Attachment]]) -> tuple[tuple[Attachment, ...], ...]:
    """Return the attachments of several versions with what a comparison needs of them, the same room shared by all.

    What all versions have equal is shown last: it is what a comparison leaves out.
    """
    by_name: dict[str, list[tuple[int, Attachment]]] = {}
    for place, found in enumerate(versions):
        for attachment in found:
            by_name.setdefault(attachment.name, []).append((place, attachment))

    def equal(pairs: list[tuple[int, Attachment]]) -> bool:
        return len(pairs) == len(versions) and len({one.digest for _, one in pairs}) == 1

    order = [pair for pairs in sorted(by_name.values(), key=equal) for pair in pairs]
    loaded = dict(zip([(place, one.uid) for place, one in order], shown(blobs, [one for _, one in order]), strict=True))
    return tuple(tuple(loaded[place, one.uid] for one in found) for place, found in enumerate(versions))


def _not_ours(name: str, data: bytes) -> None:
    """Refuse a copy of what the registry writes about itself: when a catalog is rebuilt, such an object is believed."""
    if recorded.is_own(data):
        msg = f"the attachment {name!r} is a record of a registry, as modelreg itself keeps them; put it into an archive first"
        raise InvalidError(f"{msg}. Nothing was registered")
