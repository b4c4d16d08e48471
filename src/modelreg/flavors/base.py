"""The contracts of a flavor: how one kind of model becomes bytes and comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from modelreg.digests import Bytes
    from modelreg.progress import Progress


class TooLarge(Exception):  # noqa: N818
    """A sink takes no more; raised out of ``Flavor.save`` unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a flavor knows of a live object."""

    class_name: str
    """Qualified name of its class."""


class StreamWriter(Protocol):
    """A binary file to write the stream to. It keeps what it is given: the writer must not change it afterwards."""

    def write(self, data: Bytes, /) -> int:
        """Take ``data`` and return its length."""


class Parts(Protocol):
    """A buffer whose bytes are made part by part, so that it never lies in memory as a whole.

    One that is to share more with other versions than parts of 8 MiB do has a ``step``: the bytes of each object that it is
    cut into. Its content id is the same whatever that is.
    """

    nbytes: int

    def read(self, offset: int, length: int) -> Bytes:
        """Return ``length`` bytes from ``offset`` on. Threads ask for several parts at the same time."""


class Sink(Protocol):
    """Where a flavor puts the bytes of a model. Nothing is written anywhere while it does.

    A sink keeps references, not copies. What it was given must stay as it is until the contents are stored.
    """

    limit: int | None
    """Bytes that it takes at most; more raise :class:`TooLarge`."""

    def stream(self) -> StreamWriter:
        """Return the file of the one stream of the contents."""

    def buffer(self, data: memoryview | Parts) -> None:
        """Take a buffer that belongs to the stream, in the order in which loading will ask for it."""

    def file(self, path: str, source: Path) -> None:
        """Take a file under a relative POSIX path; it is read when the contents are stored."""

    def note(self, text: str) -> None:
        """Take a sentence about the model that its user is told once it is stored."""

    def directory(self) -> Path:
        """Return a new private folder that lasts until the contents are stored, for what can only write folders."""


class Source(Protocol):
    """The verified bytes of a model. Whoever got it may keep and change the buffers: they are nobody else's."""

    def stream(self) -> Bytes:
        """Return the stream; empty when the contents have none."""

    def buffers(self) -> list[memoryview]:
        """Return the buffers, each writable memory of its own."""

    def files(self) -> Mapping[str, int]:
        """Return the paths of the files with their sizes."""

    def copy_to(self, directory: Path) -> None:
        """Write the files below ``directory``, each part verified before it is written."""


class Flavor(Protocol):
    """One kind of model.

    A flavor has no state. Its name and the format that it wrote are part of the content id: a flavor that comes to write
    the same object otherwise takes the next ``format``, for what it writes otherwise, and goes on reading the older ones.

    It may have an attribute ``requires``: names of modules that loading imports, beside those that a stream names. One that
    runs code and whose stream is a pickle says so by ``pickles = True``: then what the stream imports is told to whoever is
    to trust it, and it has a canonical form. Of any other that runs code it is said that this cannot be told. One
    whose stream is no pickle, or one of which the parts are not to be read as they lie there, may have a method ``names``,
    which tells the parts of a model: :mod:`modelreg.flavors.named`.
    """

    name: str
    format: int
    """The newest that it writes and reads."""
    runs_code: bool
    """Whether loading can run code that came with the bytes."""

    def serves(self, obj: object) -> bool:
        """Whether this flavor can store ``obj``."""

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the bytes of ``obj`` into ``sink`` and return the format they are written in.

        That is the lowest that can tell what is in ``obj``, so that content ids of older releases stay.

        Raises
        ------
        UnpicklableError
            The object cannot become bytes; the message names the attribute.
        """

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the object; one that lives in files is put below ``directory`` (None: a new private one)."""

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write the library's own file format into ``directory`` and return the relative paths."""

    def describe(self, obj: Any) -> Description:
        """Return what is to be said of ``obj``."""


def required(flavor: Flavor) -> tuple[str, ...]:
    """Return the modules that a flavor imports to load, whatever the contents."""
    return tuple(getattr(flavor, "requires", ()))


def pickles(flavor: Flavor) -> bool:
    """Whether the stream of a flavor is a pickle, from which it is read what loading runs."""
    return flavor.runs_code and getattr(flavor, "pickles", False) is True


def class_name(obj: object) -> str:
    """Return the qualified name of the class of ``obj``: ``sklearn.linear_model._ridge.Ridge``."""
    kind = type(obj)
    return f"{kind.__module__}.{kind.__qualname__}"
