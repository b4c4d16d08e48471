"""One attachment: its bytes, and a file of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelreg import media
from modelreg.catalog import attachments
from modelreg.errors import IntegrityError, InvalidError, NotFoundError, StorageError, instead
from modelreg.names import quote, shown
from modelreg.records import Attached
from modelreg.verbs import attach, target, values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.records import Attachment, Version
    from modelreg.verbs.context import Context


def attachment(ctx: Context, ref: str, name: str | None = None, *, to: str | Path | None = None) -> Attached:
    """Return an attachment, or save it; see :meth:`modelreg.registry.Registry.attachment`."""
    with ctx.read() as conn:
        found = target.find(conn, ref)
        version = found.record(conn)
        kept = attachments.of_versions(conn, [found.member.version_id]).get(found.member.version_id, ())
    chosen = attach.load(ctx.blobs, _named(version, kept, name))
    if chosen.data is None:
        msg = f"the attachment {chosen.name!r} of {version.ref} cannot be read: {chosen.fault}"
        raise IntegrityError(msg, tries=("check --read-data",))
    saved = "" if to is None else _save(version, chosen, chosen.data, Path(to).expanduser())
    return Attached(version=version, attachment=chosen, data=chosen.data, saved=saved)


def _named(version: Version, kept: Sequence[Attachment], name: str | None) -> Attachment:
    """Return the attachment of this name, which may be given with the ending of its file; without a name the only one."""
    if name is None:
        if len(kept) == 1:
            return kept[0]
        msg = f"{version.ref} has {', '.join(one.name for one in kept)}; name the one you mean"
        line = f"attachment {quote(version.ref)} {quote(kept[0].name)}" if kept else f"show {quote(version.ref)}"
        raise InvalidError(msg if kept else f"{version.ref} has no attachment", tries=(line,))
    found = next((one for one in kept if one.name == name), None)
    found = found or next((one for one in kept if one.filename == name), None)
    if found is None:
        hint = instead(name, [one.name for one in kept], none="it has none")
        msg = f"{version.ref} has no attachment {shown(name)}; {hint}"
        raise NotFoundError(msg, tries=(f"show {quote(version.ref)}",))
    return found


def _save(version: Version, chosen: Attachment, data: bytes, path: Path) -> str:
    """Write the bytes to a new file; return its path.

    Raises
    ------
    InvalidError
        There is such a file, or its name would say that it is something else; or the name that would become one, which
        whoever can write to the registry may have changed, is none.
    """
    if path.is_dir():
        values.attachment_name(chosen.filename)
        path /= chosen.filename
    elif media.misnamed(path.name, chosen.media_type, data):
        raise _misnamed(version, chosen, path)
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        msg = f"{str(path)!r} exists and was left as it is"
        other = f"attachment {quote(version.ref)} {quote(chosen.name)} --to OTHER"
        raise InvalidError(msg, tries=(other,)) from None
    except OSError as error:
        msg = f"{chosen.filename!r} could not be written to {str(path.parent)!r}: {error.strerror or error}"
        raise StorageError(msg) from error
    return str(path)


def _misnamed(version: Version, chosen: Attachment, path: Path) -> InvalidError:
    """Return the error for a name that tells programs to read other bytes than these, with one that fits."""
    endings = media.MEDIA.get(chosen.media_type, media.BYTES).endings
    fitting = quote(str(path.with_suffix("".join(endings[:1]))))
    said = path.suffix.removeprefix(".").upper()
    msg = f"{chosen.filename!r} of {version.ref} is no {said}, as {path.name!r} would say; nothing was written"
    return InvalidError(msg, tries=(f"attachment {quote(version.ref)} {quote(chosen.name)} --to {fitting}",))
