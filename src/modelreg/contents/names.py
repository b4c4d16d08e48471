"""The names of a version's parts, as a layout keeps them, and what differs between those of several versions.

In a layout they are ``{"scheme": how they are named, "whole": part}``. A part is ``[name, about]`` where that says all, else
``[name, about, mark]``, with a list of the parts in it as fourth where it has any. Everything here goes by marks alone: no
bytes of the contents are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.digests import canonical, digest
from modelreg.errors import InvalidError
from modelreg.opcodes.paths import ABOUT, DEEPEST, MOST, NAME, Part, cut
from modelreg.sizes import human

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from modelreg.contents.layout import Layout

__all__ = ["Difference", "Part", "count", "differences", "encoded", "leaves", "parsed", "parts_of"]

SCHEME: Final = "parts1"
"""Name of the way in which parts are named, told and marked: what makes it compare other parts as equal, or equal ones as
other, is another one."""

FILES: Final = "files"
"""What is said of a model of which no more is known than its files."""

_MARK: Final = re.compile(r"[0-9a-f]{16}")
_NO_MARK: Final = "0" * 16
_ITEM: Final = re.compile(r"\[\d+\]$")
_TOLD, _LEAF, _NODE = 2, 3, 4
_TWO: Final = 2
_NUMBERED: Final = 12
"""A number after a name, for two of one name, may make it so much longer."""


class File(Part):
    """A file of a model. Others of its path are of the same kind, whatever their size."""

    __slots__ = ()


class Difference(NamedTuple):
    """A part in which versions differ."""

    path: str
    """How it is reached from the model: ``steps[1][1].max_iter``; empty for the model itself."""
    parts: tuple[Part | None, ...]
    """One per version, None where it has no such part."""


def encoded(whole: Part) -> dict[str, object]:
    """Return the parts of a model as they are written into a layout."""
    return {"scheme": SCHEME, "whole": _written(whole)}


def _written(part: Part) -> list[object]:
    if not (part.mark or part.parts):
        return [part.name, part.about]
    return [part.name, part.about, part.mark, *([[_written(one) for one in part.parts]] if part.parts else [])]


def parsed(found: Any) -> Part | None:
    """Return the parts that a layout holds; None where they were named in another way, so that nothing compares.

    Raises
    ------
    InvalidError
        It makes no sense, or is larger than it may be.
    """
    if not isinstance(found, dict) or not isinstance(found.get("scheme"), str):
        raise InvalidError("its parts are named in no way")
    return _parsed(found.get("whole"), [2 * MOST], 0) if found["scheme"] == SCHEME else None


def _parsed(found: Any, left: list[int], depth: int) -> Part:
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST + 2:
        raise InvalidError("too many parts are named")
    if not (isinstance(found, list) and len(found) in {_TOLD, _LEAF, _NODE}):
        raise InvalidError("a part is no list of name, kind and mark")
    name, about = found[:_TOLD]
    mark, inner = (found[_TOLD] if len(found) > _TOLD else ""), (found[_LEAF] if len(found) > _LEAF else [])
    if not (isinstance(name, str) and len(name) <= NAME + _NUMBERED and isinstance(about, str) and len(about) <= ABOUT):
        raise InvalidError("a part has no name and kind")
    if len(found) > _TOLD and not (isinstance(mark, str) and _MARK.fullmatch(mark)):
        raise InvalidError("a part has no mark")
    if not isinstance(inner, list):
        raise InvalidError("the parts of a part are no list")
    parts = tuple(_parsed(one, left, depth + 1) for one in inner)
    if len({one.name for one in parts}) < len(parts):
        raise InvalidError("two parts have one name")
    return Part(name, about, mark, parts)


def parts_of(layout: Layout) -> Part | None:
    """Return the parts that a layout tells of, files among them; None where it names none."""
    whole = layout.names or Part("", FILES, layout.content[:16])
    inside = {part.name: part.parts for part in whole.parts}
    files = {}
    for path, size, extents in layout.files:
        places = [[layout.objects[number][0], offset, length] for number, offset, length in extents]
        files[path] = File(path, human(size), digest(canonical(places))[:16], inside.get(_opened_as(path), ()))
    if layout.names is None and not files:
        return None
    opened = {_opened_as(path) for path in files}
    return whole._replace(parts=(*(part for part in whole.parts if part.name not in opened), *files.values()))


def opened(inside: Mapping[str, tuple[Part, ...]]) -> list[Part]:
    """Return what is named in files, by their paths, as a layout keeps it: all else of a file is read from its extents."""
    return list(
        {(name := _opened_as(path)): Part(name, "", _NO_MARK, parts) for path, parts in inside.items()}.values()
    )


def _opened_as(path: str) -> str:
    return cut(f"inside {path}")


def leaves(part: Part) -> Iterator[tuple[str, Part]]:
    """Yield every part in which no more is named, with its path."""
    pending = [("", part)]
    while pending:
        path, one = pending.pop()
        if not one.parts:
            yield path, one
        pending.extend((joined(path, inner.name), inner) for inner in reversed(one.parts))


def count(part: Part) -> int:
    """Return how many parts there are in which no more is named."""
    return sum(1 for _ in leaves(part))


def joined(path: str, step: str) -> str:
    """Return a path with one more step."""
    return f"{path}.{step}" if path and not step.startswith("[") else path + step


def differences(wholes: Sequence[Part], most: int | None = None) -> list[Difference]:
    """Return the parts in which versions differ, each as deep as it can be told.

    Parameters
    ----------
    wholes : sequence of Part
        One per version.
    most : int, optional
        Parts that are alike are not told apart where that would give more than so many; a model that has more in itself
        gives more.
    """
    if len({whole.same for whole in wholes}) < _TWO:
        return []
    groups = [[Difference("", tuple(wholes))]]
    while True:
        opened = _opened(groups, most)
        if opened == groups:
            return [one for group in groups for one in group]
        groups = opened


def _opened(groups: list[list[Difference]], most: int | None) -> list[list[Difference]]:
    """Return differences one step deeper where that is not too many: items of one list, which are a group, all or none."""
    size = sum(map(len, groups))
    found = []
    for group in groups:
        inner = [_inner(one) for one in group]
        more = sum(len(rows) - 1 for rows in inner if rows)
        if not any(inner) or (most is not None and size + more > most and group[0].path):
            found.append(group)
            continue
        size += more
        for one, rows in zip(group, inner, strict=True):
            listed = any(_ITEM.search(row.path) for row in rows)
            found.extend([rows] if listed else [[row] for row in rows or [one]])
    return found


def _inner(one: Difference) -> list[Difference]:
    """Return the parts of a part in which versions differ; nothing where the part itself is what differs."""
    parts = [part for part in one.parts if part is not None]
    alike = len({part.about for part in parts}) == 1 or all(isinstance(part, File) for part in parts)
    if len(parts) < len(one.parts) or not alike or not all(part.parts for part in parts):
        return []
    held = [{inner.name: inner for inner in part.parts} for part in parts]
    rows = (Difference(joined(one.path, name), tuple(each.get(name) for each in held)) for name in _names(held))
    return [row for row in rows if len({part and part.same for part in row.parts}) > 1]


def _names(held: Iterable[dict[str, Part]]) -> dict[str, None]:
    return dict.fromkeys(name for each in held for name in each)
