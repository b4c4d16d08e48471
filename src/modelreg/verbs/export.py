"""Export: the files that the library of a model reads. They are written aside, and come into place when they are whole."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg import names
from modelreg.errors import InvalidError, ModelRegError, StorageError
from modelreg.names import quote
from modelreg.records import Report
from modelreg.verbs.load import verified
from modelreg.verbs.unpacking import flavor, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.records import Json
    from modelreg.verbs.context import Context
    from modelreg.verbs.load import Verified

_FULL: Final = 1 << 16
"""Bytes: who has fewer left was refused for want of them, whatever a library makes of it."""
_LONGEST: Final = 300


def export(ctx: Context, ref: str, directory: str | Path, *, trust: bool = False, expect: str | None = None) -> Report:
    """Write a version in its library's own format; see :meth:`modelreg.registry.Registry.export`."""
    place = Path(directory).expanduser()
    if "\0" in str(place):
        msg = f"{names.shown(str(place))} cannot be the name of a directory"
        raise InvalidError(msg)
    try:
        taken = os.path.lexists(place) and (not place.is_dir() or any(place.iterdir()))
    except OSError as error:
        raise _refused(place, error) from error
    if taken:
        msg = f"{place} exists and is not an empty directory; nothing was written"
        raise InvalidError(msg, tries=(f"export {quote(ref)} {quote(str(place))}-2",))
    ready = verified(ctx, ref, trust=trust, expect=expect)
    with _laid(place, ready) as aside:
        written = _written(ready, aside)
    rows: list[dict[str, Json]] = [{"file": name, "bytes": (place / name).stat().st_size} for name in written]
    return Report(title=f"{ready.version.ref} exported to {place}", rows=rows, summary=_files(len(rows)))


def _written(ready: Verified, aside: Path) -> list[str]:
    made = flavor(ready)
    # files are exported as they are stored: to lay them out once more would only take room
    obj = None if made.name == "files" else unpacked(ready)
    try:
        return made.export(obj, ready.source, aside)
    except (ModelRegError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) or _is_full(aside):
            raise
        text = " ".join(str(error).partition("\n")[0].split())[:_LONGEST] or type(error).__name__
        msg = f"{ready.version.ref} cannot be exported: {type(error).__name__}: {text}; nothing was written"
        raise StorageError(msg, tries=(f"load {quote(ready.version.ref)}",)) from error


@contextmanager
def _laid(place: Path, ready: Verified) -> Iterator[Path]:
    """Give a new directory whose files become those of ``place`` at the end; after an error all is as it was before."""
    made: list[Path] = []
    """Directories that were not there before, the outermost first."""
    aside: Path | None = None
    try:
        there = place.is_dir()
        missing = [one for one in (place, *place.parents) if not one.exists()]
        for one in reversed(missing[1:]):
            one.mkdir()
            made.append(one)
        beside = place if there else place.parent
        aside = beside / f".modelreg-{os.urandom(6).hex()}"
        aside.mkdir()
        yield aside
        if there:
            _moved(aside, place)
        else:
            aside.rename(place)
    except BaseException as error:
        told = _told(place, error, aside, ready)
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        for one in reversed(made):
            with suppress(OSError):
                one.rmdir()
        if told is error:
            raise
        raise told from error


def _moved(aside: Path, place: Path) -> None:
    """Move what lies aside into a directory that was there before and is empty; all of it, or nothing."""
    moved: list[Path] = []
    try:
        for one in sorted(aside.iterdir()):
            one.rename(place / one.name)
            moved.append(place / one.name)
        aside.rmdir()
    except BaseException:
        for one in moved:
            with suppress(OSError):
                one.rename(aside / one.name)
        raise


def _told(place: Path, error: BaseException, aside: Path | None, ready: Verified) -> BaseException:
    """Return the error as it is told: what a disk refuses is one line."""
    ours = isinstance(error, ModelRegError) and not isinstance(error, StorageError)
    if ours or isinstance(error, MemoryError) or not isinstance(error, Exception):
        return error
    if aside is not None and _is_full(aside):
        msg = f"{ready.version.ref} cannot be exported to {place}: the disk is full; nothing was written"
        return StorageError(msg, tries=(f"export {quote(ready.version.ref)} DIRECTORY",))
    if isinstance(error, StorageError):
        return StorageError(error.message.replace(str(aside), str(place)), tries=error.tries)
    return _refused(place, error) if isinstance(error, OSError) else error


def _refused(place: Path, error: OSError) -> StorageError:
    return StorageError(f"{place} cannot be written: {error.strerror or error}; nothing was written")


def _is_full(place: Path) -> bool:
    try:
        return shutil.disk_usage(place).free < _FULL
    except OSError:
        return False


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
