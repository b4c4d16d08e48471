"""The layout: in which objects the bytes of a version lie. A stored object itself, and replaceable.

Canonical JSON::

    {"v": 1, "content": content id, "flavor": [name, format],
     "objects": [[digest, bytes], …],
     "stream": [extent, …],
     "buffers": [{"n": bytes, "x": [extent, …]}, …],
     "files": [{"path": path, "n": bytes, "x": [extent, …]}, …],
     "names": the parts of the model by name; not there where they are not known}

An extent is ``[index of the object, offset, length]``. A reader goes by the extents alone, so how bytes are cut may
change without a new format. A layout is no more to be believed than any other stored byte: everything in it is checked
when it is read, and what it leads to must give the content id.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.contents.names import encoded, parsed
from modelreg.digests import canonical, digest, is_digest
from modelreg.errors import IntegrityError, InvalidError, NewerRegistryError
from modelreg.flavors.paths import clean_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.blobs.base import BlobStore
    from modelreg.contents.names import Part

VERSION: Final = 1


class Extent(NamedTuple):
    """A stretch of an object."""

    object: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the bytes lie."""

    content: str
    flavor: tuple[str, int]
    objects: tuple[tuple[str, int], ...]
    """(digest, bytes), each once, in the order of first use."""
    stream: tuple[Extent, ...] | None
    """None where there is no stream."""
    buffers: tuple[tuple[int, tuple[Extent, ...]], ...]
    files: tuple[tuple[str, int, tuple[Extent, ...]], ...]
    names: Part | None = None
    """The parts of the model, for comparing versions without reading them; they say nothing of where bytes lie."""

    def encoded(self) -> bytes:
        """Return the layout as the bytes that are stored."""
        told = {} if self.names is None else {"names": encoded(self.names)}
        return canonical(
            {
                "v": VERSION,
                "content": self.content,
                "flavor": list(self.flavor),
                "objects": [list(item) for item in self.objects],
                "stream": None if self.stream is None else [list(extent) for extent in self.stream],
                "buffers": [{"n": size, "x": [list(e) for e in extents]} for size, extents in self.buffers],
                "files": [{"path": path, "n": size, "x": [list(e) for e in xs]} for path, size, xs in self.files],
                **told,
            }
        )

    @property
    def size(self) -> int:
        """Logical bytes of the contents."""
        streamed = sum(extent.length for extent in self.stream or ())
        return streamed + sum(size for size, _ in self.buffers) + sum(size for _, size, _ in self.files)


def read_layout(name: str, blobs: BlobStore) -> Layout:
    """Return the layout stored as object ``name``.

    Raises
    ------
    IntegrityError
        It is missing, is not what its name says, or makes no sense.
    NewerRegistryError
        It was written by a newer modelreg.
    """
    data = blobs.read(name)
    if digest(data) != name:
        msg = f"object b3:{name} (a layout) is damaged: its bytes have another digest; check lists who needs it"
        raise IntegrityError(msg, tries=("check --read-data",))
    try:
        found = json.loads(data)
        version = found["v"]
        if isinstance(version, int) and version > VERSION:
            msg = f"object b3:{name} is a layout of format {version}; this modelreg reads up to {VERSION}"
            raise NewerRegistryError(msg)
        return _parsed(found)
    except (KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
        if isinstance(error, NewerRegistryError):
            raise
        msg = f"object b3:{name} is no layout: {error}"
        raise IntegrityError(msg) from error


def _parsed(found: dict[str, Any]) -> Layout:
    _need(found["v"] == VERSION, "its version is unknown")
    _need(is_digest(found["content"]), "it names no content id")
    flavor, edition = found["flavor"]
    _need(isinstance(flavor, str) and _whole(edition), "it names no flavor")
    objects = tuple((name, size) for name, size in found["objects"])
    _need(all(is_digest(name) and _whole(size) for name, size in objects), "an object has no digest or size")
    extents = _reader(objects)
    stream = found["stream"]
    buffers = tuple((item["n"], _sized(extents(item["x"]), item["n"])) for item in found["buffers"])
    files = tuple((_path(item["path"]), item["n"], _sized(extents(item["x"]), item["n"])) for item in found["files"])
    _need(len({path for path, _, _ in files}) == len(files), "two files have one path")
    return Layout(
        content=found["content"],
        flavor=(flavor, edition),
        objects=objects,
        stream=None if stream is None else extents(stream),
        buffers=buffers,
        files=files,
        names=parsed(found["names"]) if "names" in found else None,
    )


def _reader(objects: tuple[tuple[str, int], ...]) -> Callable[[Any], tuple[Extent, ...]]:
    def read(items: Any) -> tuple[Extent, ...]:
        extents = tuple(Extent(*item) for item in items)
        for extent in extents:
            _need(all(_whole(number) for number in extent), "an extent holds no numbers")
            _need(extent.object < len(objects), "an extent lies in no object")
            _need(extent.offset + extent.length <= objects[extent.object][1], "an extent ends behind its object")
        return extents

    return read


def _sized(extents: tuple[Extent, ...], size: Any) -> tuple[Extent, ...]:
    _need(_whole(size) and sum(extent.length for extent in extents) == size, "extents do not add up")
    return extents


def _whole(value: object) -> bool:
    return type(value) is int and value >= 0


def _path(text: Any) -> str:
    _need(isinstance(text, str) and clean_path(text) == text, "a path is not normalised")
    return str(text)


def _need(condition: bool, why: str) -> None:  # noqa: FBT001
    if not condition:
        raise InvalidError(why)
