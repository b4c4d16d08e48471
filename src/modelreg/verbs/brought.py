"""Files that captured code reads, brought into the folder where it runs again.

Those whose digest was noted are brought if they are what they were. Any other that the code names, relative to the notebook, and
that lies where the caller works now is brought as it is: nothing of the registry says where from.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from modelreg import syntax
from modelreg.digests import digest_of
from modelreg.verbs.vouching import SLICE

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
_NAMED: Final = 100
"""Files that the code names."""
_LONGEST: Final = 1000
"""Characters of a text that may name a file."""


def bring(told: Story, laid: Laid, here: Path) -> tuple[str, ...]:
    """Copy the files that git does not have, and say which are not what they were, or were not noted.

    Parameters
    ----------
    told : Story
        The version.
    laid : Laid
        Where its code will run.
    here : Path
        Where the caller works.
    """
    return (*_noted(told, laid), *_named(told, laid, here))


def _noted(told: Story, laid: Laid) -> Iterator[str]:
    # several inputs may come from one file
    for path, relative, wanted in dict.fromkeys(told.means.data):
        place = laid.work / relative
        if not _is_free(place, laid):
            continue
        with suppress(OSError):  # the code says which file it misses
            if not place.exists() and Path(path).is_file() and Path(path).stat().st_size <= DATA_MOST:
                place.parent.mkdir(parents=True, exist_ok=True)
                _copy(Path(path), place, wanted)
        if not place.exists():
            yield f"{path} {_why_lacking(Path(path))}: put it back and run this again"


def _named(told: Story, laid: Laid, here: Path) -> Iterator[str]:
    noted = {laid.work / relative for _, relative, _ in told.means.data}
    for name in _texts(told.files[SLICE].decode("utf-8", "replace")):
        with suppress(OSError, ValueError):  # what is no path at all
            path, place = here / name, laid.work / name
            if Path(name).is_absolute() or place in noted or place.exists() or not _is_free(place, laid):
                continue
            if path.is_file() and path.stat().st_size <= DATA_MOST:
                place.parent.mkdir(parents=True, exist_ok=True)
                _copy(path, place)
                yield f"{name} was not kept with the version: it was read as it is here now"


def _is_free(place: Path, laid: Laid) -> bool:
    return place.suffix.lower() not in _IMPORTED and place.resolve().is_relative_to(laid.work.resolve())


def _texts(code: str) -> list[str]:
    """Return the texts in code that may name files."""
    try:
        tree = syntax.parse(code)
    except (SyntaxError, ValueError):  # cut out of a cell that Python alone does not read
        return []
    texts = (one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return list(dict.fromkeys(text for text in texts if 0 < len(text) <= _LONGEST and text.isprintable()))[:_NAMED]


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


def following(told: Story, laid: Laid, error: str) -> str:
    """Return what to say after it: where the code looks for a file that nothing was noted of."""
    lost = error.startswith("FileNotFoundError") and not missed(told, laid, error)
    known = any(Path(path).name in error for path, _, _ in told.means.data)
    return "; it was not kept with the version: run this again where that file lies" if lost and not known else ""


def _why_lacking(path: Path) -> str:
    if not path.is_file():
        return "is not there any more"
    return "is too large to be copied" if path.stat().st_size > DATA_MOST else _OTHER


def _copy(path: Path, place: Path, wanted: str = "") -> None:
    """Copy a file; what was copied has the wanted digest, if any is, or is not there."""
    with path.open("rb") as file, place.open("xb") as copy:
        same = digest_of(_written(file, copy)) == wanted
    if wanted and not same:
        place.unlink()


def _written(file: BinaryIO, copy: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        copy.write(chunk)
        yield chunk
