"""Files of data that captured code reads, brought into the folder where it runs again if they are what they were.

No other comes along, also where the code names it: one whose digest was not noted may be what the code itself has made, and a
model that is read from there again would pass for one that was trained again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from modelreg.digests import digest_of
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.verbs.checkout import Laid
    from modelreg.verbs.story import Story

DATA_MOST: Final = 4 << 30
"""Bytes of the largest file of data that is copied into the folder."""
_CHUNK: Final = 1 << 22
_IMPORTED: Final = frozenset({".dll", ".dylib", ".pth", ".py", ".pyc", ".pyd", ".pyw", ".so"})
"""What Python may take for a module where it lies: never brought as data, whoever says that it is."""
_OTHER: Final = "is not what was read then"
_MISSES: Final = "FileNotFoundError"
_QUOTED: Final = re.compile(r"'([^']+)'")


def bring(told: Story, laid: Laid) -> tuple[str, ...]:
    """Copy the files that git does not have, and say which are not there.

    Parameters
    ----------
    told : Story
        The version.
    laid : Laid
        Where its code will run.
    """
    return tuple(_lacking(told, laid))


def _lacking(told: Story, laid: Laid) -> Iterator[str]:
    # several inputs may come from one file
    for path, relative, wanted in dict.fromkeys(told.means.data):
        place = laid.work / relative
        if not _is_free(place, laid):
            continue
        why = ""
        try:
            if not place.exists() and Path(path).is_file() and Path(path).stat().st_size <= DATA_MOST:
                place.parent.mkdir(parents=True, exist_ok=True)
                _copy(Path(path), place, wanted)
        except OSError as error:
            why = f"could not be copied ({error.strerror or error})"
        if not place.exists():
            yield f"{path} {why or _why_lacking(Path(path))}: {'make room' if why else 'put it back'} and run this again"


def _is_free(place: Path, laid: Laid) -> bool:
    return place.suffix.lower() not in _IMPORTED and place.resolve().is_relative_to(laid.work.resolve())


def missed(told: Story, laid: Laid, error: str) -> str:
    """Return what to say before an error: which files that it names hold other contents now, so that they were not brought."""
    read = {relative: Path(path) for path, relative, _ in told.means.data}
    named = [
        relative
        for relative, path in read.items()
        if path.name in error and _why_lacking(path) == _OTHER and not (laid.work / relative).exists()
    ]
    kept = "holds" if len(named) == 1 else "hold"
    return f"{', '.join(named)} {kept} other contents than then: " if named else ""


def unkept(told: Story, laid: Laid, error: str) -> tuple[str, ...]:
    """Return what to do where the code misses a file that nothing was noted of: it may be a cache of what is to be made again."""
    if not error.startswith(_MISSES) or any(Path(path).name in error for path, _, _ in told.means.data):
        return ()
    name = next(iter(_QUOTED.findall(error)), "")
    if not name or Path(name).is_absolute() or not (laid.work / name).resolve().is_relative_to(laid.work.resolve()):
        return ()
    line = f"`checkout {quote(told.version.ref)} DIRECTORY` lays the code out to run it by hand"
    return (f"{name} was not kept with the version: what the code reads beside its data is not brought; {line}",)


def _why_lacking(path: Path) -> str:
    if not path.is_file():
        return "is not there any more"
    return "is too large to be copied" if path.stat().st_size > DATA_MOST else _OTHER


def _copy(path: Path, place: Path, wanted: str) -> None:
    """Copy a file; what was copied has the wanted digest, or is not there: neither half of it."""
    same = False
    with path.open("rb") as file:
        copy = place.open("xb")
        try:
            with copy:
                same = digest_of(_written(file, copy)) == wanted
        finally:
            if not same:
                place.unlink(missing_ok=True)


def _written(file: BinaryIO, copy: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        copy.write(chunk)
        yield chunk
