"""The flavor ``onnx``: a ``ModelProto``, checked by the library when it is stored and when it is loaded. It holds no code.

The stream is the model without the bytes of its large weights; these are buffers, so that weights that stay are stored once.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from modelreg.digests import raw_digest
from modelreg.errors import IntegrityError, UnpicklableError
from modelreg.flavors import folders, named
from modelreg.flavors.base import Description
from modelreg.flavors.libraries import library, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.opcodes import Part
    from modelreg.progress import Progress

LARGE: Final = 2048
"""Bytes from which on weights leave the stream."""


class Onnx:
    """A model of ONNX with all its weights in it."""

    name: Final = "onnx"
    format: Final = 1
    runs_code: Final = False
    requires: Final = ("onnx",)

    def serves(self, obj: object) -> bool:
        """Serve ``onnx.ModelProto``."""
        return type(obj).__name__ == "ModelProto" and root_of(type(obj)) == "onnx"

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the model and its weights into ``sink``.

        Raises
        ------
        UnpicklableError
            The checker refuses it, or its weights lie in other files.
        """
        folders.expect(sink, obj.ByteSize())
        fault = _fault(obj)
        if fault:
            raise UnpicklableError(f"model cannot be stored: {fault}")
        bare = library("onnx").ModelProto()
        bare.CopyFrom(obj)
        progress.begin("reading weights", 1)
        try:
            for tensor in _large(bare):
                sink.buffer(memoryview(tensor.raw_data))
                # one byte says that there were some: an empty field is not told from one that is not there
                tensor.raw_data = b"\0"
            sink.stream().write(bare.SerializeToString(deterministic=True))
            progress.advance(1)
        finally:
            progress.end()
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the model."""
        onnx = library("onnx")
        model = onnx.ModelProto()
        try:
            model.ParseFromString(bytes(source.stream()))
        except Exception as error:
            raise IntegrityError("these contents are no model of ONNX") from error
        given = iter(source.buffers())
        for tensor in model.graph.initializer:
            if _is_apart(tensor):
                tensor.raw_data = bytes(next(given, b""))
        fault = "there are more weights than tensors" if next(given, None) is not None else _fault(model)
        if fault:
            raise IntegrityError(f"these contents are no valid model of ONNX: {fault}")
        return model

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write ``model.onnx``."""
        (directory / "model.onnx").write_bytes(obj.SerializeToString(deterministic=True))
        return ["model.onnx"]

    def describe(self, obj: Any) -> Description:
        """Return the class of ``obj``."""
        return Description(class_name="onnx.ModelProto")

    def names(self, stream: bytes, buffer: Callable[[int], bytes]) -> Part | None:
        """Return the weights by name, and the graph without them; see :mod:`modelreg.flavors.named`."""
        model = library("onnx").ModelProto.FromString(stream)
        apart = count()
        parts = []
        for tensor in model.graph.initializer:
            memory = buffer(next(apart)) if _is_apart(tensor) else raw_digest(tensor.SerializeToString())
            parts.append(named.array(tensor.name, _kind(tensor), tensor.dims, None, memory))
        del model.graph.initializer[:]
        rest = raw_digest(model.SerializeToString(deterministic=True))
        return named.whole("model", [*parts, named.array("graph", f"{len(model.graph.node):,} nodes", [], None, rest)])


ONNX: Final = Onnx()


def _large(model: Any) -> Iterator[Any]:
    """Yield the tensors whose bytes leave the stream."""
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) >= LARGE and len(tensor.raw_data) == _size(tensor):
            yield tensor


def _is_apart(tensor: Any) -> bool:
    """Whether the bytes of a tensor left the stream."""
    return tensor.raw_data == b"\0" and _size(tensor) >= LARGE


def _kind(tensor: Any) -> str:
    """Return the name of the type of a tensor's numbers."""
    try:
        return str(library("onnx.helper").tensor_dtype_to_np_dtype(tensor.data_type).name)
    except (KeyError, TypeError, ValueError):
        return str(tensor.data_type)


def _size(tensor: Any) -> int:
    """Return how many bytes a tensor of this shape has; 0 where that is not told by its type."""
    helper = library("onnx.helper")
    try:
        bits = helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize * 8
    except (KeyError, TypeError, ValueError):
        return 0
    total = 1
    for length in tensor.dims:
        total *= max(int(length), 0)
    return int(total * bits // 8)


def _tensors(message: Any) -> Iterator[Any]:
    """Yield every tensor in a message, however deep: those of constants, branches and functions too."""
    if type(message).__name__ == "TensorProto":
        yield message
        return
    for field, held in message.ListFields():
        if field.message_type is not None:
            for one in (held,) if hasattr(held, "ListFields") else held:
                yield from _tensors(one)


def _fault(model: Any) -> str:
    """Return what is wrong with a model, nothing where it is valid and whole."""
    onnx = library("onnx")
    outside = [one.name for one in _tensors(model) if one.data_location == onnx.TensorProto.EXTERNAL]
    if outside:
        return f"the weights {outside[0]!r} lie in another file; onnx.load(PATH, load_external_data=True) brings them"
    try:
        onnx.checker.check_model(model)
    except Exception as error:  # noqa: BLE001  (the checker's own, or protobuf's for what is too large)
        return f"the checker of ONNX says: {' '.join(str(error).split())[:300]}"
    return ""
