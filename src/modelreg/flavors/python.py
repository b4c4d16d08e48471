"""The flavor ``python``: any object that can be pickled, with the classes and functions of the notebook it needs."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import MissingLibraryError, UnpicklableError
from modelreg.flavors import culprit
from modelreg.flavors.base import Description, TooLarge, class_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.flavors.base import Parts, Sink, Source, StreamWriter
    from modelreg.flavors.outgoing import Outgoing
    from modelreg.progress import Progress


class Python:
    """Any object, by pickle protocol 5: large buffers leave the stream without a copy. Training can go on after."""

    name: Final = "python"
    format: Final = 2
    runs_code: Final = True
    pickles: Final = True

    def serves(self, obj: object) -> bool:
        """Serve everything."""
        return obj is not None

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the stream and the buffers of ``obj`` into ``sink``; see :class:`~modelreg.flavors.base.Flavor`."""
        progress.begin("pickling", 1)
        try:
            out = _pickled(obj, apart=True, limit=sink.limit)
            progress.advance(1)
        finally:
            progress.end()
        _hand_on(out, sink.stream(), sink.buffer)
        for aside in out.asides:
            for text in aside():
                sink.note(text)
        return out.format

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the object. This runs whatever the stream says: only the gate of ``trust`` may lead here.

        Raises
        ------
        MissingLibraryError
            A module that the stream imports is not installed.
        """
        try:
            return pickle.loads(source.stream(), buffers=source.buffers())  # noqa: S301
        except ModuleNotFoundError as error:
            msg = f"loading needs the module {error.name!r}, which is not installed here"
            raise MissingLibraryError(msg) from error

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write the file of the library; without one ``model.pkl``, which ``pickle.load`` reads where it is installed."""
        from modelreg.flavors import native

        written = native.write(obj, directory)
        if written:
            return written
        with (directory / "model.pkl").open("xb") as file:
            dump(obj, file)
        return ["model.pkl"]

    def describe(self, obj: Any) -> Description:
        """Return the class of ``obj``."""
        return Description(class_name=class_name(obj))


PYTHON: Final = Python()


def dump(obj: object, file: StreamWriter, buffer: Callable[[memoryview | Parts], None] | None = None) -> Outgoing:
    """Pickle ``obj`` into ``file``, its large buffers to ``buffer``; return what was written.

    Without ``buffer`` everything is in the stream, and plain ``pickle`` reads it without this package.

    Raises
    ------
    UnpicklableError
        The message names the attribute.
    """
    out = _pickled(obj, apart=buffer is not None)
    _hand_on(out, file, buffer)
    return out


def _pickled(obj: object, *, apart: bool, limit: int | None = None) -> Outgoing:
    from modelreg.flavors.pickler import pickled

    try:
        return pickled(obj, apart=apart, limit=limit)
    except (MemoryError, TooLarge, UnpicklableError):
        raise
    except Exception as error:
        # Anything: what fails is code of the object's own class. The search below runs the same code again.
        raise _explained(obj, error) from error


def _hand_on(out: Outgoing, file: StreamWriter, buffer: Callable[[memoryview | Parts], None] | None) -> None:
    for chunk in out.chunks:
        file.write(chunk)
    if buffer is not None:
        for data in out.buffers:
            buffer(data)


def _explained(obj: object, error: Exception) -> UnpicklableError:
    if isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError):
        msg = (
            f"the {type(obj).__name__} is nested too deeply to be pickled; "
            "sys.setrecursionlimit(…) allows more, a flatter structure is better"
        )
        return UnpicklableError(msg)
    path, what = culprit.find(obj, _fails)
    said = str(error).strip().partition("\n")[0] or type(error).__name__
    return UnpicklableError(f"{path} cannot be stored: {what}: {said}")


def _fails(obj: object) -> bool:
    from modelreg.flavors.outgoing import Outgoing
    from modelreg.flavors.pickler import Careful

    try:
        Careful(Outgoing(apart=True)).dump(obj)
    except Exception:  # noqa: BLE001
        return True
    return False
